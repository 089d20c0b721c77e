//! For language models: one type and one spelling of each input, no placeholders,
//! no nulls, no examples. What a schema can't say in that way stands in the
//! description.

use serde_json::{Map, Value, json};

use super::{add, below, closed, merge, of_type, prefix};
use connector_host::manifest::{Action, Condition, Field, FieldType, Requirement};

/// The schema of an action's input.
pub fn input(action: &Action) -> Value {
    let mut schema = json!({});
    add(&mut schema, "description", action.description.as_deref());
    merge(&mut schema, object(&action.inputs, ""));
    schema
}

/// The object whose keys are the fields directly below `prefix`.
fn object(fields: &[Field], prefix: &str) -> Value {
    let mut properties = Map::new();
    let mut required = Vec::new();
    for (key, field) in below(fields, prefix) {
        properties.insert(key.to_owned(), property(fields, field));
        if field.required == Requirement::Always {
            required.push(key);
        }
    }
    closed(properties, required)
}

fn property(fields: &[Field], field: &Field) -> Value {
    let mut schema = one_form(fields, field);
    add(&mut schema, "description", description(field));
    add(&mut schema, "default", field.default_value.clone());
    schema
}

fn one_form(fields: &[Field], field: &Field) -> Value {
    match field.kind {
        FieldType::Text => text(field),
        FieldType::Integer => of_type("integer"),
        FieldType::Number => of_type("number"),
        FieldType::Flag => of_type("boolean"),
        FieldType::Json => json!({ "type": "object", "additionalProperties": true }),
        FieldType::TextList => json!({ "type": "array", "items": of_type("string") }),
        FieldType::Record => object(fields, &prefix(field)),
        FieldType::RecordList => {
            json!({ "type": "array", "items": object(fields, &prefix(field)) })
        }
    }
}

fn text(field: &Field) -> Value {
    let mut schema = of_type("string");
    let allowed = spellings(&field.allowed);
    add(
        &mut schema,
        "enum",
        (!allowed.is_empty()).then_some(allowed),
    );
    add(
        &mut schema,
        "format",
        field.format.as_deref().and_then(json_format),
    );
    schema
}

/// The first spelling of each value: `in-app` of `in-app`, `in_app` and `inapp`.
fn spellings(allowed: &[String]) -> Vec<&str> {
    let folded = |value: &str| value.to_lowercase().replace(['-', '_', ' '], "");
    let mut values: Vec<&str> = Vec::new();
    for value in allowed {
        if !values.iter().any(|known| folded(known) == folded(value)) {
            values.push(value);
        }
    }
    values
}

/// JSON Schema's name of a format, if it has one that models know.
fn json_format(format: &str) -> Option<&'static str> {
    match format {
        "date-time" => Some("date-time"),
        "email" => Some("email"),
        _ => None,
    }
}

/// The description, and what the schema itself does not say.
fn description(field: &Field) -> Option<String> {
    let condition = match (&field.required, &field.applies_when) {
        (Requirement::When(when), Some(only)) if when == only => Some(("Only and always", when)),
        (Requirement::When(when), _) => Some(("Required", when)),
        (_, Some(only)) => Some(("Only", only)),
        _ => None,
    };
    let condition = condition.map(|(word, condition)| sentence(word, condition));
    let parts: Vec<&str> = [field.description.as_deref(), condition.as_deref()]
        .into_iter()
        .flatten()
        .collect();
    (!parts.is_empty()).then(|| parts.join(" "))
}

fn sentence(word: &str, Condition { field, values }: &Condition) -> String {
    format!("{word} if {field} is {}.", values.join(" or "))
}
