//! Reads the inputs of an operation, and the fixed values of its definition.

use super::operation::{Body, Input, Kind, NextBy, Operation, Place};
use super::types::{expected, is_free_text, parse};
use crate::input::{Dynamic, Flag, InputError, InputReader, Need, NextPage, Patch, number_text};
use serde_json::{Map, Value};

/// The request of an operation, without the page.
#[derive(Debug, Default, PartialEq)]
pub struct Given {
    /// The encoded path.
    pub path: String,
    /// The parameters of the query.
    pub query: Vec<(String, String)>,
    /// The body.
    pub body: Option<Value>,
    /// The start of a list: `next_page` of an earlier result.
    pub next_page: Option<String>,
    /// Whether to read all pages.
    pub all: bool,
}

/// The inputs of every list with pages.
pub const NEXT_PAGE: &str = "next_page";
/// See [`NEXT_PAGE`].
pub const ALL: &str = "all";

/// Reads the inputs. `None` if an error was noted.
pub fn read<'a>(operation: &'a Operation, reader: &mut InputReader<'a>) -> Option<Given> {
    let mut segments = Vec::new();
    let mut given = Given::default();
    let mut fields = Map::new();
    let mut whole = None;
    let mut is_read = true;
    let named = named(operation, reader);
    for input in &operation.inputs {
        if input.place == Place::Placeholder {
            continue;
        }
        let Some(patch) = field(input, &input.name, named.as_ref(), reader) else {
            is_read = false;
            continue;
        };
        match (input.place, patch) {
            (Place::Placeholder, _) | (_, Patch::Absent) => {}
            (Place::Path | Place::Query, Patch::Null) => {}
            (Place::Path, Patch::Value(value)) => segments.push((input, text(&value))),
            (Place::Query, Patch::Value(value)) => given.query.extend(parameters(input, value)),
            (Place::Body, patch) => {
                fields.insert(input.name.clone(), patch.value().unwrap_or_default());
            }
            (Place::Whole, patch) => whole = patch.value(),
        }
    }
    if operation.pages.next != NextBy::None {
        let next_page = reader.optional::<NextPage>(NEXT_PAGE);
        let all = reader.optional::<Flag>(ALL);
        let (Some(next_page), Some(all)) = (next_page, all) else {
            return None;
        };
        given.next_page = next_page.map(|NextPage(page)| page);
        given.all = all.is_some_and(|Flag(all)| all);
    }
    given.path = path(operation, &segments);
    given.body = match (operation.body, whole) {
        (Body::None, _) => None,
        (_, Some(body)) => Some(body),
        (Body::Optional, None) if fields.is_empty() => None,
        (_, None) => Some(fields.into()),
    };
    (is_read && named.is_some()).then_some(given)
}

/// The inputs for the placeholders of fixed values; null counts as absent. `None` if an error
/// was noted.
fn named<'a>(operation: &'a Operation, reader: &mut InputReader<'a>) -> Option<Map<String, Value>> {
    let mut named = Map::new();
    let mut is_read = true;
    let inputs = operation.inputs.iter();
    for input in inputs.filter(|input| input.place == Place::Placeholder) {
        match field(input, &input.name, None, reader) {
            Some(patch) => named.extend(patch.value().map(|value| (input.name.clone(), value))),
            None => is_read = false,
        }
    }
    is_read.then_some(named)
}

/// Reads one input, or a fixed value. `None` if an error was noted. If a named input has an
/// error, fixed values are not checked.
fn field<'a>(
    input: &'a Input,
    name: &str,
    named: Option<&Map<String, Value>>,
    reader: &mut InputReader<'a>,
) -> Option<Patch<Value>> {
    let need = match input.required {
        true => Need::Value(""),
        false => Need::Nothing,
    };
    let expected = &expected(input);
    let dynamic = Dynamic {
        need,
        expected,
        free_text: is_free_text(input),
        parse: &|resolve, written| parse(input, resolve, written),
    };
    if !input.fixed.is_empty() {
        let written = serde_json::from_str(&input.fixed).unwrap_or_default();
        return reader.fixed(name, written, named?, &dynamic);
    }
    match input.kind {
        Kind::Record => record(input, need, expected, named, reader),
        Kind::RecordList => records(input, need, expected, named, reader),
        _ => reader.value(&input.name, &dynamic),
    }
}

