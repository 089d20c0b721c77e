//! `{"$response": N, "at": "/data/0"}` in an expected result: refers to the recorded body of
//! exchange N, or to the part at the JSON Pointer.

use serde_json::{Map, Value, json};

use crate::Exchange;

const KEY: &str = "$response";
const AT: &str = "at";

/// An invalid reference.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReferenceError {
    /// The format is wrong.
    #[error(
        "{0} is not a reference; write {{\"$response\": 1}} or {{\"$response\": 1, \"at\": \
         \"/data/0\"}}"
    )]
    Form(String),
    /// No such exchange, or its body is not JSON.
    #[error("exchange {0} has no JSON body; exchanges are counted from 1")]
    NoBody(u64),
    /// The body has no value there.
    #[error("exchange {0} has nothing at {1:?}; give a JSON pointer into its body")]
    NothingThere(u64, String),
}

/// Replaces the references in `expected` by their values.
pub fn fill(expected: &Value, exchanges: &[Exchange]) -> Result<Value, ReferenceError> {
    match expected {
        Value::Object(object) if object.contains_key(KEY) => follow(object, exchanges),
        Value::Object(object) => {
            let filled = object
                .iter()
                .map(|(key, value)| Ok((key.clone(), fill(value, exchanges)?)));
            Ok(Value::Object(filled.collect::<Result<_, _>>()?))
        }
        Value::Array(items) => items.iter().map(|item| fill(item, exchanges)).collect(),
        plain => Ok(plain.clone()),
    }
}

fn follow(reference: &Map<String, Value>, exchanges: &[Exchange]) -> Result<Value, ReferenceError> {
    let form = || ReferenceError::Form(Value::Object(reference.clone()).to_string());
    if reference.keys().any(|key| key != KEY && key != AT) {
        return Err(form());
    }
    let number = reference
        .get(KEY)
        .and_then(Value::as_u64)
        .ok_or_else(form)?;
    let pointer = match reference.get(AT) {
        None => "",
        Some(pointer) => pointer.as_str().ok_or_else(form)?,
    };
    let body = usize::try_from(number)
        .ok()
        .and_then(|number| exchanges.get(number.checked_sub(1)?))
        .and_then(Exchange::response_json)
        .ok_or(ReferenceError::NoBody(number))?;
    let part = body.pointer(pointer).cloned();
    part.ok_or_else(|| ReferenceError::NothingThere(number, pointer.to_owned()))
}

/// Replaces every object in `result` that is a recorded body, or an item of a list in one, by a
/// reference.
pub fn refer(result: &Value, exchanges: &[Exchange]) -> Value {
    let mut known = Vec::new();
    for (exchange, number) in exchanges.iter().zip(1_u64..) {
        if let Some(body) = exchange.response_json() {
            items(&body, String::new(), number, &mut known);
            known.push((body, json!({ KEY: number })));
        }
    }
    replace(result, &known)
}

/// Collects the objects that are items of lists in `value`, with references.
fn items(value: &Value, pointer: String, number: u64, known: &mut Vec<(Value, Value)>) {
    match value {
        Value::Object(object) => {
            for (key, value) in object {
                let key = key.replace('~', "~0").replace('/', "~1");
                items(value, format!("{pointer}/{key}"), number, known);
            }
        }
        Value::Array(list) => {
            for (index, item) in list.iter().enumerate() {
                let pointer = format!("{pointer}/{index}");
                items(item, pointer.clone(), number, known);
                if item.is_object() {
                    known.push((item.clone(), json!({ KEY: number, AT: pointer })));
                }
            }
        }
        _ => {}
    }
}

fn replace(value: &Value, known: &[(Value, Value)]) -> Value {
    let structured = value.as_object().is_some_and(|object| !object.is_empty())
        || value.as_array().is_some_and(|list| !list.is_empty());
    if structured && let Some((_, reference)) = known.iter().find(|(body, _)| body == value) {
        return reference.clone();
    }
    match value {
        Value::Object(object) => {
            let replaced = object
                .iter()
                .map(|(key, value)| (key.clone(), replace(value, known)));
            Value::Object(replaced.collect())
        }
        Value::Array(list) => list.iter().map(|item| replace(item, known)).collect(),
        plain => plain.clone(),
    }
}
