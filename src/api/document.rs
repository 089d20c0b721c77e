//! Lenient reading of responses: an unknown, missing, null or oddly typed field
//! is absent, and never an error (`docs/intercom-api.md`, Requests and
//! responses).
//!
//! Values stay the text that came, so nothing is lost: neither large numbers nor
//! unknown fields.

use crate::input::Bounds;
use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;

/// A JSON object of a response.
#[derive(Debug, Clone, Default)]
pub struct Object<'a> {
    json: &'a str,
    /// In the response's order.
    fields: Vec<Field<'a>>,
}

/// Limits of a response. A page of 150 contacts has some 30,000 values; reading a
/// value takes up to 40 bytes beside its text, so this is 10 MB of a sandbox of
/// 64 MB.
pub const RESPONSE: Bounds = Bounds {
    bytes: usize::MAX,
    values: 250_000,
};

/// Limits of a response that is only passed on.
pub const PASSED_ON: Bounds = Bounds {
    bytes: usize::MAX,
    values: usize::MAX,
};

type Field<'a> = (Cow<'a, str>, &'a RawValue);

/// The number of fields to reserve room for: a contact has some forty.
const FIELDS: usize = 40;

/// The maximum length of a text that becomes a field of a result, in bytes. A
/// longer one is in the result's `response` only. Intercom's longest texts are
/// messages of some 100 KB; a text is copied twice on its way into a result.
const MAX_TEXT_BYTES: usize = 1024 * 1024;

impl<'a> Object<'a> {
    /// Reads a response, or a part of one, whose limits were checked as a whole.
    /// `None` if it is not an object.
    pub(crate) fn parse(json: &'a str) -> Option<Self> {
        let Fields(fields) = serde_json::from_str(json).ok()?;
        // JSON begins and ends with no white space but its own.
        let json = json.trim();
        Some(Self { json, fields })
    }

    /// Its JSON text.
    pub fn as_json(&self) -> &'a str {
        self.json
    }

    /// The length of its JSON text without the value of one field, in bytes.
    pub fn len_without(&self, name: &str) -> usize {
        self.json.len() - self.json(name).map_or(0, str::len)
    }

    /// Its JSON text without one field, at the top level or, for keys joined by `/`,
    /// below.
    pub fn without(&self, keys: &str) -> String {
        let (name, inner) = keys.split_once('/').unwrap_or((keys, ""));
        let mut json = String::from("{");
        for (key, value) in &self.fields {
            let inside = || Object::parse(value.get()).map(|object| object.without(inner));
            let kept = match key == name {
                false => Cow::Borrowed(value.get()),
                true if inner.is_empty() => continue,
                true => inside().map_or(Cow::Borrowed(value.get()), Cow::Owned),
            };
            if json.len() > 1 {
                json.push(',');
            }
            // With what has to be escaped in it.
            json.push_str(&serde_json::Value::from(&**key).to_string());
            json.push(':');
            json.push_str(&kept);
        }
        json.push('}');
        json
    }

    /// The JSON text of a field, null included.
    pub fn json(&self, name: &str) -> Option<&'a str> {
        // Of a duplicate key the last one counts, as in JavaScript.
        let (_, raw) = self.fields.iter().rfind(|(key, _)| key == name)?;
        Some(raw.get())
    }

    /// A text of at most [`MAX_TEXT_BYTES`]. A number counts as its text, since ids
    /// come as either.
    pub fn text(&self, name: &str) -> Option<String> {
        self.plain(name).map(Cow::into_owned)
    }

    /// A whole number, or the text of one.
    pub fn integer(&self, name: &str) -> Option<i64> {
        self.plain(name)?.parse().ok()
    }

    /// As [`Object::text`]; borrowed if nothing in it is escaped.
    fn plain(&self, name: &str) -> Option<Cow<'a, str>> {
        let json = self.json(name)?;
        if json.len() > MAX_TEXT_BYTES {
            return None;
        }
        match json.strip_prefix('"') {
            Some(_) if json.contains('\\') => serde_json::from_str(json).ok().map(Cow::Owned),
            Some(quoted) => quoted.strip_suffix('"').map(Cow::Borrowed),
            None => json
                .starts_with(|first: char| first == '-' || first.is_ascii_digit())
                .then_some(Cow::Borrowed(json)),
        }
    }

    /// A boolean.
    pub fn boolean(&self, name: &str) -> Option<bool> {
        match self.json(name)? {
            "true" => Some(true),
            "false" => Some(false),
            _ => None,
        }
    }

    /// The JSON text of an inner object.
    pub fn object_json(&self, name: &str) -> Option<&'a str> {
        self.json(name).filter(|json| json.starts_with('{'))
    }

    /// Whether a field is a list.
    pub fn is_list(&self, name: &str) -> bool {
        self.json(name).is_some_and(|json| json.starts_with('['))
    }

    /// Whether a field is a list, at the top level or, for keys joined by `/`, below.
    pub fn is_list_at(&self, keys: &str) -> bool {
        match keys.split_once('/') {
            Some((outer, inner)) => self
                .object(outer)
                .is_some_and(|object| object.is_list_at(inner)),
            None => self.is_list(keys),
        }
    }

    /// The items of such a list. Empty if there is no list.
    pub fn list_at(&self, keys: &str) -> Vec<Item<'a>> {
        match keys.split_once('/') {
            Some((outer, inner)) => {
                let outer = self.object(outer);
                outer
                    .map(|object| object.list_at(inner))
                    .unwrap_or_default()
            }
            None => self.list(keys),
        }
    }

    /// An inner object.
    pub fn object(&self, name: &str) -> Option<Self> {
        Self::parse(self.object_json(name)?)
    }

    /// The items of a list. Empty if there is no list.
    pub fn list(&self, name: &str) -> Vec<Item<'a>> {
        let json = self.json(name).filter(|json| json.starts_with('['));
        let items: Option<Vec<&RawValue>> = json.and_then(|json| serde_json::from_str(json).ok());
        let items = items.unwrap_or_default().into_iter();
        items.map(|item| Item(item.get())).collect()
    }
}