fn record<'a>(
    input: &'a Input,
    need: Need<'_>,
    expected: &str,
    named: Option<&Map<String, Value>>,
    reader: &mut InputReader<'a>,
) -> Option<Patch<Value>> {
    let fixed = fixed(input, named, reader);
    let mut object = Map::new();
    let mut read = |inner: &mut InputReader<'a>| fields(input, named, inner, &mut object);
    let found = reader.object(&input.name, need, expected, &mut read)?;
    object.extend(fixed?);
    Some(found.map(|()| object.into()))
}

fn records<'a>(
    input: &'a Input,
    need: Need<'_>,
    expected: &str,
    named: Option<&Map<String, Value>>,
    reader: &mut InputReader<'a>,
) -> Option<Patch<Value>> {
    let fixed = fixed(input, named, reader);
    let mut items: Vec<Map<String, Value>> = Vec::new();
    let mut read = |inner: &mut InputReader<'a>| {
        let mut object = Map::new();
        let is_read = fields(input, named, inner, &mut object);
        items.push(object);
        is_read
    };
    reader.records(&input.name, expected, None, &mut read)?;
    let fixed = fixed?;
    if items.is_empty() {
        if let Need::Value(_) = need {
            let hint = format!("give {expected}");
            reader.note(&input.name, InputError::new("is required", hint));
            return None;
        }
        return Some(Patch::Absent);
    }
    let items = items.into_iter().map(|mut object| {
        object.extend(fixed.clone());
        Value::Object(object)
    });
    Some(Patch::Value(items.collect()))
}

/// Reads the fields of an object into a map. Returns whether no error was noted.
fn fields<'a>(
    input: &'a Input,
    named: Option<&Map<String, Value>>,
    reader: &mut InputReader<'a>,
    object: &mut Map<String, Value>,
) -> bool {
    let mut is_read = true;
    for inner in input.fields.iter().filter(|inner| inner.fixed.is_empty()) {
        match field(inner, &inner.name, named, reader) {
            Some(Patch::Absent) => {}
            Some(patch) => {
                object.insert(inner.name.clone(), patch.value().unwrap_or_default());
            }
            None => is_read = false,
        }
    }
    is_read
}

/// The fixed values of an object's fields. They belong to the definition, so their placeholders
/// are resolved even if the object is the value of a placeholder.
fn fixed<'a>(
    input: &'a Input,
    named: Option<&Map<String, Value>>,
    reader: &mut InputReader<'a>,
) -> Option<Map<String, Value>> {
    let mut object = Map::new();
    let mut is_read = true;
    for inner in input.fields.iter().filter(|inner| !inner.fixed.is_empty()) {
        let place = format!("{}.{}", input.name, inner.name);
        match field(inner, &place, named, reader) {
            Some(patch) => {
                let value = patch.value().map(|value| (inner.name.clone(), value));
                object.extend(value);
            }
            None => is_read = false,
        }
    }
    is_read.then_some(object)
}

fn path(operation: &Operation, values: &[(&Input, String)]) -> String {
    let segments = operation.path.split('/').map(|segment| {
        let name = segment
            .strip_prefix('{')
            .and_then(|rest| rest.strip_suffix('}'));
        let value = values
            .iter()
            .find(|(input, _)| Some(input.name.as_str()) == name);
        value.map_or(segment, |(_, value)| value)
    });
    segments.collect::<Vec<_>>().join("/")
}

fn parameters(input: &Input, value: Value) -> Vec<(String, String)> {
    let pair = |text| (input.name.clone(), text);
    match value {
        Value::Array(items) if input.explode => items.iter().map(text).map(pair).collect(),
        Value::Array(items) => {
            let texts: Vec<String> = items.iter().map(text).collect();
            vec![pair(texts.join(","))]
        }
        value => vec![pair(text(&value))],
    }
}

/// The text of a value in a URL.
fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number_text(number),
        other => other.to_string(),
    }
}
