//! Schemas of results. Every field may be absent, for forms also null, and later versions may
//! add fields.

use serde_json::{Map, Value, json};

use super::{Audience, add, any, any_of, below, merge, of_type, prefix};
use crate::manifest::{Action, Field, FieldType};

/// The output with the service's whole response, by convention.
const RESPONSE: &str = "response";

/// Outputs about a result that are not its content.
const REMARKS: [&str; 3] = [RESPONSE, "location", "notes"];

/// The schema of an action's result.
pub fn output(action: &Action, audience: Audience) -> Value {
    object(&action.outputs, "", audience)
}

/// An action's result in the form of its schema for agents: without nulls, and without a
/// `response` that the other outputs contain, unless `keep` is set.
pub fn agent_result(action: &Action, result: Value, keep_response: bool) -> Value {
    pruned(&action.outputs, "", result, keep_response)
}

/// The object whose keys are the fields directly below `prefix`.
fn object(fields: &[Field], prefix: &str, audience: Audience) -> Value {
    let properties = below(fields, prefix);
    let is_told = |field: &Field| audience == Audience::Form || !repeats(fields, prefix, field);
    let properties = properties.filter(|(_, field)| is_told(field));
    let properties = properties.map(|(key, field)| {
        let property = property(fields, field, audience);
        (key.to_owned(), property)
    });
    let properties: Map<String, Value> = properties.collect();
    json!({ "type": "object", "properties": properties })
}

fn property(fields: &[Field], field: &Field, audience: Audience) -> Value {
    let form = form(fields, field, audience);
    let mut schema = json!({});
    if audience == Audience::Form {
        add(&mut schema, "title", Some(field.title.as_str()));
    }
    if matches!(audience, Audience::Form | Audience::Agent) {
        add(&mut schema, "description", field.description.as_deref());
    }
    let is_any = field.kind == FieldType::Json && field.format.is_none();
    let may_be_null = audience == Audience::Form && !is_any;
    let null = may_be_null.then(|| of_type("null"));
    merge(&mut schema, any_of([form].into_iter().chain(null)));
    schema
}

fn form(fields: &[Field], field: &Field, audience: Audience) -> Value {
    let lean = audience == Audience::ToolList { lean: true };
    match field.kind {
        FieldType::Record if lean => of_type("object"),
        FieldType::RecordList if lean => json!({ "type": "array", "items": of_type("object") }),
        FieldType::Json if field.format.is_none() => any(),
        FieldType::Json => json!({ "type": "object", "additionalProperties": true }),
        FieldType::Text => of_type("string"),
        FieldType::Integer => of_type("integer"),
        FieldType::Number => of_type("number"),
        FieldType::Flag => of_type("boolean"),
        FieldType::TextList => json!({ "type": "array", "items": of_type("string") }),
        FieldType::Record => object(fields, &prefix(field), audience),
        FieldType::RecordList => {
            json!({ "type": "array", "items": object(fields, &prefix(field), audience) })
        }
    }
}

/// Whether a field is a whole response whose content other outputs contain.
fn repeats(fields: &[Field], prefix: &str, field: &Field) -> bool {
    let is_response = field.name.strip_prefix(prefix) == Some(RESPONSE);
    is_response && below(fields, prefix).any(|(key, _)| !REMARKS.contains(&key))
}

/// `value`, whose keys are the fields directly below `prefix`.
fn pruned(fields: &[Field], prefix: &str, value: Value, keep_response: bool) -> Value {
    let Value::Object(object) = value else {
        return value;
    };
    let kept = object.into_iter().filter_map(|(key, value)| {
        let Some((_, field)) = below(fields, prefix).find(|(known, _)| *known == key) else {
            return Some((key, value));
        };
        if value.is_null() || (!keep_response && repeats(fields, prefix, field)) {
            return None;
        }
        let within = super::prefix(field);
        let value = match (field.kind, value) {
            (FieldType::Record, record) => pruned(fields, &within, record, keep_response),
            (FieldType::RecordList, Value::Array(rows)) => {
                let rows = rows.into_iter();
                rows.map(|row| pruned(fields, &within, row, keep_response))
                    .collect()
            }
            (_, value) => value,
        };
        Some((key, value))
    });
    kept.collect()
}
