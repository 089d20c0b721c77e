//! Which page of a search, and how large.

use crate::input::{
    FromInput, Given, Problem, Resolve, Template, Text, list_names, nearest, quoted, shown,
};
use serde_json::{Map, Value, json};

/// A page of a search: its size and where it starts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pagination {
    per_page: Option<u64>,
    starting_after: Option<String>,
}

/// The largest page that Intercom gives (API facts 2.4).
const MAX_PER_PAGE: u64 = 150;

const KEYS: [&str; 3] = ["starting_after", "per_page", "limit"];

impl Pagination {
    /// The pagination as the API takes it, in the body: in the query string it
    /// would be ignored (API facts 2.4, peers 6).
    pub fn to_json(&self) -> Option<Value> {
        let mut map = Map::new();
        if let Some(per_page) = self.per_page {
            map.insert("per_page".to_owned(), json!(per_page));
        }
        if let Some(cursor) = &self.starting_after {
            map.insert("starting_after".to_owned(), json!(cursor));
        }
        (!map.is_empty()).then_some(Value::Object(map))
    }

    /// Whether this page starts at a cursor.
    pub fn is_at(&self, cursor: &str) -> bool {
        self.starting_after.as_deref() == Some(cursor)
    }

    /// The parameters of the page of the same size that starts at a cursor.
    pub fn after(&self, cursor: String) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        if let Some(per_page) = self.per_page {
            query.append_pair("per_page", &per_page.to_string());
        }
        query.append_pair("starting_after", &cursor);
        query.finish()
    }

    fn parse(text: &str, fill: impl Fn(&str) -> Result<Value, Problem>) -> Result<Self, Problem> {
        let text = text.trim();
        let mut pagination = Self::default();
        for (key, value) in
            form_urlencoded::parse(text.strip_prefix('?').unwrap_or(text).as_bytes())
        {
            let Text(value) = Text::from_value(fill(value.trim())?)?;
            pagination.set(key.trim(), &value)?;
        }
        Ok(pagination)
    }

    fn set(&mut self, key: &str, value: &str) -> Result<(), Problem> {
        match key {
            "starting_after" if !value.is_empty() => {
                once(&mut self.starting_after, key, value.to_owned())
            }
            "starting_after" => Err(Problem::new(
                "starting_after is empty; give the cursor of an earlier page, or leave it out",
            )),
            "per_page" | "limit" => match value.parse() {
                Ok(size @ 1..=MAX_PER_PAGE) => once(&mut self.per_page, "per_page or limit", size),
                _ => Err(Problem::new(format!(
                    "{key} is {}; give a whole number from 1 to {MAX_PER_PAGE}",
                    quoted(value)
                ))),
            },
            _ => {
                let hint = match nearest(key, KEYS) {
                    Some(near) => format!("did you mean {near}?"),
                    None => format!("give {}", list_names(&KEYS, "or")),
                };
                Err(Problem::new(format!(
                    "{} is not a pagination parameter; {hint}",
                    quoted(key)
                )))
            }
        }
    }
}

fn once<T>(place: &mut Option<T>, key: &str, value: T) -> Result<(), Problem> {
    match place.replace(value) {
        None => Ok(()),
        Some(_) => Err(Problem::new(format!("{key} is given twice; give it once"))),
    }
}

impl FromInput for Pagination {
    const EXPECTED: &'static str = "parameters such as per_page=50&starting_after=CURSOR";

    /// Text that is one placeholder takes a whole set of parameters, such as an
    /// earlier page's `next_page`; any other is taken apart before its
    /// placeholders are filled, so that no value can add a parameter.
    fn read(resolve: Resolve<'_>, written: Value) -> Result<Given<Self>, Problem> {
        match written.as_str() {
            Some(text) if !is_placeholder(text) => {
                Self::parse(text, |value| resolve.text(value)).map(Given::Value)
            }
            _ => Given::parse(resolve.json(written)?),
        }
    }

    fn from_value(value: Value) -> Result<Self, Problem> {
        match value {
            Value::String(text) => Self::parse(&text, |value| Ok(value.into())),
            other => Err(Problem::new(format!(
                "{} is not text; give {}",
                shown(&other),
                Self::EXPECTED
            ))),
        }
    }
}

fn is_placeholder(text: &str) -> bool {
    Template::parse(text).is_ok_and(|template| template.placeholder().is_some())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn read(text: &str) -> Result<Option<Value>, String> {
        Pagination::from_value(text.into())
            .map(|pagination| pagination.to_json())
            .map_err(|problem| format!("{problem:?}"))
    }

    #[test]
    fn parameters_become_the_body() {
        for (text, expected) in [
            ("", None),
            ("per_page=50", Some(json!({"per_page": 50}))),
            ("limit=50", Some(json!({"per_page": 50}))),
            (
                "?per_page=5&starting_after=WzE%3D",
                Some(json!({"per_page": 5, "starting_after": "WzE="})),
            ),
        ] {
            assert_eq!(read(text).unwrap(), expected, "{text}");
        }
    }

    #[test]
    fn the_next_page_can_be_passed_back_in() {
        let page = Pagination::from_value("limit=5".into()).unwrap();
        let next = page.after("WzE+/=&".to_owned());
        assert_eq!(
            read(&next).unwrap(),
            Some(json!({"per_page": 5, "starting_after": "WzE+/=&"}))
        );
    }

    #[test]
    fn mistakes_are_told() {
        for (text, message) in [
            ("per_page=0", "give a whole number from 1 to 150"),
            ("per_page=151", "give a whole number from 1 to 150"),
            ("limit=many", "give a whole number from 1 to 150"),
            ("perpage=5", "did you mean per_page?"),
            ("zzz=5", "give starting_after, per_page or limit"),
            ("starting_after=", "starting_after is empty"),
            ("per_page=5&limit=5", "is given twice"),
        ] {
            assert!(read(text).unwrap_err().contains(message), "{text}");
        }
    }
}
