//! Checks an input against what the connector offers, without a fault.

use serde_json::{Map, Value};

use crate::exports::workflow::plugin::plugin::{Field, FieldType, Requirement};
use crate::exports::workflow::plugin::types::ActionError;
use crate::respond::{Problem, refused};
use crate::{fault, offer, request};

pub type Input = Map<String, Value>;

/// Who reads an input; the two read it alike, but for a fault.
#[derive(PartialEq)]
pub enum Caller {
    Preview,
    Invoke,
}

/// The length from which a text is long, in bytes.
const LONG: usize = 1000;

pub fn read(action: &str, text: &str, caller: Caller) -> Result<Input, ActionError> {
    fault::trap_if("1.3-input", text.contains("elsewhere.example"));
    let is_odd = request::variable(offer::REGION).is_some_and(|region| region.contains('{'));
    fault::trap_if("1.3-variable", is_odd);
    let manifest = offer::manifest();
    let Some(offered) = manifest
        .actions
        .into_iter()
        .find(|offered| offered.id == action)
    else {
        return Err(fault::of_unknown_action(refused(&[Problem(
            "action",
            "is not known",
        )])));
    };
    let input = match serde_json::from_str(text) {
        Ok(Value::Object(input)) => input,
        Ok(Value::Array(_)) if fault::is("4.1-object") => Map::new(),
        _ if fault::is("4.1-problems") => return Err(refused(&[])),
        _ => return Err(refused(&[Problem("input", "is no JSON object")])),
    };
    let unknown = input
        .keys()
        .filter(|key| offered.inputs.iter().all(|field| field.name != **key));
    let unknown = unknown.filter(|_| !fault::is("4.1-key"));
    let mut problems: Vec<Problem> = unknown.map(|key| Problem(key, "is not known")).collect();
    for field in &offered.inputs {
        let wrong = wrong(action, field, &input);
        problems.extend(wrong.map(|wrong| Problem(&field.name, wrong)));
    }
    let mut texts = input.values().filter_map(Value::as_str);
    let is_strict = match caller {
        Caller::Preview => fault::is("5.3-refused"),
        Caller::Invoke => fault::is("5.3-shown"),
    };
    if is_strict && texts.any(|text| text.len() > LONG) {
        problems.push(Problem("name", "is too long"));
    }
    if fault::is("4.2") {
        problems.truncate(1);
    }
    match problems.is_empty() {
        true => Ok(input),
        false => Err(refused(&problems)),
    }
}

/// What is wrong with a field.
fn wrong(action: &str, field: &Field, input: &Input) -> Option<&'static str> {
    let is_required = match &field.required {
        Requirement::Optional => false,
        Requirement::Always => !(fault::is("4.1-missing") && action == "get-thing"),
        Requirement::When(condition) => {
            let other = input.get(&condition.field).and_then(Value::as_str);
            other.is_some_and(|other| condition.values.iter().any(|value| value == other))
        }
    };
    let Some(value) = input.get(&field.name) else {
        return is_required.then_some("is required");
    };
    let text = value.as_str();
    let has_type = match field.type_ {
        FieldType::Integer => value.is_i64(),
        _ => value.is_string(),
    };
    let is_allowed = |text: &str| field.allowed.iter().any(|allowed| allowed == text);
    let has_rule = !field.allowed.is_empty() && !fault::is("4.1-allowed");
    if !has_type {
        return Some("is of another type");
    }
    if has_rule && !text.is_some_and(is_allowed) {
        return Some("is not allowed");
    }
    let is_refused = match action {
        "create-thing" if fault::is("2.7-required") => field.name == "name",
        "create-thing" if fault::is("2.7-optional") => field.name == "count",
        "create-thing" if fault::is("2.7-allowed") => text == Some("painted"),
        _ => false,
    };
    is_refused.then_some("is not liked")
}
