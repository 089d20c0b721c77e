//! Converts schemas of OpenAPI 3.0 to JSON Schema 2020-12 that rejects unknown
//! properties.

use serde_json::{Value, json};

/// The JSON Schema of a request body, with the components that it may refer to.
/// These must be converted already.
pub(super) fn of_body(schema: &Value, components: &Value) -> Value {
    let mut schema = schema.clone();
    convert(&mut schema);
    let mut root = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "components": components,
        "allOf": [schema],
    });
    seal(&mut root, components);
    root
}

/// Converts a schema of OpenAPI 3.0 to JSON Schema 2020-12, in place.
///
/// `nullable` becomes a union with null. `oneOf` becomes `anyOf`, since many
/// schemas of the description require nothing and so overlap; with a single
/// alternative it becomes `allOf`, whose errors name the path.
pub(super) fn convert(schema: &mut Value) {
    match schema {
        Value::Array(items) => items.iter_mut().for_each(convert),
        Value::Object(object) => {
            // The content of an example is not a schema.
            object
                .retain(|key, _| !matches!(key.as_str(), "example" | "examples" | "discriminator"));
            object.values_mut().for_each(convert);
            if let Some(alternatives) = object.remove("oneOf") {
                let only_one = alternatives.as_array().is_some_and(|list| list.len() == 1);
                let keyword = if only_one { "allOf" } else { "anyOf" };
                object.insert(keyword.into(), alternatives);
            }
            if object.remove("nullable") == Some(Value::Bool(true)) {
                let inner = Value::Object(std::mem::take(object));
                object.insert("anyOf".into(), json!([inner, { "type": "null" }]));
            }
        }
        _ => {}
    }
}

/// Makes unknown properties an error in every schema that lists properties: the
/// service would silently ignore a misspelt field.
///
/// Alternatives are sealed together, at the schema that contains them, so that each
/// may add its own properties.
fn seal(root: &mut Value, components: &Value) {
    if let Some(schemas) = root
        .pointer_mut("/components/schemas")
        .and_then(Value::as_object_mut)
    {
        for schema in schemas.values_mut() {
            seal_inside(schema, components);
        }
    }
    seal_one(root, components);
}

fn seal_one(schema: &mut Value, components: &Value) {
    seal_inside(schema, components);
    if lists_properties(schema, components)
        && let Some(object) = schema.as_object_mut()
    {
        object
            .entry("unevaluatedProperties")
            .or_insert(Value::Bool(false));
    }
}

/// Seals the properties and items of a schema, not the schema itself.
fn seal_inside(schema: &mut Value, components: &Value) {
    let Some(object) = schema.as_object_mut() else {
        return;
    };
    for (key, value) in object.iter_mut() {
        match (key.as_str(), value) {
            ("properties", Value::Object(properties)) => {
                properties
                    .values_mut()
                    .for_each(|schema| seal_one(schema, components));
            }
            ("items" | "additionalProperties", schema) => seal_one(schema, components),
            ("allOf" | "anyOf", Value::Array(parts)) => {
                parts
                    .iter_mut()
                    .for_each(|schema| seal_inside(schema, components));
            }
            _ => {}
        }
    }
}

/// Whether a schema, or a part of it, lists properties. A free-form object does
/// not.
fn lists_properties(schema: &Value, components: &Value) -> bool {
    let Some(object) = schema.as_object() else {
        return false;
    };
    object
        .iter()
        .any(|(key, value)| match (key.as_str(), value) {
            ("properties", _) => true,
            ("allOf" | "anyOf", Value::Array(parts)) => {
                parts.iter().any(|part| lists_properties(part, components))
            }
            ("$ref", Value::String(reference)) => reference
                .strip_prefix("#/components")
                .and_then(|pointer| components.pointer(pointer))
                .is_some_and(|schema| lists_properties(schema, components)),
            _ => false,
        })
}
