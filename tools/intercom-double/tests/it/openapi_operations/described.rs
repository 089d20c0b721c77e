//! The facts of Intercom's description: references resolved, alternatives merged.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Map, Value};

use super::facts::{self, Facts};

/// Objects whose properties the catalogue leaves out, since they are the locales.
const FREE_FORM: [&str; 1] = ["translated_content"];

/// Intercom's description.
pub struct Described(Value);

/// An object's properties by name, and which of them are required.
#[derive(Default)]
struct Object {
    properties: Map<String, Value>,
    required: Vec<String>,
}

impl Described {
    pub fn read(path: &Path) -> Self {
        let text = std::fs::read_to_string(path).unwrap();
        Self(serde_norway::from_str(&text).unwrap())
    }

    /// The facts of all operations, by method and path.
    pub fn operations(&self) -> BTreeMap<String, Facts> {
        let paths = self.0["paths"].as_object().unwrap().iter();
        let operations = paths.flat_map(|(path, item)| {
            let methods = item.as_object().unwrap().iter();
            let methods = methods.filter(|(key, _)| *key != "parameters");
            methods.map(move |(method, operation)| {
                let name = format!("{} {path}", method.to_uppercase());
                (name, self.facts(&item["parameters"], operation))
            })
        });
        operations.collect()
    }

    /// The properties of an operation's JSON response, with their own: `data`,
    /// `data/articles`.
    pub fn response(&self, operation: &str) -> BTreeMap<String, Value> {
        let (method, path) = operation.split_once(' ').unwrap();
        let operation = &self.0["paths"][path][method.to_lowercase()];
        let response = self.resolve(&operation["responses"]["200"]);
        let object = self.object(&response["content"]["application/json"]["schema"]);
        let properties = object.properties.into_iter();
        let properties = properties.flat_map(|(name, field)| {
            let inner = self.object(&field).properties.into_iter();
            let inner: Vec<_> = inner
                .map(|(key, field)| (format!("{name}/{key}"), self.with_items(&field)))
                .collect();
            let field = self.with_items(&field);
            inner.into_iter().chain([(name, field)])
        });
        properties.collect()
    }

    /// The facts of an operation and of the parameters that its path has.
    fn facts(&self, shared: &Value, operation: &Value) -> Facts {
        let mut facts = Facts::new();
        let parameters = [shared, &operation["parameters"]].into_iter();
        for parameter in parameters.filter_map(Value::as_array).flatten() {
            let parameter = self.resolve(parameter);
            let (place, name) = (&parameter["in"], &parameter["name"]);
            if place == "header" {
                continue;
            }
            let key = format!("{} {}", place.as_str().unwrap(), name.as_str().unwrap());
            let schema = self.resolve(&parameter["schema"]);
            facts.insert(key, facts::of_schema(schema, parameter["required"] == true));
        }
        let body = &operation["requestBody"]["content"]["application/json"]["schema"];
        if !body.is_null() {
            self.add_fields(body, "", &mut facts);
        }
        for (status, response) in operation["responses"].as_object().into_iter().flatten() {
            let response = self.resolve(response);
            if status.starts_with(['2', '3']) {
                let types = response["content"].as_object().into_iter().flatten();
                let types: Vec<_> = types.map(|(name, _)| name.as_str()).collect();
                facts.insert(format!("response {status}"), types.join(","));
            }
        }
        facts
    }

    /// Adds the fields of an object, or of the objects in an array, and their own.
    fn add_fields(&self, schema: &Value, parent: &str, facts: &mut Facts) {
        let object = self.object(schema);
        for (name, field) in &object.properties {
            let field = self.with_items(field);
            let required = object.required.contains(name);
            let key = format!("body {parent}{name}");
            facts.insert(key, facts::of_schema(&field, required));
            if parent.is_empty() && !FREE_FORM.contains(&name.as_str()) {
                self.add_fields(&field, &format!("{name}."), facts);
            }
        }
    }

    /// The properties of an object with those of all its alternatives. Only what
    /// every alternative requires is required.
    fn object(&self, schema: &Value) -> Object {
        let schema = self.resolve(schema);
        if let Some(items) = schema.get("items") {
            return self.object(items);
        }
        let properties = schema["properties"].as_object();
        let mut object = Object {
            properties: properties.cloned().unwrap_or_default(),
            required: strings(&schema["required"]),
        };
        for part in schema["allOf"].as_array().into_iter().flatten() {
            let part = self.object(part);
            object.required.extend(part.required);
            self.merge(&mut object.properties, part.properties);
        }
        let alternatives = ["oneOf", "anyOf"].iter();
        for alternatives in alternatives.filter_map(|key| schema[*key].as_array()) {
            let alternatives: Vec<_> = alternatives.iter().map(|one| self.object(one)).collect();
            let shared = alternatives.first().map(|first| first.required.clone());
            let shared = shared.unwrap_or_default().into_iter();
            object.required.extend(shared.filter(|name| {
                let mut others = alternatives.iter();
                others.all(|other| other.required.contains(name))
            }));
            for alternative in alternatives {
                self.merge(&mut object.properties, alternative.properties);
            }
        }
        object
    }

    /// Adds properties. Of one that is there, the values and the fields are added.
    fn merge(&self, properties: &mut Map<String, Value>, more: Map<String, Value>) {
        for (name, field) in more {
            let field = self.with_items(&field);
            let Some(known) = properties.get_mut(&name) else {
                properties.insert(name, field);
                continue;
            };
            *known = self.with_items(known);
            let values = field["enum"].as_array().into_iter().flatten();
            for value in values {
                let known = known.as_object_mut().unwrap();
                let known = known
                    .entry("enum")
                    .or_insert_with(|| Value::Array(Vec::new()));
                let known = known.as_array_mut().unwrap();
                if !known.contains(value) {
                    known.push(value.clone());
                }
            }
            if let Some(inner) = field
                .pointer("/items/properties")
                .and_then(Value::as_object)
                && let Some(known) = known.pointer_mut("/items/properties")
            {
                self.merge(known.as_object_mut().unwrap(), inner.clone());
            }
        }
    }

    /// The schema without a reference, and its items without one.
    fn with_items(&self, schema: &Value) -> Value {
        let mut schema = self.resolve(schema).clone();
        if let Some(items) = schema.get_mut("items") {
            *items = self.resolve(items).clone();
        }
        for key in ["oneOf", "anyOf"] {
            for one in schema[key].as_array_mut().into_iter().flatten() {
                *one = self.resolve(one).clone();
            }
        }
        schema
    }

    fn resolve<'a>(&'a self, value: &'a Value) -> &'a Value {
        match value["$ref"].as_str() {
            None => value,
            Some(reference) => {
                let pointer = reference.strip_prefix('#').unwrap();
                self.resolve(self.0.pointer(pointer).unwrap())
            }
        }
    }
}

fn strings(list: &Value) -> Vec<String> {
    let list = list.as_array().into_iter().flatten();
    list.map(|value| value.as_str().unwrap().to_owned())
        .collect()
}
