//! Reads the files of the catalogue, and the recipes in `examples/actions`.

use std::path::Path;

use serde_json::Value;

/// One file: a group of operations.
pub struct File {
    /// The file's name.
    pub name: String,
    /// The OpenAPI document.
    pub document: Value,
}

/// One operation of the catalogue.
pub struct Operation {
    /// The method in upper case.
    pub method: String,
    /// The path template.
    pub path: String,
    /// The operation object.
    pub value: Value,
}

/// One input of an operation: a parameter, or a field of the body.
pub struct Input<'a> {
    /// `path`, `query` or `body`.
    pub place: &'a str,
    /// The name, with that of its parent for a nested field: `from.id`.
    pub name: String,
    /// Whether a request without it is invalid.
    pub required: bool,
    /// What it is.
    pub description: &'a str,
    /// Its schema.
    pub schema: &'a Value,
}

/// The repository.
fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

/// All files of the catalogue, by name.
pub fn files() -> Vec<File> {
    documents("operations")
}

/// The recipes: actions as a user would define them, one a file.
pub fn recipes() -> Vec<File> {
    documents("examples/actions")
}

fn documents(directory: &str) -> Vec<File> {
    let entries = std::fs::read_dir(root().join(directory)).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    let mut paths: Vec<_> = paths
        .filter(|path| path.extension().is_some_and(|end| end == "json"))
        .collect();
    paths.sort();
    let read = |path: &std::path::PathBuf| File {
        name: path.file_name().unwrap().to_string_lossy().into_owned(),
        document: serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap(),
    };
    paths.iter().map(read).collect()
}

/// The operations of a file.
pub fn operations_of(file: &File) -> Vec<Operation> {
    let paths = file.document["paths"].as_object().unwrap().iter();
    let operations = paths.flat_map(|(path, methods)| {
        let methods = methods.as_object().unwrap().iter();
        methods.map(move |(method, value)| Operation {
            method: method.to_uppercase(),
            path: path.clone(),
            value: value.clone(),
        })
    });
    operations.collect()
}

/// All operations of the catalogue.
pub fn operations() -> Vec<Operation> {
    files().iter().flat_map(operations_of).collect()
}

/// The ids of the typed actions: the functions in `wit/`.
pub fn typed_actions() -> Vec<String> {
    let entries = std::fs::read_dir(root().join("wit")).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    let texts = paths
        .filter(|path| path.extension().is_some_and(|end| end == "wit"))
        .map(|path| std::fs::read_to_string(path).unwrap());
    let ids = texts.flat_map(|text| {
        let lines = text.lines();
        let names = lines.filter_map(|line| line.trim().split_once(": func("));
        names.map(|(name, _)| name.to_owned()).collect::<Vec<_>>()
    });
    ids.collect()
}

/// The kinds that `list-choices` lists, from the WIT text.
pub fn kinds_of_choices() -> Vec<String> {
    let text = std::fs::read_to_string(root().join("wit/choices.wit")).unwrap();
    let (_, kinds) = text.split_once("Allowed: `").unwrap();
    let (kinds, _) = kinds.split_once("`\n").unwrap();
    kinds.split("`, `").map(str::to_owned).collect()
}

impl Operation {
    /// Method and path.
    pub fn name(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    /// The operation's id.
    pub fn id(&self) -> &str {
        self.value["operationId"].as_str().unwrap()
    }

    /// Parameters, body fields and their own fields.
    pub fn inputs(&self) -> Vec<Input<'_>> {
        let parameters = self.value["parameters"].as_array().into_iter().flatten();
        let mut inputs: Vec<_> = parameters
            .map(|parameter| Input {
                place: parameter["in"].as_str().unwrap(),
                name: parameter["name"].as_str().unwrap().to_owned(),
                required: parameter["required"] == true,
                description: parameter["description"].as_str().unwrap(),
                schema: &parameter["schema"],
            })
            .collect();
        fields(self.body(), "", &mut inputs);
        inputs
    }

    /// The rows of a list: the properties of `type: array` in its response, those of
    /// an object as `data/articles`.
    pub fn rows(&self) -> Vec<String> {
        let schema = &self.value["responses"]["200"]["content"]["application/json"]["schema"];
        let properties = schema["properties"].as_object().into_iter().flatten();
        let rows = properties.flat_map(|(name, field)| {
            let inner = field["properties"].as_object().into_iter().flatten();
            let inner = inner.map(move |(inner, field)| (format!("{name}/{inner}"), field));
            inner.chain([(name.clone(), field)])
        });
        let rows = rows.filter(|(_, field)| field["type"] == "array");
        rows.map(|(name, _)| name).collect()
    }

    /// The link to the next page; null if there is none.
    pub fn next_page(&self) -> &Value {
        &self.value["responses"]["200"]["links"]["next"]
    }

    /// An example of a body: that of the operation, or else one of its required
    /// fields; `None` if there is no body.
    pub fn example(&self) -> Option<Value> {
        let body = self.body();
        let required = body["required"].as_array().into_iter().flatten();
        let required = required.map(|name| {
            let name = name.as_str().unwrap();
            (name.to_owned(), sample(&body["properties"][name]))
        });
        let example = &self.value["requestBody"]["content"]["application/json"]["example"];
        match (body.is_null(), example.is_null()) {
            (true, _) => None,
            (false, false) => Some(example.clone()),
            (false, true) => Some(required.collect()),
        }
    }

    /// The schema of the body; null if there is none.
    pub fn body(&self) -> &Value {
        &self.value["requestBody"]["content"]["application/json"]["schema"]
    }
}

/// A value that a field takes.
fn sample(field: &Value) -> Value {
    let values = field["enum"].as_array();
    let sample = field.get("const").or(field.get("example"));
    let sample = sample.or(values.and_then(|values| values.first()));
    sample.cloned().unwrap_or(Value::Bool(true))
}

/// Adds the fields of an object's schema, or of the objects in an array.
fn fields<'a>(schema: &'a Value, parent: &str, inputs: &mut Vec<Input<'a>>) {
    let object = match schema.get("items") {
        Some(items) => items,
        None => schema,
    };
    for (name, field) in object["properties"].as_object().into_iter().flatten() {
        let required = object["required"].as_array().into_iter().flatten();
        inputs.push(Input {
            place: "body",
            name: format!("{parent}{name}"),
            required: required.into_iter().any(|required| required == name),
            description: field["description"].as_str().unwrap_or_default(),
            schema: field,
        });
        fields(field, &format!("{parent}{name}."), inputs);
    }
}
