//! The metadata of an event (`docs/intercom-api.md`, Events).

use crate::input::{FromInput, InputError, Object, Resolver, Timestamp};
use serde_json::{Map, Value};

/// Keys and values, in their order.
#[derive(Debug, Clone, PartialEq)]
pub struct Metadata(pub Map<String, Value>);

/// The number of keys that Intercom keeps; it drops the others without an error.
const MAX_KEYS: usize = 10;

/// The end of the names whose values are dates.
const DATE: &str = "_date";

impl FromInput for Metadata {
    const EXPECTED: &'static str = "a JSON object of up to 10 keys, such as \
                                    {\"order_number\": \"3434-67\"}";
    const FREE_TEXT: bool = true;
    const RESOLVE: Resolver = Object::RESOLVE;

    fn from_value(value: Value) -> Result<Self, InputError> {
        let Object(mut map) = Object::from_value(value)?;
        if map.len() > MAX_KEYS {
            let problem = format!(
                "has {} keys, and Intercom accepts at most {MAX_KEYS}",
                map.len()
            );
            return Err(InputError::new(
                problem,
                "leave out the less important ones",
            ));
        }
        for (name, value) in &mut map {
            *value = detail(name, value.take()).map_err(|error| error.at(name))?;
        }
        Ok(Self(map))
    }
}

/// A value as Intercom accepts it.
fn detail(name: &str, value: Value) -> Result<Value, InputError> {
    let refused =
        |value: &Value, problem: &str, hint: &str| Err(InputError::of_value(value, problem, hint));
    match &value {
        Value::String(_) | Value::Number(_) if name.ends_with(DATE) => {
            Timestamp::from_value(value).map(|time| time.seconds().into())
        }
        Value::String(_) | Value::Number(_) | Value::Bool(_) => Ok(value),
        Value::Object(map) if has(map, "url", "value") => Ok(value),
        Value::Object(map) if has(map, "amount", "currency") => {
            match map.get("amount").is_some_and(Value::is_u64) {
                true => Ok(value),
                false => refused(
                    &value,
                    "has an amount that is not a whole number of cents",
                    "give 349.99 as 34999",
                ),
            }
        }
        Value::Object(_) | Value::Array(_) | Value::Null => refused(
            &value,
            "is not a value that Intercom accepts",
            "give text, a number, an object of url and value, or one of amount and currency",
        ),
    }
}

/// Whether an object has these two keys and no other.
fn has(map: &Map<String, Value>, one: &str, other: &str) -> bool {
    map.len() == 2 && map.contains_key(one) && map.contains_key(other)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(value: Value) -> Result<Value, String> {
        let metadata = Metadata::from_value(value);
        metadata
            .map(|Metadata(map)| map.into())
            .map_err(|error| error.to_string())
    }

    #[test]
    fn details_are_sent_as_intercom_takes_them() {
        for (given, sent) in [
            (
                json!({"a": "x", "b": 1.5, "c": true}),
                json!({"a": "x", "b": 1.5, "c": true}),
            ),
            (
                json!({"due_date": "2026-01-15T09:30:00Z"}),
                json!({"due_date": 1_768_469_400}),
            ),
            (
                json!({"due_date": 1_768_469_400}),
                json!({"due_date": 1_768_469_400}),
            ),
            (
                json!({"page": {"url": "https://example.com", "value": "Home"}}),
                json!({"page": {"url": "https://example.com", "value": "Home"}}),
            ),
            (
                json!({"price": {"amount": 34999, "currency": "eur"}}),
                json!({"price": {"amount": 34999, "currency": "eur"}}),
            ),
        ] {
            assert_eq!(read(given.clone()), Ok(sent), "{given}");
        }
    }

    #[test]
    fn what_intercom_would_drop_is_refused() {
        let many: Map<String, Value> = (0..11).map(|n| (format!("k{n}"), json!(n))).collect();
        for (given, problem) in [
            (many.into(), "has 11 keys, and Intercom accepts at most 10"),
            (
                json!({"a": ["x"]}),
                "a: [\"x\"] is not a value that Intercom accepts",
            ),
            (
                json!({"a": {"b": 1}}),
                "is not a value that Intercom accepts",
            ),
            (
                json!({"a": null}),
                "a: null is not a value that Intercom accepts",
            ),
            (
                json!({"due_date": "soon"}),
                "due_date: \"soon\" is not a date",
            ),
            (
                json!({"price": {"amount": 349.99, "currency": "eur"}}),
                "has an amount that is not a whole number of cents; give 349.99 as 34999",
            ),
        ] {
            let error = read(given.clone()).err().unwrap_or_default();
            assert!(error.contains(problem), "{given}: {error}");
        }
    }
}
