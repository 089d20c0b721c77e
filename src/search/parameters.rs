//! Reads pagination parameters: `key=value` joined by `&`, or JSON.

use super::pagination::{Extent, MAX_PER_PAGE, MAX_ROWS, MAX_SKIP, Pagination};
use super::sort::Sort;
use crate::input::{
    FromInput, INPUT, InputError, Patch, Resolve, Template, Text, list_names, nearest, quoted,
    shown,
};
use serde_json::{Map, Value};

const KEYS: [&str; 7] = [
    "page",
    "per_page",
    "limit",
    "all",
    "starting_after",
    "skip",
    "sort",
];

impl Pagination {
    /// Ignores white space around names and values, unless it is encoded.
    fn parse(
        text: &str,
        fill: impl Fn(&str) -> Result<Value, InputError>,
    ) -> Result<Self, InputError> {
        let text = text.trim();
        let text = text.strip_prefix('?').unwrap_or(text);
        let parts = text.split('&').map(|pair| match pair.split_once('=') {
            Some((key, value)) => format!("{}={}", key.trim(), value.trim()),
            None => pair.trim().to_owned(),
        });
        let text = parts.collect::<Vec<_>>().join("&");
        let pairs = form_urlencoded::parse(text.as_bytes());
        let pairs = pairs.map(|(key, value)| Ok((key, fill(&value)?)));
        let pairs: Vec<_> = pairs.collect::<Result<_, InputError>>()?;
        Self::from_pairs(pairs.iter().map(|(key, value)| (key.trim(), value)))
    }

    /// A null is an absent parameter: Intercom's own first page has one.
    fn from_pairs<'a>(
        pairs: impl Iterator<Item = (&'a str, &'a Value)>,
    ) -> Result<Self, InputError> {
        let mut pagination = Self::default();
        for (key, value) in pairs.filter(|(_, value)| !value.is_null()) {
            let text = match (key, value) {
                (_, Value::Bool(flag)) => flag.to_string(),
                ("sort", Value::Object(sort)) => Sort::from_json(sort)?.to_string(),
                (_, value) => Text::from_value(value.clone())?.0,
            };
            // A cursor goes back to Intercom unchanged.
            let text = match key {
                "starting_after" => text.as_str(),
                _ => text.trim(),
            };
            pagination.set(key, text)?;
        }
        pagination.checked()
    }

    /// Reads parameters that are JSON. `null` is an absent one, but a placeholder
    /// whose value is null is not: it was to be a value.
    fn read_map(resolve: Resolve<'_>, written: Map<String, Value>) -> Result<Self, InputError> {
        let mut map = Map::new();
        for (key, value) in written {
            let resolved = match value {
                Value::Null => Value::Null,
                value => not_null(resolve.json(value.clone())?, &value)?,
            };
            map.insert(key, resolved);
        }
        Self::from_value(map.into())
    }

    fn set(&mut self, key: &str, value: &str) -> Result<(), InputError> {
        match key {
            "page" => once(&mut self.page, key, number(key, value, u64::MAX)?),
            "per_page" => {
                let size = number(key, value, MAX_PER_PAGE)?;
                self.extend(Extent::PerPage(size))
            }
            "limit" => {
                let size = number(key, value, MAX_ROWS)?;
                self.extend(Extent::Limit(size))
            }
            "all" => match value {
                "true" => self.extend(Extent::All),
                "false" => Ok(()),
                _ => Err(InputError::new(format!(
                    "all is {}; give true or false",
                    quoted(value)
                ))),
            },
            "skip" => once(&mut self.skip, key, number(key, value, MAX_SKIP)?),
            "sort" => once(&mut self.sort, key, Sort::parse(value)?),
            "starting_after" if !value.is_empty() => {
                once(&mut self.starting_after, key, value.to_owned())
            }
            "starting_after" => Err(InputError::new(
                "starting_after is empty; give the cursor of an earlier page, or leave it out",
            )),
            _ => {
                let hint = match nearest(key, KEYS) {
                    Some(near) => format!("did you mean {near}?"),
                    None => format!("give {}", list_names(&KEYS, "or")),
                };
                Err(InputError::new(format!(
                    "{} is not a pagination parameter; {hint}",
                    quoted(key)
                )))
            }
        }
    }

    fn extend(&mut self, extent: Extent) -> Result<(), InputError> {
        match std::mem::replace(&mut self.extent, extent) {
            Extent::Unsaid => Ok(()),
            _ => Err(InputError::new(
                "per_page, limit and all say the same thing twice; give one of them, once",
            )),
        }
    }
}

