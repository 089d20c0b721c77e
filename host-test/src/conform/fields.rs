//! The fields of a manifest: their hierarchy, and whether a value fits one.

use connector_host::bindings::plugin::{Condition, Field, FieldType, JsonTypes, Requirement};
use serde_json::{Map, Value};

use super::placeholders;

/// The fields directly below `prefix`, with their keys.
pub fn below<'a>(fields: &'a [Field], prefix: &str) -> impl Iterator<Item = (&'a str, &'a Field)> {
    fields.iter().filter_map(move |field| {
        let key = field.name.strip_prefix(prefix)?;
        (!key.contains('.')).then_some((key, field))
    })
}

/// The prefix of the fields below `field`, if it can have any.
pub fn prefix(field: &Field) -> Option<String> {
    match field.type_ {
        FieldType::Record => Some(format!("{}.", field.name)),
        FieldType::RecordList => Some(format!("{}[].", field.name)),
        _ => None,
    }
}

/// Whether an input satisfies a condition.
pub fn holds(condition: &Condition, input: &Map<String, Value>) -> bool {
    let text = match input.get(&condition.field) {
        Some(Value::String(text)) => text.clone(),
        Some(value) => value.to_string(),
        None => return false,
    };
    condition.values.contains(&text)
}

/// Whether a field is required in an input with these other fields.
pub fn is_required(field: &Field, input: &Map<String, Value>) -> bool {
    match &field.required {
        Requirement::Optional => false,
        Requirement::Always => true,
        Requirement::When(condition) => holds(condition, input),
    }
}

/// Whether a field applies in an input with these other fields.
pub fn applies(field: &Field, input: &Map<String, Value>) -> bool {
    let condition = field.applies_when.as_ref();
    condition.is_none_or(|condition| holds(condition, input))
}

/// Whether a value has the field's type, or one of its additional types.
pub fn has_type(field: &Field, value: &Value) -> bool {
    let own = match field.type_ {
        FieldType::Text => JsonTypes::TEXT,
        FieldType::Integer => JsonTypes::INTEGER,
        FieldType::Number => JsonTypes::NUMBER,
        FieldType::Flag => JsonTypes::BOOLEAN,
        FieldType::Json => JsonTypes::all(),
        FieldType::TextList | FieldType::RecordList => JsonTypes::LIST,
        FieldType::Record => JsonTypes::OBJECT,
    };
    let kinds = match value {
        Value::Null => JsonTypes::NULL,
        Value::Bool(_) => JsonTypes::BOOLEAN,
        Value::Number(number) if number.is_i64() || number.is_u64() => {
            JsonTypes::INTEGER | JsonTypes::NUMBER
        }
        Value::Number(_) => JsonTypes::NUMBER,
        Value::String(_) => JsonTypes::TEXT,
        Value::Array(_) => JsonTypes::LIST,
        Value::Object(_) => JsonTypes::OBJECT,
    };
    let items_fit = match (field.type_, value) {
        (FieldType::TextList, Value::Array(items)) => items.iter().all(Value::is_string),
        (FieldType::RecordList, Value::Array(items)) => items.iter().all(Value::is_object),
        _ => true,
    };
    (own | field.also).intersects(kinds) && items_fit
}

/// Whether a value is valid for the field: its type, format, and the allowed values. Text with a
/// placeholder is always valid.
pub fn fits(field: &Field, value: &Value) -> bool {
    if field.templated && placeholders::any_in(value) {
        return true;
    }
    let allowed = |text: &String| field.allowed.is_empty() || field.allowed.contains(text);
    has_type(field, value)
        && match value {
            Value::String(text) => allowed(text) && has_format(field, text),
            _ => true,
        }
}

/// Whether a text has the format of its field. Any text has an unknown format.
fn has_format(field: &Field, text: &str) -> bool {
    match field.format.as_deref() {
        Some("date-time") => text.starts_with(|c: char| c.is_ascii_digit() || c == '-'),
        Some("email") => text.contains('@'),
        Some("url") => text.starts_with("https://") || text.starts_with("http://"),
        Some("phone") => text.contains(|c: char| c.is_ascii_digit()),
        Some("path") => text.starts_with('/'),
        Some("pagination") => text.split('&').all(|pair| pair.contains('=')),
        Some("id" | "formula") => !text.is_empty(),
        _ => true,
    }
}

/// The types that can have a format; empty for an unknown format.
pub fn types_of_format(format: &str) -> Option<&'static [FieldType]> {
    Some(match format {
        "date-time" => &[FieldType::Text, FieldType::Integer],
        "json-object" => &[FieldType::Json],
        "email" | "url" | "phone" | "html" | "id" | "path" | "formula" | "pagination"
        | "secret" => &[FieldType::Text],
        _ => return None,
    })
}
