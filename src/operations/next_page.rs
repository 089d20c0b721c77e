//! The next page in a response, and the request for it.

use super::operation::{NextBy, Operation, Pages};
use crate::api::{Object, Request, RequestBody, SplitUrl};
use crate::input::number_text;
use serde_json::{Map, Value};

/// The next page in a response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// There is none.
    None,
    /// The value that requests it.
    Page(String),
    /// There is one, but its value is missing or malformed.
    Unreadable,
}

/// Finds the next page in a response.
///
/// `rows` is the number of its rows, `asked` the value that requested it.
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

/// The value at keys joined by `/`. Parses only the part below the first key, since the rest of
/// a page is large.
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

/// The page after one by its number. Without the number of pages or a next one beside it, only a
/// page without rows is the end.
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

/// The next page if the object around its cursor was replaced by a URL with the cursor in its
/// query. An object without the cursor is unreadable.
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

/// The query of the next page's URL. It must be the same operation; the request goes to the
/// connector's own host in any case.
fn of_address(operation: &Operation, address: &str) -> Next {
    let rest = SplitUrl::parse(address).map_or(address, |url| url.rest);
    match rest.split_once('?') {
        Some((path, query)) if path.ends_with(&operation.path) => Next::Page(query.to_owned()),
        _ => Next::Unreadable,
    }
}

/// Sets the page of a request.
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
    let empty = || RequestBody::Value(Map::new().into());
    let RequestBody::Value(body) = request.body.get_or_insert_with(empty) else {
        return;
    };
    let mut here = body;
    for key in pages.parameter.split('/') {
        if !here.is_object() {
            *here = Map::new().into();
        }
        let Value::Object(map) = here else { return };
        here = map.entry(key.to_owned()).or_insert(Value::Null);
    }
    *here = value;
}
