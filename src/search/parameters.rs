//! Reads pagination parameters: `key=value` joined by `&`, or JSON.

use super::fields::Table;
use super::pagination::{Extent, MAX_PER_PAGE, MAX_ROWS, MAX_SKIP, Pagination};
use super::sort::Sort;
use crate::input::{
    FromInput, INPUT, InputError, Patch, Resolve, Template, Text, list_names, nearest,
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
    /// Reads the parameters of a search. Text that is one placeholder takes a whole set
    /// of parameters, such as an earlier page's `next_page`. Other text is split before
    /// its placeholders are resolved, so no value can add a parameter.
    ///
    /// # Errors
    /// The first parameter that can't be used.
    pub fn read(
        table: &'static Table,
        resolve: Resolve<'_>,
        written: Value,
    ) -> Result<Patch<Self>, InputError> {
        let read = match &written {
            Value::Null => return Ok(Patch::Null),
            Value::Object(map) => Self::read_map(table, resolve, map.clone()),
            Value::String(text) if !Template::is_placeholder(text) => match json_object(text)? {
                Some(map) => Self::read_map(table, resolve, map),
                None => Self::parse(table, text, |text| {
                    not_null(resolve.text(text)?, &Value::from(text))
                }),
            },
            _ => Self::from_value(table, not_null(resolve.json(written.clone())?, &written)?),
        };
        read.map(Patch::Value)
    }

    /// Reads parameters without placeholders.
    ///
    /// # Errors
    /// As for [`Pagination::read`].
    pub fn from_value(table: &'static Table, value: Value) -> Result<Self, InputError> {
        match value {
            Value::String(text) => match json_object(&text)? {
                Some(map) => Self::from_value(table, map.into()),
                None => Self::parse(table, &text, |value| Ok(value.into())),
            },
            Value::Object(map) => {
                Self::from_pairs(table, map.iter().map(|(key, value)| (key.as_str(), value)))
            }
            other => {
                let hint = format!("give {PARAMETERS}");
                Err(InputError::of_value(&other, "is not text", hint))
            }
        }
    }

    /// Ignores white space around names and values, unless it is encoded.
    fn parse(
        table: &'static Table,
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
        Self::from_pairs(table, pairs.iter().map(|(key, value)| (key.trim(), value)))
    }

    /// Null means absent: the pagination of Intercom's first page contains one.
    fn from_pairs<'a>(
        table: &'static Table,
        pairs: impl Iterator<Item = (&'a str, &'a Value)>,
    ) -> Result<Self, InputError> {
        let mut pagination = Self::new(table);
        for (key, value) in pairs.filter(|(_, value)| !value.is_null()) {
            let text = match (key, value) {
                (_, Value::Bool(flag)) => flag.to_string(),
                ("sort", Value::Object(sort)) => Sort::from_json(table, sort)?.to_string(),
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

    /// Reads parameters that are JSON. `null` means absent, but a placeholder that resolves to
    /// null is an error: it should have a value.
    fn read_map(
        table: &'static Table,
        resolve: Resolve<'_>,
        written: Map<String, Value>,
    ) -> Result<Self, InputError> {
        let mut map = Map::new();
        for (key, value) in written {
            let resolved = match value {
                Value::Null => Value::Null,
                value => not_null(resolve.json(value.clone())?, &value)?,
            };
            map.insert(key, resolved);
        }
        Self::from_value(table, map.into())
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
                _ => {
                    let problem = "is neither true nor false";
                    let error = InputError::of_value(&value.into(), problem, "give true or false");
                    Err(error.at(key))
                }
            },
            "skip" => once(&mut self.skip, key, number(key, value, MAX_SKIP)?),
            "sort" => once(&mut self.sort, key, Sort::parse(self.table, value)?),
            "starting_after" if !value.is_empty() => {
                once(&mut self.starting_after, key, value.to_owned())
            }
            "starting_after" => {
                let hint = "give the cursor of an earlier page, or leave it out";
                Err(InputError::new("is empty", hint).at(key))
            }
            _ => {
                let hint = match nearest(key, KEYS) {
                    Some(near) => format!("write {near} if you meant that"),
                    None => format!("give {}", list_names(&KEYS, "or")),
                };
                let problem = "is not a pagination parameter";
                Err(InputError::of_value(&key.into(), problem, hint))
            }
        }
    }

    fn extend(&mut self, extent: Extent) -> Result<(), InputError> {
        match std::mem::replace(&mut self.extent, extent) {
            Extent::Unsaid => Ok(()),
            _ => Err(InputError::new(
                "sets the number of rows twice, with per_page, limit or all",
                "give one of per_page, limit and all, once",
            )),
        }
    }
}

