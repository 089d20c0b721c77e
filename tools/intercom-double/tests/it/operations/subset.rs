//! The subset of OpenAPI that the files keep to, as `operations/README.md` says it.

use serde_json::Value;

const METHODS: &[&str] = &["get", "post", "put", "patch", "delete"];
const TYPES: &[&str] = &["string", "integer", "boolean", "array", "object"];
const FORMATS: &[(&str, &str)] = &[
    ("integer", "date-time"),
    ("string", "date-time"),
    ("string", "date"),
    ("string", "email"),
    ("string", "uri"),
];
/// Inputs that constants name; in recipes alone.
const INPUTS: &str = "x-workflow-inputs";
const EFFECTS: &[&str] = &["read", "write-idempotent", "write-once"];
/// The success statuses and their reason phrases.
const STATUSES: &[(&str, &str)] = &[
    ("200", "OK"),
    ("201", "Created"),
    ("202", "Accepted"),
    ("204", "No Content"),
    ("302", "Found"),
];
const MEDIA_TYPES: &[&str] = &["application/json", "application/octet-stream", "text/plain"];

/// What in a document is outside the subset: path and problem.
pub fn violations(document: &Value) -> Vec<String> {
    let mut check = Check::default();
    check.document(document);
    check.problems
}

#[derive(Default)]
struct Check {
    problems: Vec<String>,
}

impl Check {
    fn problem(&mut self, at: &str, problem: &str) {
        self.problems.push(format!("{at}: {problem}"));
    }

