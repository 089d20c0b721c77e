//! Inputs and outputs from JSON Schemas, typed one level deep: an object in an object is any
//! JSON.

use super::constants;
use super::node::{Node, Notes};
use crate::operation::{Choices, Input, Kind, Output};
use serde_json::Value;

/// The keywords that do not affect the request, or that Intercom checks itself.
const IGNORED: [&str; 27] = [
    "$comment",
    "$schema",
    "$id",
    "title",
    "deprecated",
    "nullable",
    "minLength",
    "maxLength",
    "pattern",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minItems",
    "maxItems",
    "uniqueItems",
    "minProperties",
    "maxProperties",
    "contains",
    "contentEncoding",
    "contentMediaType",
    "propertyNames",
    "not",
    "discriminator",
    "xml",
    "externalDocs",
];

/// The supported keywords.
const READ: [&str; 17] = [
    "type",
    "format",
    "description",
    "enum",
    "const",
    "default",
    "example",
    "examples",
    "properties",
    "required",
    "additionalProperties",
    "items",
    "readOnly",
    "writeOnly",
    "oneOf",
    "anyOf",
    "allOf",
];

/// Parses a schema as an input. `depth` is the number of objects around it.
pub fn input<'a>(notes: &mut Notes<'a>, at: &Node<'a>, input: &mut Input, depth: usize) {
    if at.value.is_boolean() {
        input.kind = Kind::Json;
        return;
    }
    let Some(schema) = notes.object(at) else {
        return;
    };
    let known: Vec<&str> = READ.into_iter().chain(IGNORED).chain([CHOICES]).collect();
    notes.check_keys(&schema, &known, &[]);
    if input.description.is_empty() {
        input.description = notes.text(at, "description");
    }
    if input.description.is_empty() {
        input.description = notes.text(&schema, "description");
    }
    let parts = ["oneOf", "anyOf", "allOf"];
    if let Some(only) = only_part(&schema) {
        return self::input(notes, &only, input, depth);
    }
    input.format = notes.text(&schema, "format");
    input.secret = schema.is_true("writeOnly") || input.format == "password";
    input.default = json(&schema, "default");
    examples(&schema, input);
    choices(notes, &schema, input);
    let names = types(&schema);
    input.kind = match names.as_slice() {
        _ if parts.iter().any(|part| schema.has(part)) => Kind::Json,
        ["object"] => object(notes, &schema, input, depth),
        [] if schema.has("properties") => object(notes, &schema, input, depth),
        ["array"] => list(notes, &schema, input, depth),
        names => plain(names),
    };
    let texts = |value: &Value| {
        value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned)
    };
    let allowed = schema
        .get("enum")
        .map(|node| node.items())
        .unwrap_or_default();
    let allowed = allowed.iter().filter(|node| !node.value.is_null());
    input.allowed = allowed.map(|node| texts(node.value)).collect();
    constants::constant(notes, &schema, input);
    if depth > 0 && input.kind == Kind::Record {
        fix_whole(input);
    }
    if input.fixed.is_empty()
        && matches!(input.kind, Kind::Json | Kind::Object)
        && let Some(found) = inner_const(&schema, 0)
    {
        let hint = "give the whole object as one const";
        notes.note(
            &found,
            "fixes a value deeper than one level within the body",
            hint,
        );
    }
}

/// Turns an object whose fields are all fixed into one fixed value. Concatenates texts, since
/// JSON parsing here would be a second parser in the component.
fn fix_whole(input: &mut Input) {
    if input.fields.iter().any(|field| field.fixed.is_empty()) {
        return;
    }
    let fields = input.fields.iter();
    let texts = fields.map(|field| format!("{}:{}", Value::from(&*field.name), field.fixed));
    input.fixed = format!("{{{}}}", texts.collect::<Vec<_>>().join(","));
    input.kind = Kind::Object;
    input.secret |= input.fields.iter().any(|field| field.secret);
    input.fields.clear();
}

/// The only schema besides null in a choice.
fn only_part<'a>(schema: &Node<'a>) -> Option<Node<'a>> {
    let parts = schema.get("anyOf").or_else(|| schema.get("oneOf"))?;
    let mut parts = parts.items().into_iter();
    let is_null = |part: &Node<'_>| part.text("type") == Some("null");
    let only = parts.find(|part| !is_null(part))?;
    parts.all(|part| is_null(&part)).then_some(only)
}

/// The names of types, without null.
fn types<'a>(schema: &Node<'a>) -> Vec<&'a str> {
    let names = match schema.value.get("type") {
        Some(Value::String(name)) => vec![name.as_str()],
        Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    names.into_iter().filter(|name| *name != "null").collect()
}

fn plain(names: &[&str]) -> Kind {
    match names {
        ["string"] => Kind::Text,
        ["integer"] => Kind::Integer,
        ["number"] | ["integer", "number"] | ["number", "integer"] => Kind::Number,
        ["boolean"] => Kind::Flag,
        // Ids with both types: Intercom accepts them as text.
        [a, b] if [*a, *b].contains(&"string") && [*a, *b].contains(&"integer") => Kind::Text,
        _ => Kind::Json,
    }
}

