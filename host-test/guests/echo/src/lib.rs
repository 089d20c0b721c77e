//! The smallest connector: one action, `echo`, which sends a text to a service
//! and returns what comes back.

use exports::workflow::plugin::plugin::*;
use exports::workflow::plugin::types::{ActionError, Failure, FailureReason, InputProblem};
use serde_json::{Value, json};
use wasi::http::{outgoing_handler, types as http};

wit_bindgen::generate!({
    path: "../../../wit/deps/workflow-plugin",
    inline: "package echo:connector;
        world connector {
            export workflow:plugin/types@0.2.0;
            export workflow:plugin/plugin@0.2.0;
        }",
});

const HOST: &str = "echo.example";

struct Echo;
export!(Echo);

impl Guest for Echo {
    fn manifest() -> ConnectorManifest {
        ConnectorManifest {
            name: "echo".into(),
            title: "Echo".into(),
            version: env!("CARGO_PKG_VERSION").into(),
            api_version: "1".into(),
            summary: "Sends a text and gets it back.".into(),
            hosts: vec![HOST.into()],
            variables: vec![],
            actions: vec![Action {
                id: "echo".into(),
                title: "Echo".into(),
                description: Some("Sends a text and returns the answer.".into()),
                effect: Effect::Read,
                inputs: vec![text("text", "Text", Requirement::Always)],
                outputs: vec![text("answer", "Answer", Requirement::Optional)],
            }],
        }
    }

    fn preview(action: String, input: String) -> Result<Vec<HttpRequest>, ActionError> {
        let body = Some(read(&action, &input)?);
        Ok(vec![HttpRequest {
            method: "POST".into(),
            url: format!("https://{HOST}/"),
            headers: vec![],
            body,
        }])
    }

    fn invoke(action: String, input: String) -> Result<String, ActionError> {
        match send(&read(&action, &input)?) {
            Some(answer) => Ok(json!({ "answer": answer }).to_string()),
            None => {
                let reason = FailureReason::Network;
                Err(failed(reason, "echo: no answer", "try again", vec![]))
            }
        }
    }
}

fn text(name: &str, title: &str, required: Requirement) -> Field {
    Field {
        name: name.into(),
        title: title.into(),
        type_: FieldType::Text,
        required,
        templated: false,
        description: None,
        example: Some(r#""hello""#.into()),
        allowed: vec![],
        choices_from: None,
    }
}

/// The text of the input, where that is the only thing in it.
fn read(action: &str, input: &str) -> Result<String, ActionError> {
    let input: Value = serde_json::from_str(input).unwrap_or_default();
    match (action, input["text"].as_str(), input.as_object()) {
        ("echo", Some(text), Some(inputs)) if inputs.len() == 1 => Ok(text.into()),
        _ => Err(invalid("input", "is not a text alone", r#"give {"text": "hello"}"#)),
    }
}

fn invalid(field: &str, message: &str, hint: &str) -> ActionError {
    let problem = InputProblem {
        field: field.into(),
        message: message.into(),
        hint: Some(hint.into()),
        expression: None,
        span: None,
    };
    let message = format!("echo: {field}: {message}");
    failed(FailureReason::InvalidInput, &message, hint, vec![problem])
}

fn failed(
    reason: FailureReason,
    message: &str,
    hint: &str,
    problems: Vec<InputProblem>,
) -> ActionError {
    ActionError::Permanent(Failure {
        reason,
        message: message.into(),
        hint: Some(hint.into()),
        status: None,
        request_id: None,
        codes: vec![],
        retry_after_ms: None,
        problems,
        existing_id: None,
        archived: None,
        merged_into: None,
    })
}

fn send(text: &str) -> Option<String> {
    let request = http::OutgoingRequest::new(http::Fields::new());
    request.set_method(&http::Method::Post).ok()?;
    request.set_scheme(Some(&http::Scheme::Https)).ok()?;
    request.set_authority(Some(HOST)).ok()?;
    request.set_path_with_query(Some("/")).ok()?;
    let body = request.body().ok()?;
    let answer = outgoing_handler::handle(request, None).ok()?;
    let stream = body.write().ok()?;
    stream.blocking_write_and_flush(text.as_bytes()).ok()?;
    drop(stream);
    http::OutgoingBody::finish(body, None).ok()?;
    answer.subscribe().block();
    let body = answer.get()?.ok()?.ok()?.consume().ok()?;
    let bytes = body.stream().ok()?.blocking_read(4096).ok()?;
    String::from_utf8(bytes).ok()
}