    /// The entries of an object that has all of the required keys and, beside
    /// them, only allowed ones.
    fn object<'a>(
        &mut self,
        at: &str,
        value: &'a Value,
        required: &[&str],
        allowed: &[&str],
    ) -> Vec<(&'a String, &'a Value)> {
        let Some(object) = value.as_object() else {
            self.problem(at, "not an object");
            return Vec::new();
        };
        for key in required.iter().filter(|key| !object.contains_key(**key)) {
            self.problem(at, &format!("has no {key}"));
        }
        for key in object.keys() {
            if !required.contains(&key.as_str()) && !allowed.contains(&key.as_str()) {
                self.problem(at, &format!("{key} is outside the subset"));
            }
        }
        object.iter().collect()
    }

    fn one_of(&mut self, at: &str, value: &Value, allowed: &[&str]) {
        if !value.as_str().is_some_and(|value| allowed.contains(&value)) {
            self.problem(at, &format!("{value} is not one of {}", allowed.join(", ")));
        }
    }

    fn document(&mut self, document: &Value) {
        self.object("document", document, &["openapi", "info", "paths"], &[]);
        self.one_of("openapi", &document["openapi"], &["3.1.0"]);
        let info = &document["info"];
        self.object("info", info, &["title", "version", "description"], &[]);
        self.one_of("info.version", &info["version"], &["2.16"]);
        for (path, item) in document["paths"].as_object().into_iter().flatten() {
            for (method, operation) in self.object(path, item, &[], METHODS) {
                self.operation(&format!("{method} {path}"), path, operation);
            }
        }
    }

    fn operation(&mut self, at: &str, path: &str, operation: &Value) {
        let required = ["operationId", "summary", "description", "responses"];
        let allowed = ["parameters", "requestBody", "x-workflow-effect", INPUTS];
        self.object(at, operation, &required, &allowed);
        if let Some(effect) = operation.get("x-workflow-effect") {
            self.one_of(at, effect, EFFECTS);
        }
        if let Some(inputs) = operation.get(INPUTS) {
            let at = &format!("{at} {INPUTS}");
            self.object(at, inputs, &["type", "properties"], &["required"]);
            self.one_of(at, &inputs["type"], &["object"]);
            self.fields(at, inputs, 1);
        }
        let parameters = operation["parameters"].as_array().into_iter().flatten();
        for parameter in parameters.clone() {
            self.parameter(at, parameter);
        }
        let in_path = parameters.filter(|parameter| parameter["in"] == "path");
        let named: Vec<_> = in_path
            .map(|parameter| parameter["name"].as_str())
            .collect();
        let segments = path.split('/');
        let variables: Vec<_> = segments
            .filter_map(|segment| segment.strip_prefix('{')?.strip_suffix('}'))
            .map(Some)
            .collect();
        if !(variables.len() == named.len() && variables.iter().all(|name| named.contains(name))) {
            self.problem(at, "path and path parameters differ");
        }
        if let Some(body) = operation.get("requestBody") {
            self.body(at, body);
        }
        for (status, response) in operation["responses"].as_object().into_iter().flatten() {
            self.response(&format!("{at} {status}"), status, response);
        }
    }

    fn parameter(&mut self, at: &str, parameter: &Value) {
        let at = &format!("{at} {}", parameter["name"]);
        let required = ["name", "in", "schema", "description"];
        self.object(at, parameter, &required, &["required", "explode"]);
        self.one_of(at, &parameter["in"], &["path", "query"]);
        let schema = &parameter["schema"];
        if parameter["in"] == "path"
            && (parameter["required"] != true || schema["type"] != "string")
        {
            self.problem(at, "a path parameter is a required string");
        }
        if (schema["type"] == "array") != (parameter["explode"] == false) {
            self.problem(at, "an array has explode: false, and nothing else has");
        }
        if schema.get("properties").is_some() || schema.get("description").is_some() {
            self.problem(at, "no object, and one description");
        }
        self.schema(at, schema, 0);
    }

    fn body(&mut self, at: &str, body: &Value) {
        let at = &format!("{at} body");
        self.object(at, body, &["content"], &["required"]);
        self.object(at, &body["content"], &["application/json"], &[]);
        let media = &body["content"]["application/json"];
        self.object(at, media, &["schema"], &["example"]);
        let schema = &media["schema"];
        self.object(at, schema, &["type", "properties"], &["required"]);
        self.one_of(at, &schema["type"], &["object"]);
        if schema.get("required").is_some() && body["required"] != true {
            self.problem(at, "has required fields and is not required");
        }
        if schema.get("required").is_none() && media.get("example").is_none() {
            self.problem(at, "has neither required fields nor an example");
        }
        self.fields(at, schema, 1);
    }

    /// Properties of an object, whose own properties go `depth` levels deep.
    fn fields(&mut self, at: &str, schema: &Value, depth: usize) {
        let properties = schema["properties"].as_object();
        for name in schema["required"].as_array().into_iter().flatten() {
            let name = name.as_str().unwrap_or_default();
            if !properties.is_some_and(|properties| properties.contains_key(name)) {
                self.problem(at, &format!("requires {name}, which is no property"));
            }
        }
        for (name, field) in properties.into_iter().flatten() {
            let at = &format!("{at}.{name}");
            if !field["description"].is_string() {
                self.problem(at, "has no description");
            }
            self.schema(at, field, depth);
        }
    }

    fn schema(&mut self, at: &str, schema: &Value, depth: usize) {
        let allowed = [
            "type",
            "format",
            "const",
            "enum",
            "default",
            "example",
            "x-workflow-choices",
            "description",
            "items",
            "required",
            "properties",
        ];
        self.object(at, schema, &[], &allowed);
        let name = match &schema["type"] {
            Value::Array(types) if types.len() == 2 && types.contains(&"null".into()) => &types[0],
            one => one,
        };
        if schema.get("type").is_some() {
            self.one_of(at, name, TYPES);
        }
        if let Some(format) = schema.get("format") {
            let known = FORMATS
                .iter()
                .any(|known| name == known.0 && format == known.1);
            if !known {
                self.problem(at, &format!("{format} is no format of {name}"));
            }
        }
        if (name == "array") != schema.get("items").is_some() {
            self.problem(at, "an array has items, and nothing else has");
        }
        if depth == 0 && schema.get("properties").is_some() {
            self.problem(at, "is too deep");
        }
        if depth > 0 {
            self.fields(at, schema, depth - 1);
        }
        if let Some(items) = schema.get("items") {
            let allowed = ["format", "enum", "required", "properties"];
            self.object(at, items, &["type"], &allowed);
            self.one_of(at, &items["type"], TYPES);
            self.fields(at, items, 0);
        }
    }

    fn response(&mut self, at: &str, status: &str, response: &Value) {
        self.object(at, response, &["description"], &["content", "links"]);
        let phrase = STATUSES.iter().find(|known| known.0 == status);
        match phrase {
            None => self.problem(at, "no success status"),
            Some((_, phrase)) => self.one_of(at, &response["description"], &[phrase]),
        }
        if let Some(content) = response.get("content") {
            let media = self.object(at, content, &[], MEDIA_TYPES);
            for (_, media) in media {
                self.object(at, media, &[], &["schema"]);
            }
        }
        if let Some(links) = response.get("links") {
            self.object(at, links, &["next"], &[]);
            let allowed = ["parameters", "requestBody"];
            self.object(at, &links["next"], &["operationId"], &allowed);
        }
    }
}
