//! Asks the person behind the agent to confirm a call that cannot be undone, and for missing
//! required inputs.
//!
//! Forms pass through the client, so they never ask for a secret.

use rmcp::model::{ClientCapabilities, ElicitRequestParams, ElicitResult, ElicitationAction};
use serde_json::{Map, Value, json};

use super::exposure::SECRET;
use connector_host::manifest::{Action, Effect, Field, FieldType, Requirement};

/// Maximum length of the input in a question, in characters: as much as a person reads.
const MAX_SHOWN: usize = 1500;

/// The inputs of a call to ask the person for.
pub(super) struct Missing<'a> {
    /// The fields.
    pub fields: Vec<&'a Field>,
    /// Whether other required inputs are missing too, so that asking does not help.
    pub others: bool,
}

/// Values to choose from, each with its label.
pub(super) type Choices = Vec<(String, String)>;

/// Whether this client can ask the person.
pub(super) fn can_ask(client: Option<&ClientCapabilities>) -> bool {
    let elicitation = client.and_then(|client| client.elicitation.as_ref());
    // A client that names no mode supports forms.
    elicitation.is_some_and(|modes| modes.form.is_some() || modes.url.is_none())
}

/// Whether the person must confirm a call of this action: a repeated call has a second effect,
/// or it may delete.
pub(super) fn needs_confirmation(action: &Action) -> bool {
    action.effect == Effect::WriteOnce || action.destructive
}

/// The missing required inputs of a call.
pub(super) fn missing<'a>(action: &'a Action, input: &Map<String, Value>) -> Missing<'a> {
    let is_required = |field: &Field| match &field.required {
        Requirement::Optional => false,
        Requirement::Always => true,
        Requirement::When(condition) => condition.holds(input),
    };
    let is_absent = |field: &Field| input.get(&field.name).is_none_or(Value::is_null);
    let is_top = |field: &Field| !field.name.contains('.');
    let absent = action.inputs.iter();
    let absent = absent.filter(|field| is_top(field) && is_required(field) && is_absent(field));
    let (fields, others): (Vec<_>, Vec<_>) = absent.partition(|field| is_askable(field));
    Missing {
        fields,
        others: !others.is_empty(),
    }
}

/// Whether a form may ask for the value.
fn is_askable(field: &Field) -> bool {
    let is_plain = matches!(
        field.kind,
        FieldType::Text | FieldType::Integer | FieldType::Number | FieldType::Flag
    );
    is_plain && field.format.as_deref() != Some(SECRET)
}

/// The form for these inputs with their choices; without inputs, a confirmation. `None` if the
/// protocol has no such form.
pub(super) fn form(message: String, asked: &[(&Field, Choices)]) -> Option<ElicitRequestParams> {
    let properties = asked.iter();
    let properties =
        properties.map(|(field, choices)| (field.name.clone(), property(field, choices)));
    let required: Vec<&str> = asked.iter().map(|(field, _)| field.name.as_str()).collect();
    let schema = json!({
        "type": "object",
        "properties": properties.collect::<Map<String, Value>>(),
        "required": required,
    });
    Some(ElicitRequestParams::FormElicitationParams {
        meta: None,
        message,
        requested_schema: serde_json::from_value(schema).ok()?,
    })
}

fn property(field: &Field, choices: &Choices) -> Value {
    let kind = match field.kind {
        FieldType::Integer => "integer",
        FieldType::Number => "number",
        FieldType::Flag => "boolean",
        _ => "string",
    };
    let mut property = json!({ "type": kind, "title": field.title });
    let Some(object) = property.as_object_mut() else {
        return property;
    };
    if let Some(description) = &field.description {
        object.insert("description".to_owned(), json!(description));
    }
    let allowed = field
        .allowed
        .iter()
        .map(|value| (value.clone(), value.clone()));
    let choices: Choices = choices.iter().cloned().chain(allowed).collect();
    if !choices.is_empty() && kind == "string" {
        let (values, names): (Vec<_>, Vec<_>) = choices.into_iter().unzip();
        object.insert("enum".to_owned(), json!(values));
        // Not all clients support the newest form of labelled values.
        object.insert("enumNames".to_owned(), json!(names));
    }
    property
}

/// The text of the question: the action, the requests if they are known, and the input.
pub(super) fn message(action: &Action, requests: &[String], input: &Value) -> String {
    let requests = requests.iter().map(|request| format!("\n{request}"));
    let written = serde_json::to_string_pretty(input).unwrap_or_default();
    let mut shown: String = written.chars().take(MAX_SHOWN).collect();
    if shown.len() < written.len() {
        shown.push('…');
    }
    format!("{}{}\n{shown}", action.title, requests.collect::<String>())
}

/// The rows of an action's result that contain a field's choices.
pub(super) fn choices(field: &Field, result: &Value) -> Choices {
    let Some(source) = &field.choices else {
        return Choices::new();
    };
    let text = |row: &Value, key: &str| match row.get(key)? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    };
    let rows = result.get(&source.rows).and_then(Value::as_array);
    let rows = rows.into_iter().flatten().filter_map(|row| {
        let value = text(row, &source.value)?;
        let name = text(row, &source.label).unwrap_or_else(|| value.clone());
        Some((value, name))
    });
    rows.collect()
}

/// The input with the person's values; `None` if they declined.
pub(super) fn completed(
    mut input: Map<String, Value>,
    asked: &[&Field],
    answer: ElicitResult,
) -> Option<Map<String, Value>> {
    if answer.action != ElicitationAction::Accept {
        return None;
    }
    if let Some(Value::Object(mut typed)) = answer.content {
        for field in asked {
            input.extend(
                typed
                    .remove(&field.name)
                    .map(|value| (field.name.clone(), value)),
            );
        }
    }
    Some(input)
}
