//! Schemas for language models: one type and one format for each input, no placeholders, no
//! nulls. Other rules are in the description, with an example if the format is a connector's
//! own.

use serde_json::{Map, Value, json};

use super::{Audience, add, below, closed, merge, of_type, prefix};
use crate::manifest::{Action, Condition, Field, FieldType, Requirement};

/// The schema of an action's input.
pub fn input(action: &Action, audience: Audience) -> Value {
    let mut schema = json!({});
    add(&mut schema, "description", action.description.as_deref());
    merge(&mut schema, object(&action.inputs, "", audience));
    schema
}

/// The object whose keys are the fields directly below `prefix`.
fn object(fields: &[Field], prefix: &str, audience: Audience) -> Value {
    let mut properties = Map::new();
    let mut required = Vec::new();
    for (key, field) in below(fields, prefix) {
        properties.insert(key.to_owned(), property(fields, field, audience));
        if field.required == Requirement::Always {
            required.push(key);
        }
    }
    closed(properties, required)
}

fn property(fields: &[Field], field: &Field, audience: Audience) -> Value {
    let mut schema = one_form(fields, field, audience);
    add(&mut schema, "description", description(field, audience));
    add(&mut schema, "default", field.default_value.clone());
    schema
}

fn one_form(fields: &[Field], field: &Field, audience: Audience) -> Value {
    match field.kind {
        FieldType::Text => text(field),
        FieldType::Integer => of_type("integer"),
        FieldType::Number => of_type("number"),
        FieldType::Flag => of_type("boolean"),
        FieldType::Json => json!({ "type": "object", "additionalProperties": true }),
        FieldType::TextList => json!({ "type": "array", "items": of_type("string") }),
        FieldType::Record => object(fields, &prefix(field), audience),
        FieldType::RecordList => {
            json!({ "type": "array", "items": object(fields, &prefix(field), audience) })
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

/// JSON Schema's name of a format, if models know it.
fn json_format(format: &str) -> Option<&'static str> {
    match format {
        "date-time" => Some("date-time"),
        "email" => Some("email"),
        _ => None,
    }
}

/// Maximum length of a short description, in characters. A model reads those of all tools in
/// each conversation; `describe` returns the whole text.
const MAX_DESCRIPTION: usize = 120;

/// The description, with the rules that the schema cannot express.
fn description(field: &Field, audience: Audience) -> Option<String> {
    let condition = match (&field.required, &field.applies_when) {
        (Requirement::When(when), Some(only)) if when == only => Some(("Only and always", when)),
        (Requirement::When(when), _) => Some(("Required", when)),
        (_, Some(only)) => Some(("Only", only)),
        _ => None,
    };
    let condition = condition.map(|(word, condition)| sentence(word, condition));
    let example = example(field);
    let tells_itself = field.required != Requirement::Always && example.is_none();
    let described = field
        .description
        .as_deref()
        .and_then(|text| match audience {
            Audience::ToolList { lean: true } if tells_itself => None,
            Audience::ToolList { .. } => Some(short(text)),
            Audience::Form | Audience::Agent => Some(text.to_owned()),
        });
    let parts: Vec<String> = [described, example, condition]
        .into_iter()
        .flatten()
        .filter(|part| !part.is_empty())
        .collect();
    (!parts.is_empty()).then(|| parts.join(" "))
}

/// The first sentence, and following ones of its paragraph while they are short in total.
/// Sentences about placeholders are left out, since agents use none.
pub(super) fn short(text: &str) -> String {
    let paragraph = text.split("\n\n").next().unwrap_or_default();
    let sentences = paragraph.split_inclusive(". ").map(str::trim);
    let mut kept = String::new();
    for sentence in sentences.filter(|sentence| !sentence.contains("laceholder")) {
        let length = kept.chars().count() + sentence.chars().count();
        if !kept.is_empty() && length > MAX_DESCRIPTION {
            break;
        }
        if !kept.is_empty() {
            kept.push(' ');
        }
        kept.push_str(sentence);
    }
    kept
}

/// An example of a text whose syntax models do not know.
fn example(field: &Field) -> Option<String> {
    let is_own = matches!(field.format.as_deref(), Some("formula" | "pagination"));
    let example = field.example.as_ref().filter(|_| is_own)?;
    Some(format!("Example: `{}`", example.as_str()?))
}

fn sentence(word: &str, Condition { field, values }: &Condition) -> String {
    format!("{word} if {field} is {}.", values.join(" or "))
}