fn number(key: &str, value: &str, most: u64) -> Result<u64, InputError> {
    let digits = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
    match value.parse() {
        Ok(number) if digits && (1..=most).contains(&number) => Ok(number),
        _ => {
            let upper = match (key, most) {
                ("page", _) => String::new(),
                ("per_page", _) => format!(" to {most}; limit gathers up to {MAX_ROWS}"),
                _ => format!(" to {most}"),
            };
            let value = quoted(value);
            Err(InputError::new(format!(
                "{key} is {value}; give a whole number from 1{upper}"
            )))
        }
    }
}

fn once<T>(place: &mut Option<T>, key: &str, value: T) -> Result<(), InputError> {
    match place.replace(value) {
        None => Ok(()),
        Some(_) => Err(InputError::new(format!(
            "{key} is given twice; give it once"
        ))),
    }
}

/// The object of a text that is JSON.
fn json_object(text: &str) -> Result<Option<Map<String, Value>>, InputError> {
    const HINT: &str = "give a JSON object, or parameters such as page=2&per_page=50";
    if !text.trim_start().starts_with('{') || Template::is_placeholder(text) {
        return Ok(None);
    }
    match INPUT.parse(text, HINT) {
        Ok(Value::Object(map)) => Ok(Some(map)),
        Ok(_) => Ok(None),
        Err(what) => Err(InputError::new(format!("starts as JSON, but {what}"))),
    }
}

/// Refuses null as the value of a placeholder. Taken for absent, it would start at
/// the first page again: a loop that passes `next_page` on would never end.
fn not_null(value: Value, written: &Value) -> Result<Value, InputError> {
    match (value, written.as_str()) {
        (Value::Null, Some(expression)) => Err(InputError::unresolved(
            expression,
            "is null: after the last page there is no next one; end the loop when next_page is \
             null, and leave the parameter out for the first page",
        )),
        (value, _) => Ok(value),
    }
}

impl FromInput for Pagination {
    const EXPECTED: &'static str = "parameters such as page=2&per_page=50";

    /// Text that is one placeholder takes a whole set of parameters, such as an
    /// earlier page's `next_page`. Other text is split before its placeholders are
    /// resolved, so no value can add a parameter.
    fn read(resolve: Resolve<'_>, written: Value) -> Result<Patch<Self>, InputError> {
        let read = match &written {
            Value::Null => return Ok(Patch::Null),
            Value::Object(map) => Self::read_map(resolve, map.clone()),
            Value::String(text) if !Template::is_placeholder(text) => match json_object(text)? {
                Some(map) => Self::read_map(resolve, map),
                None => Self::parse(text, |text| {
                    not_null(resolve.text(text)?, &Value::from(text))
                }),
            },
            _ => Self::from_value(not_null(resolve.json(written.clone())?, &written)?),
        };
        read.map(Patch::Value)
    }

