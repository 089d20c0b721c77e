//! JSON Schemas (2020-12) of an action's inputs and outputs.
//!
//! Every field has a type, and no type is a list, since not every consumer supports that.

mod agent;
mod form;
mod output;

pub use output::agent_result;

use serde_json::{Map, Value, json};

use crate::manifest::{Action, Field, FieldType};

const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";

/// The consumer of a schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// Forms: everything that `invoke` accepts, including placeholders, with titles and
    /// examples.
    Form,
    /// Language models: one format for each input, and results as from [`agent_result`].
    Agent,
    /// A list of tools, which a model reads completely in each conversation: like `Agent`, with
    /// short descriptions of inputs and none of outputs.
    ToolList {
        /// Whether to shorten it further: optional inputs have only name, type, values and
        /// condition, and nested outputs are left out.
        lean: bool,
    },
}

/// The schema of an action's input.
pub fn input_schema(action: &Action, audience: Audience) -> Value {
    let mut schema = json!({ "$schema": DIALECT });
    match audience {
        Audience::Form => merge(&mut schema, form::input(action)),
        Audience::Agent | Audience::ToolList { .. } => {
            merge(&mut schema, agent::input(action, audience));
        }
    }
    schema
}

/// The schema of an action's result.
pub fn output_schema(action: &Action, audience: Audience) -> Value {
    let mut schema = json!({ "$schema": DIALECT });
    merge(&mut schema, output::output(action, audience));
    schema
}

/// What an action does, for an agent that selects one of many.
pub fn agent_description(action: &Action) -> String {
    agent::short(action.description.as_deref().unwrap_or(&action.title))
}

/// The fields directly below `prefix`, with their keys there.
fn below<'a>(fields: &'a [Field], prefix: &str) -> impl Iterator<Item = (&'a str, &'a Field)> {
    fields.iter().filter_map(move |field| {
        let key = field.name.strip_prefix(prefix)?;
        (!key.contains('.')).then_some((key, field))
    })
}

/// The prefix of the fields in a record or a list of records.
fn prefix(field: &Field) -> String {
    match field.kind {
        FieldType::RecordList => format!("{}[].", field.name),
        _ => format!("{}.", field.name),
    }
}

/// Any JSON.
fn any() -> Value {
    let types = ["string", "number", "boolean", "object", "array", "null"];
    any_of(types.map(of_type))
}

/// One of these schemas.
fn any_of(forms: impl IntoIterator<Item = Value>) -> Value {
    let forms: Vec<Value> = forms.into_iter().collect();
    match forms.as_slice() {
        [only] => only.clone(),
        _ => json!({ "anyOf": forms }),
    }
}

fn of_type(name: &str) -> Value {
    json!({ "type": name })
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

/// An object with these properties and no others.
fn closed(properties: Map<String, Value>, required: Vec<&str>) -> Value {
    json!({
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    })
}