fn object<'a>(notes: &mut Notes<'a>, schema: &Node<'a>, into: &mut Input, depth: usize) -> Kind {
    let properties = schema.get("properties");
    let entries = properties.iter().flat_map(Node::entries);
    let is_open = schema
        .value
        .get("additionalProperties")
        .is_some_and(|more| *more != Value::Bool(false));
    if depth > 1 || is_open {
        return Kind::Object;
    }
    let required = schema
        .get("required")
        .map(|node| node.items())
        .unwrap_or_default();
    let is_required = |name: &str| required.iter().any(|item| item.value == name);
    let mut fields = Vec::new();
    for (name, property) in entries {
        if is_read_only(notes, &property) {
            continue;
        }
        let mut field = Input {
            name: name.to_owned(),
            required: is_required(name),
            ..Input::default()
        };
        input(notes, &property, &mut field, depth + 1);
        fields.push(field);
    }
    for item in required {
        let is_known = |name: &str| properties.as_ref().is_some_and(|known| known.has(name));
        if !item.value.as_str().is_some_and(is_known) {
            let message = format!("{} is required, but not a property", item.value);
            notes.note(
                &item,
                message,
                "describe it under properties, or leave it out",
            );
        }
    }
    if fields.is_empty() {
        return Kind::Object;
    }
    into.fields = fields;
    Kind::Record
}

/// Whether a property occurs only in responses.
fn is_read_only<'a>(notes: &mut Notes<'a>, property: &Node<'a>) -> bool {
    if property.value.is_boolean() {
        return false;
    }
    let resolved = notes.object(property);
    resolved.is_some_and(|resolved| resolved.is_true("readOnly"))
}

fn list<'a>(notes: &mut Notes<'a>, schema: &Node<'a>, into: &mut Input, depth: usize) -> Kind {
    let Some(items) = schema.get("items") else {
        return Kind::Json;
    };
    let mut item = Input::default();
    input(notes, &items, &mut item, depth);
    match item.kind {
        Kind::Record => {
            into.fields = item.fields;
            Kind::RecordList
        }
        Kind::Text | Kind::Integer | Kind::Number | Kind::Flag => {
            into.items = item.kind;
            into.allowed = item.allowed;
            Kind::List
        }
        _ => Kind::Json,
    }
}

/// A fixed field in JSON whose fields are not parsed.
fn inner_const<'a>(schema: &Node<'a>, depth: usize) -> Option<Node<'a>> {
    // The document's nesting is limited, and references are not followed.
    if depth > 0
        && let Some(found) = schema.get("const")
    {
        return Some(found);
    }
    let properties = schema.get("properties").map(|node| node.entries());
    let inner = properties.into_iter().flatten().map(|(_, node)| node);
    let mut inner = inner.chain(schema.get("items"));
    inner.find_map(|node| inner_const(&node, depth + 1))
}

/// Parses the example of a schema or parameter.
pub fn examples(at: &Node<'_>, input: &mut Input) {
    let listed = at.value.get("examples");
    let first = listed.and_then(|list| list.as_array()?.first());
    if let Some(example) = at.value.get("example").or(first) {
        input.example = example.to_string();
    }
}

fn json(at: &Node<'_>, key: &str) -> String {
    let value = at.value.get(key);
    value.map(ToString::to_string).unwrap_or_default()
}

/// The extension with the source of choices.
const CHOICES: &str = "x-workflow-choices";

/// Parses the source of choices of a schema or parameter.
pub fn choices(notes: &mut Notes<'_>, at: &Node<'_>, input: &mut Input) {
    let Some(node) = at.get(CHOICES) else { return };
    let text = |key: &str| node.text(key).unwrap_or_default().to_owned();
    let or = |found: String, default: &str| match found.is_empty() {
        true => default.to_owned(),
        false => found,
    };
    let action = match node.value.as_str() {
        Some(action) => action.to_owned(),
        None => {
            let known = ["operationId", "input", "rows", "value", "label", "search"];
            notes.check_keys(&node, &known, &[]);
            text("operationId")
        }
    };
    if action.is_empty() {
        let hint = "give the id of the action that lists the choices, such as list-admins";
        return notes.note(&node, "names no action", hint);
    }
    let [rows, value, label, search] = match action.as_str() {
        "list-choices" => ["choices", "value", "label", "search"],
        "list-admins" => ["admins", "id", "name", ""],
        _ => ["items", "id", "name", ""],
    };
    input.choices = Choices {
        input: or(json(&node, "input"), "{}"),
        rows: or(text("rows"), rows),
        value: or(text("value"), value),
        label: or(text("label"), label),
        search: or(text("search"), search),
        action,
    };
}

/// The fields of a response's object.
pub fn outputs<'a>(notes: &mut Notes<'a>, schema: &Node<'a>) -> Vec<Output> {
    let properties = schema.get("properties");
    let entries = properties.iter().flat_map(Node::entries);
    let mut outputs = Vec::new();
    for (name, property) in entries {
        let Some(property) = notes.object(&property) else {
            continue;
        };
        let names = types(&property);
        outputs.push(Output {
            name: name.to_owned(),
            kind: match names.as_slice() {
                ["object"] => Kind::Object,
                ["array"] => Kind::List,
                names => plain(names),
            },
            format: property.text("format").unwrap_or_default().to_owned(),
            description: property.text("description").unwrap_or_default().to_owned(),
        });
    }
    outputs
}
