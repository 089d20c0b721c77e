//! An action's input as a JSON Schema, 2020-12.

use serde_json::{Map, Value, json};

use connector_host::manifest::{Action, Condition, Field, FieldType, Requirement};

const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";

/// Where a schema keeps what a placeholder looks like.
const PLACEHOLDER: &str = "#/$defs/placeholder";

/// What a placeholder looks like.
const PATTERN: &str = r"\{\{[^{}]+\}\}|<<[^<>]+>>";

// What a field's description says for schemas: see the contract's `field`.
const NOT_NULL: &str = "Can't be null.";
const TEXT_ONLY: &str = "Text only.";
const WHOLE_NUMBER: &str = "Text or a whole number.";
const SCALAR: &str = "Text, a number, true or false.";
const OBJECT: &str = "A JSON object";
const NO_PLACEHOLDERS: &str = "without placeholders";
const BY_NAME: &str = "an object by name is also taken";

/// Whether a field's description says something.
fn says(field: &Field, sentence: &str) -> bool {
    field
        .description
        .as_deref()
        .is_some_and(|text| text.contains(sentence))
}

/// The schema of an action's input.
///
/// A value that may be a placeholder is accepted as one, whatever it becomes
/// later; null is accepted where an input may be left out.
pub fn schema(action: &Action) -> Value {
    let mut schema = json!({ "$schema": DIALECT, "title": action.title });
    add(&mut schema, "description", action.description.as_deref());
    merge(&mut schema, object(&action.inputs, ""));
    if action.inputs.iter().any(|field| field.templated) {
        let placeholder = json!({
            "description": "Text with a placeholder, such as {{settings.admin}}.",
            "type": "string",
            "pattern": PATTERN,
        });
        add(
            &mut schema,
            "$defs",
            Some(json!({ "placeholder": placeholder })),
        );
    }
    schema
}

/// The object whose keys are the fields directly below `prefix`.
fn object(fields: &[Field], prefix: &str) -> Value {
    let mut properties = Map::new();
    let mut required = Vec::new();
    let mut conditions: Vec<(&Condition, Vec<&str>)> = Vec::new();
    for (key, field) in below(fields, prefix) {
        properties.insert(key.to_owned(), property(fields, field));
        match &field.required {
            Requirement::Optional => {}
            Requirement::Always => required.push(key),
            Requirement::When(condition) => {
                match conditions.iter_mut().find(|(known, _)| *known == condition) {
                    Some((_, keys)) => keys.push(key),
                    None => conditions.push((condition, vec![key])),
                }
            }
        }
    }
    let mut schema = json!({
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    });
    if !conditions.is_empty() {
        let conditions = conditions
            .iter()
            .map(|(when, keys)| conditional(when, keys));
        add(&mut schema, "allOf", Some(conditions.collect::<Value>()));
    }
    schema
}

/// That `keys` must be there, and not null, where the condition holds.
fn conditional(condition: &Condition, keys: &[&str]) -> Value {
    let not_null = |key: &&str| ((*key).to_owned(), json!({ "not": { "type": "null" } }));
    let properties: Map<String, Value> = keys.iter().map(not_null).collect();
    json!({
        "if": {
            "properties": { &condition.field: in_any_case(std::slice::from_ref(&condition.value)) },
            "required": [condition.field],
        },
        "then": { "properties": properties, "required": keys },
    })
}

fn property(fields: &[Field], field: &Field) -> Value {
    let mut schema = json!({ "title": field.title });
    add(&mut schema, "description", field.description.as_deref());
    merge(&mut schema, accepted(fields, field));
    let examples = field.example.as_ref().map(|example| json!([example]));
    add(&mut schema, "examples", examples);
    schema
}

/// What a field's value may be.
fn accepted(fields: &[Field], field: &Field) -> Value {
    let nullable = field.required != Requirement::Always && !says(field, NOT_NULL);
    match field.kind {
        FieldType::Json if !says(field, OBJECT) => return json!({}),
        FieldType::Text if field.allowed.is_empty() => return text(field, nullable),
        _ => {}
    }
    let mut forms = plain(fields, field);
    if field.templated {
        forms.push(json!({ "$ref": PLACEHOLDER }));
    }
    if nullable {
        forms.push(json!({ "type": "null" }));
    }
    match forms.as_slice() {
        [only] => only.clone(),
        _ => json!({ "anyOf": forms }),
    }
}