/// An item of a list of a response.
#[derive(Debug, Clone, Copy)]
pub struct Item<'a>(&'a str);

impl<'a> Item<'a> {
    /// Its JSON text.
    pub fn json(self) -> &'a str {
        self.0
    }

    /// The item as an object. An object without fields if it is something else.
    pub fn object(self) -> Object<'a> {
        let Self(json) = self;
        let no_fields = || Object {
            json,
            fields: Vec::new(),
        };
        Object::parse(json).unwrap_or_else(no_fields)
    }
}

struct Fields<'a>(Vec<Field<'a>>);

impl<'de> Deserialize<'de> for Fields<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(FieldsVisitor)
    }
}

struct FieldsVisitor;

impl<'de> Visitor<'de> for FieldsVisitor {
    type Value = Fields<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut fields = Vec::with_capacity(FIELDS);
        while let Some((Name(name), value)) = map.next_entry()? {
            fields.push((name, value));
        }
        Ok(Fields(fields))
    }
}

/// A field's name, borrowed if nothing in it is escaped.
#[derive(Deserialize)]
struct Name<'a>(#[serde(borrow)] Cow<'a, str>);

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn fields_are_read_as_far_as_they_fit() {
        let object = Object::parse(
            r#"{"id": "a1", "n": 12345678901234567890123, "at": "7", "yes": true, "null": null,
                "list": [1, {"x": 2}], "inner": {"id": 5}, "date": 1.5}"#,
        )
        .unwrap();
        assert_eq!(object.text("id").as_deref(), Some("a1"));
        assert_eq!(object.text("n").as_deref(), Some("12345678901234567890123"));
        assert_eq!(object.integer("at"), Some(7));
        assert_eq!(object.integer("date"), None);
        assert_eq!(object.boolean("yes"), Some(true));
        assert_eq!(object.boolean("id"), None);
        let rest = object.without("list");
        assert!(rest.starts_with(r#"{"id":"a1","n":12345678901234567890123,"#));
        assert!(!rest.contains("list") && rest.ends_with(r#""date":1.5}"#));
        let quoted = Object::parse(r#"{"a\"b": [ 1 ], "c": 2}"#).unwrap();
        assert_eq!(quoted.without("c"), r#"{"a\"b":[ 1 ]}"#);
        assert_eq!(Object::parse(r#"{"c": 2}"#).unwrap().without("c"), "{}");
        let twice = Object::parse(r#"{"a": 1, "a": 2}"#).unwrap();
        assert_eq!(twice.integer("a"), Some(2));
        assert_eq!(object.text("null"), None);
        assert_eq!(object.text("missing"), None);
        let items = object.list("list");
        let texts: Vec<&str> = items.iter().map(|item| item.json()).collect();
        assert_eq!(texts, ["1", r#"{"x": 2}"#]);
        let objects = items.iter().map(|item| item.object().integer("x"));
        assert_eq!(objects.collect::<Vec<_>>(), [None, Some(2)]);
        assert!(object.list("id").is_empty());
        assert_eq!(
            object.object("inner").unwrap().text("id").as_deref(),
            Some("5")
        );
        assert!(object.object("list").is_none());
        assert_eq!(object.object_json("inner"), Some(r#"{"id": 5}"#));
        assert_eq!(object.object_json("list"), None);
    }

    #[test]
    fn what_is_no_object_is_none() {
        for text in ["", "[]", "null", "<html>", "{\"a\":", "\"x\""] {
            assert!(Object::parse(text).is_none(), "{text}");
        }
    }
}
