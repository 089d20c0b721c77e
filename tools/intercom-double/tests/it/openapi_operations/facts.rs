//! The facts of an operation as lines, so that two descriptions can be compared.

use std::collections::BTreeMap;

use serde_json::Value;

/// Facts by input or response: `query page` is `integer default 1`.
pub type Facts = BTreeMap<String, String>;

/// The fact of a schema: type, format, values, default, and whether it is required.
///
/// Formats that say nothing about the wire (`int64`, `uuid`, `timestamp`) are left
/// out.
pub fn of_schema(schema: &Value, required: bool) -> String {
    let mut fact = vec![types(schema)];
    let format = schema["format"].as_str();
    fact.extend(
        format
            .filter(|format| FORMATS.contains(format))
            .map(str::to_owned),
    );
    fact.extend(values(schema));
    if let Some(items) = schema.get("items") {
        fact.push(format!("of {}", types(items)));
        fact.extend(values(items));
    }
    if takes_null(schema) {
        fact.push("or null".to_owned());
    }
    fact.extend(
        schema
            .get("default")
            .map(|value| format!("default {value}")),
    );
    fact.extend(required.then(|| "required".to_owned()));
    fact.retain(|part| !part.is_empty());
    fact.join(" ")
}

const FORMATS: [&str; 4] = ["date-time", "date", "email", "uri"];

/// The type's name; where alternatives have several, all of them.
fn types(schema: &Value) -> String {
    if let Some(constant) = schema.get("const") {
        return format!("always {constant}");
    }
    match &schema["type"] {
        Value::String(name) => name.clone(),
        Value::Array(names) => names[0].as_str().unwrap().to_owned(),
        _ if schema.get("properties").is_some() => "object".to_owned(),
        _ => {
            let alternatives = ["oneOf", "anyOf"].iter();
            let alternatives = alternatives.filter_map(|key| schema[*key].as_array());
            let mut names: Vec<_> = alternatives.flatten().map(types).collect();
            names.dedup();
            if names.is_empty() {
                names.push("any".to_owned());
            }
            names.join("|")
        }
    }
}

/// Whether null is a value: `nullable` in OpenAPI 3.0, a second type in 3.1.
fn takes_null(schema: &Value) -> bool {
    schema["nullable"] == true || schema["type"].is_array()
}

/// The allowed values in alphabetical order, since their order says nothing.
fn values(schema: &Value) -> Option<String> {
    let values = schema["enum"].as_array()?.iter();
    let mut values: Vec<_> = values
        .map(|value| value.as_str().unwrap_or_default())
        .collect();
    values.sort_unstable();
    Some(format!("in {}", values.join(",")))
}