/// Any text. Where a placeholder can stand, a number can too, unless the description
/// says otherwise: placeholders take values with their types, and ids and times often
/// come as numbers.
fn text(field: &Field, nullable: bool) -> Value {
    let any = field.templated && !says(field, TEXT_ONLY);
    let types = [
        ("string", true),
        ("integer", any && says(field, WHOLE_NUMBER)),
        ("number", any && !says(field, WHOLE_NUMBER)),
        ("boolean", says(field, SCALAR)),
        ("null", nullable),
    ];
    let types = types.into_iter().filter(|(_, holds)| *holds);
    let mut schema = json!({ "type": types.map(|(name, _)| name).collect::<Vec<_>>() });
    if says(field, NO_PLACEHOLDERS) {
        add(&mut schema, "not", Some(json!({ "pattern": PATTERN })));
    }
    schema
}

/// What it may be without placeholders.
fn plain(fields: &[Field], field: &Field) -> Vec<Value> {
    let name = &field.name;
    match field.kind {
        FieldType::Text => {
            vec![
                json!({ "enum": field.allowed }),
                in_any_case(&field.allowed),
            ]
        }
        FieldType::Integer => vec![json!({ "type": "integer" })],
        FieldType::Flag => vec![
            json!({ "type": "boolean" }),
            in_any_case(&["true".to_owned(), "false".to_owned()]),
        ],
        FieldType::Json | FieldType::TextOrJson => {
            vec![json!({ "type": "string" }), json!({ "type": "object" })]
        }
        FieldType::TextList => vec![json!({ "type": "array", "items": { "type": "string" } })],
        FieldType::Record => vec![object(fields, &format!("{name}."))],
        FieldType::RecordList => {
            let record = object(fields, &format!("{name}[]."));
            let by_name = says(field, BY_NAME).then(|| values_by_name(&record));
            let items = match field.templated {
                true => json!({ "anyOf": [record, { "$ref": PLACEHOLDER }] }),
                false => record,
            };
            let list = json!({ "type": "array", "items": items });
            std::iter::once(list).chain(by_name).collect()
        }
    }
}

/// An object whose values are those of records with a name and a value.
fn values_by_name(record: &Value) -> Value {
    let property = |name: &str| record.pointer(&format!("/properties/{name}")).cloned();
    json!({
        "type": "object",
        "propertyNames": property("name"),
        "additionalProperties": property("value"),
    })
}

/// One of a few values, in any case and with white space around it or without.
fn in_any_case(values: &[String]) -> Value {
    let values: Vec<String> = values.iter().map(|value| folded(value)).collect();
    let pattern = format!(r"^\s*({})\s*$", values.join("|"));
    json!({ "type": "string", "pattern": pattern })
}

/// A pattern of a text in any case.
fn folded(text: &str) -> String {
    let char = |c: char| match c.is_ascii_alphabetic() {
        true => format!("[{}{}]", c.to_ascii_lowercase(), c.to_ascii_uppercase()),
        false => c.to_string(),
    };
    text.chars().map(char).collect()
}

/// The fields directly below `prefix`, with their keys there.
fn below<'a>(fields: &'a [Field], prefix: &str) -> impl Iterator<Item = (&'a str, &'a Field)> {
    fields.iter().filter_map(move |field| {
        let key = field.name.strip_prefix(prefix)?;
        (!key.contains('.')).then_some((key, field))
    })
}

fn add(schema: &mut Value, key: &str, value: Option<impl Into<Value>>) {
    if let (Some(object), Some(value)) = (schema.as_object_mut(), value) {
        object.insert(key.to_owned(), value.into());
    }
}

fn merge(schema: &mut Value, more: Value) {
    if let (Some(object), Value::Object(more)) = (schema.as_object_mut(), more) {
        object.extend(more);
    }
}
