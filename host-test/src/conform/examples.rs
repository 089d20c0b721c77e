//! Clauses about the values in a manifest: examples, defaults and allowed values.

use connector_host::bindings::plugin::{Field, FieldType};
use serde_json::{Map, Value, json};

use super::clause::{Check, Clause, Finding};
use super::facts::Facts;
use super::fields::{below, fits, has_type, types_of_format};
use super::input::Kind;

pub const CLAUSES: &[Clause] = &[
    Clause {
        number: "2.6",
        promise: "Examples, defaults, allowed values and samples are JSON of their field's type \
                  and format.",
        check: Check::Facts(values),
    },
    Clause {
        number: "2.7",
        promise: "An action accepts its examples: the required inputs, those with an optional \
                  one, and each allowed value. If it needs an input that the manifest does not \
                  require, its error names that one.",
        check: Check::Facts(accepted),
    },
];

fn values(facts: &Facts) -> Vec<Finding> {
    let mut findings = Vec::new();
    for form in facts.forms() {
        for field in form.inputs.iter().chain(form.outputs) {
            let wrong = unfit(field).into_iter();
            findings.extend(wrong.map(|wrong| format!("{}, {}: {wrong}", form.id, field.name)));
        }
    }
    for trigger in &facts.manifest.triggers {
        let sample = serde_json::from_str::<Map<String, Value>>(&trigger.sample);
        let id = &trigger.id;
        match sample {
            Err(_) => findings.push(format!("{id}: its sample is not a JSON object")),
            Ok(sample) => findings.extend(
                mistyped(&trigger.outputs, &sample).map(|wrong| format!("{id}, sample: {wrong}")),
            ),
        }
    }
    findings
}

/// The values that do not fit a field.
fn unfit(field: &Field) -> Vec<String> {
    let mut found = Vec::new();
    let texts = [
        ("example", &field.example),
        ("default", &field.default_value),
    ];
    for (what, text) in texts {
        let Some(text) = text else { continue };
        match serde_json::from_str::<Value>(text) {
            Err(_) => found.push(format!("the {what} {text:?} is not JSON")),
            Ok(value) if !fits(field, &value) => {
                found.push(format!("the {what} {value} does not fit the field"));
            }
            Ok(_) => {}
        }
    }
    for value in &field.allowed {
        if !has_type(field, &json!(value)) {
            found.push(format!(
                "it allows the text {value:?}, but its type is not text"
            ));
        }
    }
    let types = field
        .format
        .as_deref()
        .and_then(|format| Some((format, types_of_format(format)?)));
    if let Some((format, types)) = types.filter(|(_, types)| !types.contains(&field.type_)) {
        let _: &[FieldType] = types;
        found.push(format!("its format {format} does not fit its type"));
    }
    found
}

/// The keys of a result that are not outputs, and values of the wrong type. Any output may be
/// null.
pub fn mistyped<'a>(
    outputs: &'a [Field],
    result: &'a Map<String, Value>,
) -> impl Iterator<Item = String> + 'a {
    result.iter().filter_map(|(key, value)| {
        match below(outputs, "").find(|(name, _)| name == key) {
            None => Some(format!("{key:?} is not an output")),
            Some((_, field)) if value.is_null() || has_type(field, value) => None,
            Some((_, field)) => Some(format!("{key} does not have its type, {:?}", field.type_)),
        }
    })
}

fn accepted(facts: &Facts) -> Vec<Finding> {
    let probes = facts.probes.iter();
    let probes =
        probes.filter(|probe| probe.input.is_acceptable() && probe.input.kind != Kind::Choices);
    let refused = probes.filter_map(|probe| Some((&probe.input, probe.preview.failure()?)));
    let findings =
        refused.map(|(input, failure)| format!("{}: refused: {}", input.place(), failure.message));
    findings.collect()
}
