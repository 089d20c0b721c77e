//! The API description: its operations, and the schemas of their bodies.

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use jsonschema::Validator;
use serde_json::{Value, json};

use super::{deviations, schema};

/// The environment variable that names the description's file.
pub const VARIABLE: &str = "INTERCOM_OPENAPI";

/// The operations of an OpenAPI 3.0 document.
#[derive(Debug)]
pub struct Description {
    operations: Vec<Operation>,
}

/// A method, a path template and the schema of the body.
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
    /// Compiled on first use: a description has hundreds of operations, and a test
    /// uses a few.
    validator: OnceLock<Result<Validator, String>>,
}

/// Why a description cannot be loaded.
#[derive(Debug, thiserror::Error)]
pub enum DescriptionError {
    /// The file cannot be read.
    #[error("{}: could not be read: {source}; give the API description's YAML file", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The system's error.
        source: std::io::Error,
    },
    /// The file is not an API description.
    #[error("{}: {source}; give an OpenAPI 3.0 document in YAML", path.display())]
    Parse {
        /// The file.
        path: PathBuf,
        /// What is wrong with its text.
        source: ParseError,
    },
}

/// Why a text is not an API description.
#[derive(Debug, thiserror::Error)]
pub enum ParseError {
    /// The text is not YAML.
    #[error("not YAML: {0}")]
    Yaml(#[from] serde_norway::Error),
    /// The YAML is not an OpenAPI document.
    #[error("has no {0}")]
    Missing(&'static str),
}

impl Description {
    /// Reads the description that [`VARIABLE`] names; `None` if it is not set.
    ///
    /// # Errors
    ///
    /// As for [`Self::read`].
    pub fn from_env() -> Result<Option<Self>, DescriptionError> {
        let path = std::env::var_os(VARIABLE).filter(|path| !path.is_empty());
        path.map(|path| Self::read(Path::new(&path))).transpose()
    }

    /// Reads a description from a YAML file.
    ///
    /// # Errors
    ///
    /// When the file cannot be read or parsed.
    pub fn read(path: &Path) -> Result<Self, DescriptionError> {
        let text = std::fs::read_to_string(path).map_err(|source| DescriptionError::Read {
            path: path.to_owned(),
            source,
        })?;
        Self::parse(&text).map_err(|source| DescriptionError::Parse {
            path: path.to_owned(),
            source,
        })
    }

    /// Parses a description in YAML.
    ///
    /// # Errors
    ///
    /// When the text is not an OpenAPI document.
    pub fn parse(text: &str) -> Result<Self, ParseError> {
        let document: Value = serde_norway::from_str(text)?;
        let mut schemas = document
            .pointer("/components/schemas")
            .and_then(Value::as_object)
            .ok_or(ParseError::Missing("components.schemas"))?
            .clone();
        schemas.values_mut().for_each(schema::convert);
        let components = Arc::new(json!({ "schemas": schemas }));
        let paths = document.get("paths").and_then(Value::as_object);
        let paths = paths.ok_or(ParseError::Missing("paths"))?;
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

    /// The operation of a request: of several matching path templates, the one
    /// with the most literal segments.
    pub fn operation(&self, method: &str, path: &str) -> Option<&Operation> {
        let matching = self.operations.iter().filter_map(|operation| {
            let variables = template_variables(&operation.template, path)?;
            (operation.method == method).then_some((variables, operation))
        });
        let nearest = matching.min_by_key(|(variables, _)| *variables);
        nearest.map(|(_, operation)| operation)
    }

    /// Violations of a request: an unknown operation, or those of its body, which
    /// is empty if there is none.
    pub fn violations(&self, method: &str, path: &str, body: &[u8]) -> Vec<String> {
        let name = format!("{method} {path}");
        match self.operation(method, path) {
            None => vec![format!("{name} is not in the description")],
            Some(operation) => {
                let violations = operation.violations(body).into_iter();
                violations
                    .map(|violation| format!("{name}: {violation}"))
                    .collect()
            }
        }
    }
}

impl Operation {
    /// Violations of a body, which is empty if there is none: path and problem.
    pub fn violations(&self, body: &[u8]) -> Vec<String> {
        if body.is_empty() {
            return Vec::new();
        }
        let Ok(value) = serde_json::from_slice(body) else {
            return vec!["the body is not JSON".to_owned()];
        };
        let Some(schema) = &self.body else {
            return vec![format!(
                "{} {} has no body in the description",
                self.method, self.template
            )];
        };
        let operation = format!("{} {}", self.method, self.template);
        schema.violations(&deviations::normalize(&operation, value))
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

    fn violations(&self, body: &Value) -> Vec<String> {
        let compiled = self.validator.get_or_init(|| {
            let schema = schema::of_body(&self.schema, &self.components);
            jsonschema::validator_for(&schema).map_err(|error| error.to_string())
        });
        match compiled {
            Err(error) => vec![format!("the description's schema is invalid: {error}")],
            Ok(validator) => validator
                .iter_errors(body)
                .map(|error| format!("body{}: {error}", error.instance_path()))
                .collect(),
        }
    }
}

/// The number of variables in `template` if it matches `path`.
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

    /// A small description.
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
    fn each_violation_names_its_path() {
        let description = Description::parse(EXAMPLE).unwrap();
        for (operation, body, violation) in [
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
            ("GET /things/1", "{}", "has no body"),
            ("DELETE /things/1", "{}", "not in the description"),
            ("PUT /other/1", "{}", "not in the description"),
        ] {
            let (method, path) = operation.split_once(' ').unwrap();
            let violations = description.violations(method, path, body.as_bytes());
            let violations = violations.join("; ");
            assert_eq!(
                violations.is_empty(),
                violation.is_empty(),
                "{operation} {body}: {violations}"
            );
            assert!(
                violations.contains(violation),
                "{operation} {body}: {violations}"
            );
        }
    }

    #[test]
    fn a_text_that_is_not_a_description_is_rejected() {
        for (text, problem) in [
            ("a: [", "not YAML"),
            ("a: 1", "no components.schemas"),
            ("components: { schemas: {} }", "no paths"),
        ] {
            let error = Description::parse(text).unwrap_err().to_string();
            assert!(error.contains(problem), "{text}: {error}");
        }
        let error = Description::read(Path::new("/nowhere.yaml")).unwrap_err();
        assert!(error.to_string().contains("/nowhere.yaml"), "{error}");
    }
}
