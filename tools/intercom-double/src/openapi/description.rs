//! The description: its operations, and what each has against a body.

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use jsonschema::Validator;
use serde_json::{Value, json};

use super::{deviations, schema};

/// The environment variable that names the description's file.
pub const VARIABLE: &str = "INTERCOM_OPENAPI";

/// The parts of an OpenAPI 3.0 document that judge requests.
#[derive(Debug)]
pub struct Description {
    operations: Vec<Operation>,
}

/// A method and path, and what its requests may carry.
#[derive(Debug)]
pub struct Operation {
    method: String,
    template: String,
    body: Option<Body>,
}

#[derive(Debug)]
struct Body {
    schema: Value,
    components: Arc<Value>,
    /// Made when it is needed: a description has hundreds of operations, a test
    /// asks for a few.
    validator: OnceLock<Result<Validator, String>>,
}

/// Why a description cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum DescriptionError {
    /// The file cannot be read.
    #[error("{}: could not be read: {source}; give the API description's YAML file", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The text is no YAML.
    #[error("the API description is not YAML: {0}")]
    Yaml(#[from] serde_norway::Error),
    /// The YAML is no OpenAPI document.
    #[error("the API description has no {0}; give an OpenAPI 3.0 document")]
    Shape(&'static str),
}

impl Description {
    /// The description that [`VARIABLE`] names; none if it is not set.
    ///
    /// # Errors
    ///
    /// When it is set and names no description.
    pub fn at_hand() -> Result<Option<Self>, DescriptionError> {
        let path = std::env::var_os(VARIABLE).filter(|path| !path.is_empty());
        path.map(|path| Self::read(Path::new(&path))).transpose()
    }

    /// Reads a description from a file in YAML.
    ///
    /// # Errors
    ///
    /// When the file cannot be read or holds something else.
    pub fn read(path: &Path) -> Result<Self, DescriptionError> {
        let text = std::fs::read_to_string(path).map_err(|source| DescriptionError::Read {
            path: path.to_owned(),
            source,
        })?;
        Self::parse(&text)
    }

    /// Reads a description in YAML.
    ///
    /// # Errors
    ///
    /// When the text is something else.
    pub fn parse(text: &str) -> Result<Self, DescriptionError> {
        let document: Value = serde_norway::from_str(text)?;
        let mut schemas = document
            .pointer("/components/schemas")
            .and_then(Value::as_object)
            .ok_or(DescriptionError::Shape("components.schemas"))?
            .clone();
        schemas.values_mut().for_each(schema::modernise);
        let components = Arc::new(json!({ "schemas": schemas }));
        let paths = document.get("paths").and_then(Value::as_object);
        let paths = paths.ok_or(DescriptionError::Shape("paths"))?;
        let operations = paths.iter().flat_map(|(template, item)| {
            let methods = item.as_object().into_iter().flatten();
            methods.map(|(method, operation)| Operation {
                method: method.to_uppercase(),
                template: template.clone(),
                body: Body::of(operation, &components),
            })
        });
        Ok(Self {
            operations: operations.collect(),
        })
    }

    /// The operation that a request is, by the path template with the most
    /// literal segments.
    pub fn operation(&self, method: &str, path: &str) -> Option<&Operation> {
        let matching = self.operations.iter().filter_map(|operation| {
            let variables = template_variables(&operation.template, path)?;
            (operation.method == method).then_some((variables, operation))
        });
        let nearest = matching.min_by_key(|(variables, _)| *variables);
        nearest.map(|(_, operation)| operation)
    }

    /// What the description has against a request: its operation or its body,
    /// which is empty if there is none.
    pub fn complaints(&self, method: &str, path: &str, body: &[u8]) -> Vec<String> {
        let name = format!("{method} {path}");
        match self.operation(method, path) {
            None => vec![format!("{name} is not in the description")],
            Some(operation) => {
                let complaints = operation.complaints(body).into_iter();
                complaints
                    .map(|complaint| format!("{name}: {complaint}"))
                    .collect()
            }
        }
    }
}

impl Operation {
    /// What the description has against a body, which is empty if there is none:
    /// the place, and what is wrong there.
    pub fn complaints(&self, body: &[u8]) -> Vec<String> {
        if body.is_empty() {
            return Vec::new();
        }
        let Ok(value) = serde_json::from_slice(body) else {
            return vec!["the body is not JSON".to_owned()];
        };
        let Some(described) = &self.body else {
            return vec![format!("{} {} takes no body", self.method, self.template)];
        };
        let operation = format!("{} {}", self.method, self.template);
        described.complaints(&deviations::in_its_words(&operation, value))
    }
}

impl Body {
    fn of(operation: &Value, components: &Arc<Value>) -> Option<Self> {
        let schema = operation.pointer("/requestBody/content/application~1json/schema")?;
        Some(Self {
            schema: schema.clone(),
            components: Arc::clone(components),
            validator: OnceLock::new(),
        })
    }

    fn complaints(&self, body: &Value) -> Vec<String> {
        let compiled = self.validator.get_or_init(|| {
            let schema = schema::of_body(&self.schema, &self.components);
            jsonschema::validator_for(&schema).map_err(|error| error.to_string())
        });
        match compiled {
            Err(error) => vec![format!("the description's own schema is wrong: {error}")],
            Ok(validator) => validator
                .iter_errors(body)
                .map(|error| format!("body{}: {error}", error.instance_path()))
                .collect(),
        }
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// A description small enough to see what it says.
    const EXAMPLE: &str = r##"
paths:
  /things/search: { post: { requestBody: { content: { application/json: {
    schema: { $ref: "#/components/schemas/query" } } } } } }
  /things/{id}: { put: { requestBody: { content: { application/json: {
    schema: { oneOf: [ { $ref: "#/components/schemas/thing" } ] } } } } }, get: {} }
components: { schemas: {
  thing: { type: object, required: [name], properties: {
    name: { type: string },
    kind: { type: string, nullable: true, enum: [big, small] },
    owner: { type: object, properties: { id: { type: integer } } },
    free: { type: object },
    attributes: { type: object, additionalProperties: { type: string } } } },
  query: { type: object, properties: { value: { oneOf: [
    { type: object, properties: { one: { type: string } } },
    { type: object, properties: { many: { type: array, items: { $ref: "#/components/schemas/thing" } } } } ] } } } } }
"##;

    #[test]
    fn what_is_wrong_is_found_and_nothing_else() {
        let description = Description::parse(EXAMPLE).unwrap();
        for (operation, body, complaint) in [
            ("PUT /things/1", r#"{"name":"a"}"#, ""),
            ("PUT /things/1", r#"{"name":"a","kind":null}"#, ""),
            ("PUT /things/1", r#"{"name":"a","kind":"huge"}"#, "body"),
            ("PUT /things/1", r#"{"name":1}"#, "body/name"),
            ("PUT /things/1", "{}", "required"),
            ("PUT /things/1", r#"{"name":"a","naem":1}"#, "naem"),
            ("PUT /things/1", r#"{"name":"a","owner":{"id":1}}"#, ""),
            ("PUT /things/1", r#"{"name":"a","owner":{"ID":1}}"#, "ID"),
            ("PUT /things/1", r#"{"name":"a","free":{"any":1}}"#, ""),
            (
                "PUT /things/1",
                r#"{"name":"a","attributes":{"any":"1"}}"#,
                "",
            ),
            (
                "PUT /things/1",
                r#"{"name":"a","attributes":{"any":1}}"#,
                "any",
            ),
            ("POST /things/search", r#"{"value":{"one":"a"}}"#, ""),
            (
                "POST /things/search",
                r#"{"value":{"many":[{"name":"a"}]}}"#,
                "",
            ),
            (
                "POST /things/search",
                r#"{"value":{"many":[{"name":"a","x":1}]}}"#,
                "body/value",
            ),
            ("POST /things/search", r#"{"value":{"none":1}}"#, "none"),
            ("POST /things/search", "value", "not JSON"),
            ("GET /things/1", "", ""),
            ("GET /things/1", "{}", "takes no body"),
            ("DELETE /things/1", "{}", "not in the description"),
            ("PUT /other/1", "{}", "not in the description"),
        ] {
            let (method, path) = operation.split_once(' ').unwrap();
            let complaints = description.complaints(method, path, body.as_bytes());
            let complaints = complaints.join("; ");
            assert_eq!(
                complaints.is_empty(),
                complaint.is_empty(),
                "{operation} {body}: {complaints}"
            );
            assert!(
                complaints.contains(complaint),
                "{operation} {body}: {complaints}"
            );
        }
    }

    #[test]
    fn what_is_no_description_says_so() {
        for (text, said) in [
            ("a: [", "not YAML"),
            ("a: 1", "no components.schemas"),
            ("components: { schemas: {} }", "no paths"),
        ] {
            let error = Description::parse(text).unwrap_err().to_string();
            assert!(error.contains(said), "{text}: {error}");
        }
        let error = Description::read(Path::new("/nowhere.yaml")).unwrap_err();
        assert!(error.to_string().contains("/nowhere.yaml"), "{error}");
    }
}
