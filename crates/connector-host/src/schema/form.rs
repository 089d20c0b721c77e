//! Schemas for forms: everything that `invoke` accepts.
//!
//! A value that may be a placeholder is accepted as a placeholder, whatever its value is.

use serde_json::{Map, Value, json};

use super::{add, any, any_of, below, closed, merge, of_type, prefix};
use crate::manifest::{Action, Condition, Field, FieldType, JsonType, Requirement};

/// The schema's definition of a placeholder.
const PLACEHOLDER: &str = "#/$defs/placeholder";

/// The pattern of a placeholder.
const PATTERN: &str = r"\{\{[^{}]+\}\}|<<[^<>]+>>";

/// The schema of an action's input.
pub fn input(action: &Action) -> Value {
    let mut schema = json!({ "title": action.title });
    add(&mut schema, "description", action.description.as_deref());
    merge(&mut schema, object(&action.inputs, ""));
    if action.inputs.iter().any(|field| field.templated) {
        let placeholder = json!({
            "description": "Text with a placeholder, such as {{settings.admin}}.",
            "type": "string",
            "pattern": PATTERN,
        });
        let definitions = json!({ "placeholder": placeholder });
        add(&mut schema, "$defs", Some(definitions));
    }
    schema
}

/// The object whose keys are the fields directly below `prefix`.
fn object(fields: &[Field], prefix: &str) -> Value {
    let mut properties = Map::new();
    let mut required = Vec::new();
    let mut conditions: Vec<(&Condition, Vec<&str>)> = Vec::new();
    for (key, field) in below(fields, prefix) {
        properties.insert(key.to_owned(), property(fields, field));
        match &field.required {
            Requirement::Optional => {}
            Requirement::Always => required.push(key),
            Requirement::When(condition) => {
                match conditions.iter_mut().find(|(known, _)| *known == condition) {
                    Some((_, keys)) => keys.push(key),
                    None => conditions.push((condition, vec![key])),
                }
            }
        }
    }
    let mut schema = closed(properties, required);
    if !conditions.is_empty() {
        let conditions = conditions.iter();
        let conditions = conditions.map(|(when, keys)| conditional(when, keys));
        add(&mut schema, "allOf", Some(conditions.collect::<Value>()));
    }
    schema
}

/// Requires that `keys` exist and are not null if the condition holds.
fn conditional(condition: &Condition, keys: &[&str]) -> Value {
    let not_null = |key: &&str| ((*key).to_owned(), json!({ "not": of_type("null") }));
    let properties: Map<String, Value> = keys.iter().map(not_null).collect();
    json!({
        "if": {
            "properties": { &condition.field: in_any_case(&condition.values) },
            "required": [condition.field],
        },
        "then": { "properties": properties, "required": keys },
    })
}

fn property(fields: &[Field], field: &Field) -> Value {
    let mut schema = json!({ "title": field.title });
    add(&mut schema, "description", field.description.as_deref());
    merge(&mut schema, any_of(forms(fields, field)));
    add(&mut schema, "default", field.default_value.clone());
    let examples = field.example.as_ref().map(|example| json!([example]));
    add(&mut schema, "examples", examples);
    schema
}

/// The schema of a field's value.
fn forms(fields: &[Field], field: &Field) -> Vec<Value> {
    let mut forms = match field.kind {
        FieldType::Text if field.allowed.is_empty() => vec![of_type("string")],
        FieldType::Text => vec![
            json!({ "type": "string", "enum": field.allowed }),
            in_any_case(&field.allowed),
        ],
        FieldType::Integer => vec![of_type("integer")],
        FieldType::Number => vec![of_type("number")],
        FieldType::Flag => vec![of_type("boolean")],
        FieldType::Json if field.format.is_some() => vec![of_type("object")],
        FieldType::Json => vec![any()],
        FieldType::TextList => vec![json!({ "type": "array", "items": of_type("string") })],
        FieldType::Record => vec![object(fields, &prefix(field))],
        FieldType::RecordList => vec![json!({ "type": "array", "items": item(fields, field) })],
    };
    forms.extend(field.also.iter().map(|kind| also(fields, field, *kind)));
    if field.templated && !forms.contains(&of_type("string")) && forms != [any()] {
        forms.push(json!({ "$ref": PLACEHOLDER }));
    }
    forms
}

/// The schemas of its additional types.
fn also(fields: &[Field], field: &Field, kind: JsonType) -> Value {
    match kind {
        JsonType::Text if field.kind == FieldType::Flag => {
            in_any_case(&["true".to_owned(), "false".to_owned()])
        }
        JsonType::Object if field.kind == FieldType::RecordList => {
            values_by_name(&object(fields, &prefix(field)))
        }
        JsonType::Text => of_type("string"),
        JsonType::Integer => of_type("integer"),
        JsonType::Number => of_type("number"),
        JsonType::Boolean => of_type("boolean"),
        JsonType::Object => of_type("object"),
        JsonType::List => of_type("array"),
        JsonType::Null => of_type("null"),
    }
}

/// One record of a list.
fn item(fields: &[Field], field: &Field) -> Value {
    let record = object(fields, &prefix(field));
    let placeholder = field.templated.then(|| json!({ "$ref": PLACEHOLDER }));
    any_of([record].into_iter().chain(placeholder))
}

/// An object instead of a list of records with a name and a value.
fn values_by_name(record: &Value) -> Value {
    let property = |name: &str| record.pointer(&format!("/properties/{name}")).cloned();
    json!({
        "type": "object",
        "propertyNames": property("name"),
        "additionalProperties": property("value"),
    })
}

/// One of the allowed values, ignoring case and surrounding white space.
fn in_any_case(values: &[String]) -> Value {
    let values: Vec<String> = values.iter().map(|value| folded(value)).collect();
    let pattern = format!(r"^\s*({})\s*$", values.join("|"));
    json!({ "type": "string", "pattern": pattern })
}

/// A case-insensitive pattern of a text.
fn folded(text: &str) -> String {
    let char = |c: char| match c.is_ascii_alphabetic() {
        true => format!("[{}{}]", c.to_ascii_lowercase(), c.to_ascii_uppercase()),
        false => c.to_string(),
    };
    text.chars().map(char).collect()
}
