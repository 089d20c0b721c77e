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

/// The id of the one action.
const ECHO: &str = "echo";

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
            docs_url: Some(format!("https://{HOST}/docs")),
            hosts: vec![HOST.into()],
            variables: vec![],
            // No action needs a token: see `Auth` for a service that wants one.
            auth: None,
            signature: None,
            actions: vec![echo()],
            triggers: vec![],
        }
    }

    fn catalogue(query: CatalogueQuery) -> Vec<ActionSummary> {
        let action = echo();
        let description = action.description.unwrap_or_default();
        let texts = [&action.id, &action.title, &action.group, &description];
        let texts = texts.map(|text| text.to_lowercase());
        let holds = |word: &str| texts.iter().any(|text| text.contains(word));
        let selected = query.words.to_lowercase().split_whitespace().all(holds)
            && query.group.is_none_or(|group| group == action.group)
            && query.effect.is_none_or(|effect| effect == action.effect);
        let summary = ActionSummary {
            id: action.id,
            title: action.title,
            description: Some(description),
            group: action.group,
            effect: action.effect,
            destructive: action.destructive,
        };
        selected.then_some(summary).into_iter().collect()
    }

    fn describe(ids: Vec<String>) -> Vec<Action> {
        let known = ids.iter().filter(|id| *id == ECHO);
        known.map(|_| echo()).collect()
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

/// The action, as a form shows it.
fn echo() -> Action {
    Action {
        id: ECHO.into(),
        title: "Echo".into(),
        description: Some("Sends a text and returns the response.".into()),
        group: "Echo".into(),
        effect: Effect::Read,
        destructive: false,
        variables: vec![],
        permissions: vec![],
        inputs: vec![Field {
            description: Some("What to send.".into()),
            required: Requirement::Always,
            example: Some(r#""hello""#.into()),
            lines: 4,
            ..text("text", "Text")
        }],
        outputs: vec![Field {
            description: Some("What came back.".into()),
            ..text("answer", "Answer")
        }],
    }
}

/// A text about which there is nothing to say.
fn text(name: &str, title: &str) -> Field {
    Field {
        name: name.into(),
        title: title.into(),
        description: None,
        type_: FieldType::Text,
        also: JsonTypes::empty(),
        format: None,
        required: Requirement::Optional,
        applies_when: None,
        templated: false,
        default_value: None,
        example: None,
        allowed: vec![],
        choices: None,
        lines: 1,
        advanced: false,
    }
}

/// The text of the input, where that is the only thing in it.
fn read(action: &str, input: &str) -> Result<String, ActionError> {
    let input: Value = serde_json::from_str(input).unwrap_or_default();
    match (action, input["text"].as_str(), input.as_object()) {
        (ECHO, Some(text), Some(inputs)) if inputs.len() == 1 => Ok(text.into()),
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
