//! What a response says of its next page, and how a request asks for it.

use super::operation::{NextBy, Operation, Pages};
use crate::api::{Object, Request, SplitUrl};
use crate::input::number_text;
use serde_json::{Map, Value};

/// What a response says of its next page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// There is none.
    None,
    /// What to ask for it by.
    Page(String),
    /// There is one, but how to ask for it is missing or of an unknown form.
    Unreadable,
}

/// What a response says of its next page.
///
/// `rows` is the number of rows in it, `asked` what it was asked for by.
pub fn next_of(
    operation: &Operation,
    object: &Object<'_>,
    rows: usize,
    asked: Option<&str>,
) -> Next {
    let pages = &operation.pages;
    let found = at(object, &pages.at);
    match pages.next {
        NextBy::None => Next::None,
        NextBy::Number if !pages.at.split('/').any(|key| key == "next") => {
            let number = whole(&found).or_else(|| asked?.parse().ok());
            after_number(object, pages, number.unwrap_or(1), rows)
        }
        NextBy::Cursor | NextBy::Scroll | NextBy::Number => match text(&found) {
            Some(text) => Next::Page(text),
            None if !matches!(&found, Value::Null) && text_is_empty(&found) => Next::None,
            None if !found.is_null() => Next::Unreadable,
            None => in_parent(object, pages),
        },
        NextBy::Address => match &found {
            Value::Null => Next::None,
            Value::String(address) => of_address(operation, address),
            _ => Next::Unreadable,
        },
    }
}

/// The value at keys joined by `/`. Only the part below the first key is parsed: the
/// rest of a page is large.
fn at(object: &Object<'_>, keys: &str) -> Value {
    let (first, rest) = keys.split_once('/').unwrap_or((keys, ""));
    let part = object.json(first).unwrap_or("null");
    if part.starts_with('[') {
        return Value::Null;
    }
    let part: Value = serde_json::from_str(part).unwrap_or_default();
    match rest {
        "" => part,
        rest => part
            .pointer(&format!("/{rest}"))
            .cloned()
            .unwrap_or_default(),
    }
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number_text(number)),
        _ => None,
    }
}

fn text_is_empty(value: &Value) -> bool {
    value.as_str() == Some("")
}

fn whole(value: &Value) -> Option<u64> {
    text(value)?.parse().ok()
}

/// The page after one by its number. Without the number of pages or a next one beside
/// it, only a page without rows is the end.
fn after_number(object: &Object<'_>, pages: &Pages, number: u64, rows: usize) -> Next {
    let (parent, is_inside) = match pages.at.rsplit_once('/') {
        Some((parent, _)) => (at(object, parent), true),
        None => (Value::Null, false),
    };
    let sibling = |key: &str| match is_inside {
        true => parent.get(key).cloned(),
        false => object.json(key).map(|_| at(object, key)),
    };
    let total = sibling("total_pages").as_ref().and_then(whole);
    let more = match (total, sibling("next")) {
        (Some(total), _) => number < total,
        (None, Some(next)) => !next.is_null(),
        (None, None) => rows > 0,
    };
    match more {
        true => Next::Page(number.saturating_add(1).to_string()),
        false => Next::None,
    }
}

/// The next page where the object around its cursor is in place of it: an address
/// that has the cursor in its query. An object without the cursor can't be read.
fn in_parent(object: &Object<'_>, pages: &Pages) -> Next {
    let Some((parent, _)) = pages.at.rsplit_once('/') else {
        return Next::None;
    };
    let name = pages.parameter.rsplit('/').next().unwrap_or_default();
    match at(object, parent) {
        Value::Null => Next::None,
        Value::String(address) => {
            let query = address.split_once('?').map_or("", |(_, query)| query);
            let mut pairs = form_urlencoded::parse(query.as_bytes());
            match pairs.find(|(key, _)| key == name) {
                Some((_, value)) => Next::Page(value.into_owned()),
                None => Next::Unreadable,
            }
        }
        Value::Object(_) => Next::None,
        _ => Next::Unreadable,
    }
}

/// The query of the next page's address. It must be an address of the same
/// operation; the request goes to the connector's own host in any case.
fn of_address(operation: &Operation, address: &str) -> Next {
    let rest = SplitUrl::parse(address).map_or(address, |url| url.rest);
    match rest.split_once('?') {
        Some((path, query)) if path.ends_with(&operation.path) => Next::Page(query.to_owned()),
        _ => Next::Unreadable,
    }
}

/// Asks for a page.
pub fn set(pages: &Pages, page: &str, request: &mut Request) {
    if pages.next == NextBy::Address {
        let pairs = form_urlencoded::parse(page.as_bytes()).into_owned();
        for (name, value) in pairs {
            request.query.0.retain(|(other, _)| *other != name);
            request.query.0.push((name, value));
        }
        return;
    }
    if !pages.in_body {
        request
            .query
            .0
            .push((pages.parameter.clone(), page.to_owned()));
        return;
    }
    let value = match pages.next {
        NextBy::Number => serde_json::from_str(page).unwrap_or_else(|_| page.into()),
        _ => Value::from(page),
    };
    let mut here = request.body.get_or_insert_with(|| Map::new().into());
    for key in pages.parameter.split('/') {
        if !here.is_object() {
            *here = Map::new().into();
        }
        let Value::Object(map) = here else { return };
        here = map.entry(key.to_owned()).or_insert(Value::Null);
    }
    *here = value;
}
