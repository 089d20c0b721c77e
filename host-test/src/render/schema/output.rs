//! What an action returns. Every field may be null or absent, and later versions may
//! have more.

use serde_json::{Map, Value, json};

use super::{Audience, add, any, any_of, below, merge, of_type, prefix};
use connector_host::manifest::{Action, Field, FieldType};

/// The schema of an action's result.
pub fn output(action: &Action, audience: Audience) -> Value {
    object(&action.outputs, "", audience)
}

/// The object whose keys are the fields directly below `prefix`.
fn object(fields: &[Field], prefix: &str, audience: Audience) -> Value {
    let properties = below(fields, prefix);
    let properties = properties.map(|(key, field)| {
        let property = property(fields, field, audience);
        (key.to_owned(), property)
    });
    let properties: Map<String, Value> = properties.collect();
    json!({ "type": "object", "properties": properties })
}

fn property(fields: &[Field], field: &Field, audience: Audience) -> Value {
    let mut schema = json!({});
    if audience == Audience::Form {
        add(&mut schema, "title", Some(field.title.as_str()));
    }
    add(&mut schema, "description", field.description.as_deref());
    merge(&mut schema, nullable(fields, field, audience));
    schema
}

fn nullable(fields: &[Field], field: &Field, audience: Audience) -> Value {
    let form = match field.kind {
        FieldType::Json if field.format.is_none() => return any(),
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
    };
    any_of([form, of_type("null")])
}