fn number(key: &str, value: &str, most: u64) -> Result<u64, InputError> {
    let digits = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
    match value.parse() {
        Ok(number) if digits && (1..=most).contains(&number) => Ok(number),
        _ => {
            let (problem, upper) = match key {
                "page" => ("is not a page number", String::new()),
                "per_page" => (
                    "is not a page size",
                    format!(" to {most}, or limit for up to {MAX_ROWS} rows"),
                ),
                _ => ("is not a number of rows", format!(" to {most}")),
            };
            let hint = format!("give a whole number from 1{upper}");
            Err(InputError::of_value(&value.into(), problem, hint).at(key))
        }
    }
}

fn once<T>(place: &mut Option<T>, key: &str, value: T) -> Result<(), InputError> {
    match place.replace(value) {
        None => Ok(()),
        Some(_) => Err(InputError::new("is given twice", "give it once").at(key)),
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
        Err(error) => Err(error.about("starts like JSON, but")),
    }
}

/// Refuses null as the value of a placeholder. Treated as absent, it would start at the first page
/// again, and a loop that passes `next_page` on would never end.
fn not_null(value: Value, written: &Value) -> Result<Value, InputError> {
    match (value, written.as_str()) {
        (Value::Null, Some(expression)) => Err(InputError::unresolved(
            expression,
            "is null, since there is no page after the last one",
            "end the loop when next_page is null, and leave the parameter out for the first page",
        )),
        (value, _) => Ok(value),
    }
}

/// What pagination parameters are, as a noun phrase that errors use.
pub const PARAMETERS: &str = "parameters such as page=2&per_page=50";

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::input::Context;
    use crate::search::tables::CONTACTS;
    use serde_json::json;

    fn read(value: impl Into<Value>) -> Result<Pagination, String> {
        Pagination::from_value(&CONTACTS, value.into()).map_err(|error| error.to_string())
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

    /// What other tools send: Intercom's object, as JSON or as text.
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
        assert_eq!(read("{}").unwrap(), Pagination::new(&CONTACTS));
    }

    /// Null from an earlier step does not mean the first page: the loop would start again.
    #[test]
    fn null_is_the_first_page_only_where_it_is_written() {
        let context =
            Context::parse(r#"{"next": null, "cursor": "W", "json": "{\"per_page\": 5}"}"#);
        let context = context.unwrap();
        let read = |written: Value| Pagination::read(&CONTACTS, Resolve::new(&context), written);
        for written in [
            json!("{{next}}"),
            json!("per_page=5&starting_after={{next}}"),
            json!({"per_page": 5, "starting_after": "{{next}}"}),
            json!(r#"{"per_page": 5, "starting_after": "{{next}}"}"#),
        ] {
            let error = read(written.clone()).unwrap_err().to_string();
            let expected =
                "{{next}} is null, since there is no page after the last one; end the loop";
            assert!(error.contains(expected), "{error}");
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
            let same = Pagination::from_value(&CONTACTS, same.into()).unwrap();
            assert_eq!(read(written), Ok(Patch::Value(same)));
        }
    }

    #[test]
    fn mistakes_are_reported() {
        for (text, message) in [
            (
                "page=0",
                "page: \"0\" is not a page number; give a whole number from 1",
            ),
            ("page=-1", "give a whole number from 1"),
            ("page=two", "give a whole number from 1"),
            ("page=99999999999999999999999", "give a whole number from 1"),
            (
                "page=18446744073709551615&per_page=150",
                "the maximum is 20 (page 20); follow next_page",
            ),
            (
                "page=61",
                "page 61 of 50 rows takes 21 requests, and the maximum is 20 (page 60); follow \
                 next_page, or narrow the filter",
            ),
            ("{\"page\": 2", "starts like JSON, but"),
            ("{\"page\": [2]}", "is not text; give text"),
            (
                "{\"sort\": {\"by\": \"name\"}}",
                "give a field and an order",
            ),
            ("skip=0", "give a whole number from 1 to 3000"),
            (
                "page=2&all=true",
                "has both page and all, which exclude each other; leave page or all out",
            ),
            ("per_page=0", "give a whole number from 1 to 150"),
            (
                "per_page=151",
                "from 1 to 150, or limit for up to 1500 rows",
            ),
            ("limit=1501", "give a whole number from 1 to 1500"),
            ("limit=many", "give a whole number from 1 to 1500"),
            ("perpage=5", "write per_page if you meant that"),
            (
                "offset=5",
                "give page, per_page, limit, all, starting_after, skip or sort",
            ),
            (
                "starting_after=",
                "starting_after: is empty; give the cursor",
            ),
            (
                "per_page=5&limit=5",
                "give one of per_page, limit and all, once",
            ),
            ("page=1&page=2", "page: is given twice; give it once"),
            ("all=yes", "give true or false"),
            (
                "sort=created",
                "sort: \"created\" is not a field of contacts; write created_at if you meant that",
            ),
            (
                "sort=created_at:up",
                "sort: \"up\" is not an order; give asc or desc",
            ),
        ] {
            let error = read(text).unwrap_err();
            assert!(error.contains(message), "{text}: {error}");
        }
    }
}
