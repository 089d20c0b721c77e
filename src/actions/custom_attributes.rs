//! Custom attributes: a JSON object by attribute.
//!
//! Intercom treats those whose names end in `_at` as dates, in Unix seconds
//! (`docs/intercom-api.md`, Ids and times).

use crate::api::contact::is_date_attribute;
use crate::input::{FromInput, InputError, Object, Resolver, Timestamp};
use serde_json::{Map, Value};

/// Custom attributes by name, their dates in Unix seconds.
#[derive(Debug, Clone, PartialEq)]
pub struct CustomAttributes(pub Map<String, Value>);

impl FromInput for CustomAttributes {
    const EXPECTED: &'static str = Object::EXPECTED;
    const FREE_TEXT: bool = Object::FREE_TEXT;
    const RESOLVE: Resolver = Object::RESOLVE;

    fn from_value(value: Value) -> Result<Self, InputError> {
        let Object(map) = Object::from_value(value)?;
        with_dates(map).map(Self)
    }
}

fn with_dates(mut map: Map<String, Value>) -> Result<Map<String, Value>, InputError> {
    for (name, value) in &mut map {
        if is_date_attribute(name) && may_be_a_date(value) {
            let date = Timestamp::from_value(value.take()).map_err(|error| error.at(name))?;
            *value = date.seconds().into();
        }
    }
    Ok(map)
}

/// Whether a value is a number, or a text of digits or in a date's form. Other text
/// is left to Intercom, since an attribute of any type may have such a name.
fn may_be_a_date(value: &Value) -> bool {
    match value {
        Value::Number(_) => true,
        Value::String(text) => text.trim().starts_with(|c: char| c.is_ascii_digit()),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn names_that_end_in_at_are_dates() {
        for (written, sent) in [
            (
                json!({"renewal_at": 1_717_254_245}),
                Some(json!({"renewal_at": 1_717_254_245})),
            ),
            (
                json!({"renewal_at": "2024-06-01T15:04:05Z", "plan": "pro"}),
                Some(json!({"renewal_at": 1_717_254_245, "plan": "pro"})),
            ),
            (
                json!({"a_at": "2024-06-01", "b_at": null}),
                Some(json!({"a_at": 1_717_200_000, "b_at": null})),
            ),
            (
                json!({"meet_at": "the office"}),
                Some(json!({"meet_at": "the office"})),
            ),
            (
                json!({"at": 1_717_254_245_000_i64}),
                Some(json!({"at": 1_717_254_245_000_i64})),
            ),
            (
                json!({"renewal": "2024-06-01"}),
                Some(json!({"renewal": "2024-06-01"})),
            ),
            (json!({"renewal_at": 1_717_254_245_000_i64}), None),
            (json!({"renewal_at": "1717254245000"}), None),
            (json!({"renewal_at": 1.5}), None),
            (json!({"renewal_at": "2024-13-01"}), None),
        ] {
            let read = CustomAttributes::from_value(written.clone()).ok();
            assert_eq!(read.map(|read| Value::Object(read.0)), sent, "{written}");
        }
    }
}
