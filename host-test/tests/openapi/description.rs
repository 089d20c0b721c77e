//! The published API description as a judge of requests.
#![allow(clippy::expect_used, clippy::indexing_slicing)]

use host_test::fixtures::{Body, HttpRequest};
use serde_json::{Map, Value, json};

/// The parts of an OpenAPI 3.0 document that this needs.
pub struct Description {
    paths: Map<String, Value>,
    components: Value,
}

impl Description {
    /// Reads a description in YAML.
    pub fn parse(text: &str) -> Self {
        let mut document: Value = serde_norway::from_str(text).expect("the description is YAML");
        let mut schemas = document["components"]["schemas"].take();
        for schema in schemas.as_object_mut().expect("schemas").values_mut() {
            modernise(schema);
        }
        Self {
            paths: document["paths"].as_object().expect("paths").clone(),
            components: json!({ "schemas": schemas }),
        }
    }

    /// What the description has against `request`.
    pub fn complaints(&self, request: &HttpRequest) -> Vec<String> {
        let name = format!("{} {}", request.method, request.path);
        let Some((template, operation)) = self.operation(request) else {
            return vec![format!("{name} is not in the description")];
        };
        let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
        match &request.body {
            None => Vec::new(),
            Some(Body::Text(_)) => vec![format!("{name}: the body is not JSON")],
            Some(Body::Json(_)) if schema.is_null() => vec![format!("{name} takes no body")],
            Some(Body::Json(body)) => {
                let operation = format!("{} {template}", request.method);
                let body = super::in_its_words(&operation, body.clone());
                let complaints = self.validate(schema.clone(), &body).into_iter();
                complaints
                    .map(|complaint| format!("{name}: {complaint}"))
                    .collect()
            }
        }
    }

    /// The operation of a request, by the path template with the most literal
    /// segments.
    fn operation(&self, request: &HttpRequest) -> Option<(&str, &Value)> {
        let method = request.method.to_lowercase();
        let matching = self.paths.iter().filter_map(|(template, item)| {
            let variables = template_variables(template, &request.path)?;
            Some((variables, template.as_str(), item.get(&method)?))
        });
        let (_, template, operation) = matching.min_by_key(|(variables, ..)| *variables)?;
        Some((template, operation))
    }

    fn validate(&self, mut schema: Value, body: &Value) -> Vec<String> {
        modernise(&mut schema);
        let mut root = json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "components": self.components,
            "allOf": [schema],
        });
        seal(&mut root, &self.components);
        let validator = jsonschema::validator_for(&root).expect("the schema compiles");
        let errors = validator.iter_errors(body);
        errors
            .map(|error| format!("body{}: {error}", error.instance_path()))
            .collect()
    }
}

/// How many variables of `template` it takes to match `path`.
fn template_variables(template: &str, path: &str) -> Option<usize> {
    let (template, path) = (template.split('/'), path.split('/'));
    if template.clone().count() != path.clone().count() {
        return None;
    }
    let mut variables = 0;
    for (expected, found) in template.zip(path) {
        if expected.starts_with('{') {
            variables += 1;
        } else if expected != found {
            return None;
        }
    }
    Some(variables)
}

/// Turns a schema of OpenAPI 3.0 into JSON Schema 2020-12, in place.
///
/// `nullable` becomes a union with null. `oneOf` becomes `anyOf`, since many
/// schemas of the description require nothing and so overlap; with a single
/// alternative it becomes `allOf`, whose errors name the place.
fn modernise(schema: &mut Value) {
    match schema {
        Value::Array(items) => items.iter_mut().for_each(modernise),
        Value::Object(object) => {
            // What an example holds is no schema.
            object
                .retain(|key, _| !matches!(key.as_str(), "example" | "examples" | "discriminator"));
            object.values_mut().for_each(modernise);
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

/// Makes a property that the schema doesn't list an error, wherever it lists
/// any: a misspelt field would be dropped in silence by the service.
///
/// Alternatives are sealed together at the schema that holds them, so that each
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

/// Whether a schema, or one it is made of, says which properties there are. A
/// free-form object does not.
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
