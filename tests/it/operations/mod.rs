//! Actions as data: what a definition makes of inputs, requests and responses.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "for tests only"
)]

mod named_inputs;
mod requests;
mod responses;
mod typed;

use crate::wire_model::World;
use intercom_connector::internals::plugin::HttpRequest;
use intercom_connector::internals::preview;
use intercom_connector::internals::types::{ActionError, InputProblem};
use serde_json::{Value, json};

/// A document with one action.
fn defined(path: &str, method: &str, operation: Value) -> String {
    json!({"openapi": "3.1.0", "paths": {path: {method: operation}}}).to_string()
}

/// The request of an action of a document.
fn sent(document: &str, action: &str, input: &Value) -> Result<HttpRequest, ActionError> {
    let context = json!({
        "settings": {"bot": "814860", "team": 7, "none": null},
        "trigger": {"id": "c/1", "until": "2026-03-02T09:00:00Z", "who": {"id": "5", "note": "{{a}}"}}
    });
    let variables = vec![
        ("WORKFLOW_ACTIONS".to_owned(), document.to_owned()),
        ("WORKFLOW_CONTEXT".to_owned(), context.to_string()),
    ];
    let requests = preview(action, &input.to_string(), variables)?;
    Ok(requests.into_iter().next().unwrap())
}

fn body(request: &HttpRequest) -> Value {
    let body = request.body.as_deref();
    body.map_or(Value::Null, |body| serde_json::from_str(body).unwrap())
}

/// The error's message, and a line for each problem: `field: message; hint`.
fn message(error: ActionError) -> String {
    let failure = match error {
        ActionError::Permanent(failure) | ActionError::Retryable(failure) => failure,
        other => panic!("{other:?}"),
    };
    let line = |problem: &InputProblem| {
        let hint = problem.hint.as_deref().unwrap_or_default();
        format!("\n{}: {}; {hint}", problem.field, problem.message)
    };
    failure.message + &failure.problems.iter().map(line).collect::<String>()
}
fn invoke(
    world: &World,
    document: &str,
    action: &str,
    input: &Value,
) -> Result<Value, ActionError> {
    let variables = [("WORKFLOW_ACTIONS", document)];
    let result = world.invoke_with(action, &input.to_string(), &[], &variables)?;
    Ok(serde_json::from_str(&result).unwrap())
}

fn snooze() -> String {
    defined(
        "/conversations/{conversation_id}/parts",
        "post",
        json!({
            "operationId": "snooze-until",
            "parameters": [{
                "name": "conversation_id", "in": "path", "required": true,
                "schema": {"type": "string"}
            }],
            "requestBody": {"required": true, "content": {"application/json": {"schema": {
                "type": "object",
                "required": ["message_type", "admin_id", "snoozed_until"],
                "properties": {
                    "message_type": {"const": "snoozed"},
                    "admin_id": {"type": "string", "const": "{{settings.bot}}"},
                    "snoozed_until": {"type": "integer", "format": "date-time"},
                    "priority": {"type": "string", "enum": ["low", "high"]},
                    "assignee": {"type": "object", "required": ["id"], "properties": {
                        "type": {"const": "team"},
                        "team": {"const": "{{settings.team}}"},
                        "id": {"type": "string"}
                    }},
                    "people": {"type": "array", "items": {"type": "object", "properties": {
                        "id": {"type": "string"}, "at": {"type": "string", "format": "date-time"},
                        "kind": {"const": "user"}
                    }}},
                    "labels": {"type": "array", "items": {"type": "string"}}
                }
            }}}}
        }),
    )
}