    fn from_value(value: Value) -> Result<Self, InputError> {
        match value {
            Value::String(text) => match json_object(&text)? {
                Some(map) => Self::from_value(map.into()),
                None => Self::parse(&text, |value| Ok(value.into())),
            },
            Value::Object(map) => {
                Self::from_pairs(map.iter().map(|(key, value)| (key.as_str(), value)))
            }
            other => Err(InputError::new(format!(
                "{} is not text; give {}",
                shown(&other),
                Self::EXPECTED
            ))),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::input::Context;
    use serde_json::json;

    fn read(value: impl Into<Value>) -> Result<Pagination, String> {
        Pagination::from_value(value.into()).map_err(|error| format!("{error:?}"))
    }

    #[test]
    fn json_objects_are_read_too() {
        let page = read(json!({"page": 2, "per_page": "50"})).unwrap();
        assert_eq!(page, read("page=2&per_page=50").unwrap());
        assert_eq!(
            read(json!({"all": true})).unwrap(),
            read("all=true").unwrap()
        );
    }

    /// What other tools send: Intercom's own object, as an object or as a text.
    #[test]
    fn intercoms_own_pagination_is_read() {
        let same = read("per_page=5&starting_after=W%2B&sort=created_at:asc").unwrap();
        for written in [
            json!({"per_page": 5, "starting_after": "W+", "sort": "created_at:asc"}),
            json!({"per_page": 5, "page": null, "starting_after": "W+",
                   "sort": {"field": "created_at", "order": "ascending"}}),
            json!(r#" {"per_page": "5", "starting_after": "W+", "sort": "Created At:ascending"}"#),
        ] {
            assert_eq!(read(written.clone()).unwrap(), same, "{written}");
        }
        for first in [
            json!({"per_page": 5, "starting_after": null}),
            json!(r#"{"per_page": 5, "starting_after": null}"#),
            json!(r#"{"per_page": 5}"#),
        ] {
            assert_eq!(
                read(first.clone()).unwrap(),
                read("per_page=5").unwrap(),
                "{first}"
            );
        }
        assert_eq!(read("{}").unwrap(), Pagination::default());
    }

    /// Null from an earlier step is no first page: passed on, it would start again.
    #[test]
    fn null_is_the_first_page_only_where_it_is_written() {
        let context =
            Context::parse(r#"{"next": null, "cursor": "W", "json": "{\"per_page\": 5}"}"#);
        let context = context.unwrap();
        let read = |written: Value| Pagination::read(Resolve::new(&context), written);
        for written in [
            json!("{{next}}"),
            json!("per_page=5&starting_after={{next}}"),
            json!({"per_page": 5, "starting_after": "{{next}}"}),
            json!(r#"{"per_page": 5, "starting_after": "{{next}}"}"#),
        ] {
            let error = format!("{:?}", read(written.clone()).unwrap_err());
            assert!(
                error.contains("{{next}} is null: after the last page"),
                "{error}"
            );
        }
        assert_eq!(read(json!(null)), Ok(Patch::Null));
        for (written, same) in [
            (json!("{{json}}"), "per_page=5"),
            (json!({"starting_after": "{{cursor}}"}), "starting_after=W"),
            (
                json!(r#"{"starting_after": "{{cursor}}"}"#),
                "starting_after=W",
            ),
        ] {
            let same = Pagination::from_value(same.into()).unwrap();
            assert_eq!(read(written), Ok(Patch::Value(same)));
        }
    }

    #[test]
    fn mistakes_are_reported() {
        for (text, message) in [
            ("page=0", "page is \\\"0\\\"; give a whole number from 1"),
            ("page=-1", "give a whole number from 1"),
            ("page=two", "give a whole number from 1"),
            ("page=99999999999999999999999", "give a whole number from 1"),
            (
                "page=18446744073709551615&per_page=150",
                "at most 20 are made (page 20)",
            ),
            (
                "page=61",
                "page 61 of 50 rows takes 21 requests, at most 20 are made (page 60); go from page \
                 to page by next_page, or narrow the filter",
            ),
            ("{\"page\": 2", "starts as JSON, but"),
            ("{\"page\": [2]}", "is not text; give text"),
            (
                "{\"sort\": {\"by\": \"name\"}}",
                "give a field and an order",
            ),
            ("skip=0", "give a whole number from 1 to 3000"),
            ("page=2&all=true", "page and all exclude each other"),
            ("per_page=0", "give a whole number from 1 to 150"),
            ("per_page=151", "from 1 to 150; limit gathers up to 1500"),
            ("limit=1501", "give a whole number from 1 to 1500"),
            ("limit=many", "give a whole number from 1 to 1500"),
            ("perpage=5", "did you mean per_page?"),
            (
                "offset=5",
                "give page, per_page, limit, all, starting_after, skip or sort",
            ),
            ("starting_after=", "starting_after is empty"),
            ("per_page=5&limit=5", "give one of them, once"),
            ("page=1&page=2", "page is given twice"),
            ("all=yes", "give true or false"),
            (
                "sort=created",
                "sort: \\\"created\\\" is not a field of contacts; did you mean created_at?",
            ),
            (
                "sort=created_at:up",
                "\\\"up\\\" is not an order; give asc or desc",
            ),
        ] {
            let error = read(text).unwrap_err();
            assert!(error.contains(message), "{text}: {error}");
        }
    }
}
