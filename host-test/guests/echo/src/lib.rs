//! The smallest connector: one action, `echo`, which sends a text to a service
//! and returns what comes back.

use exports::workflow::plugin::plugin::*;
use exports::workflow::plugin::types::{ActionError, Failure, FailureReason, InputProblem};
use serde_json::{Value, json};
use wasi::http::{outgoing_handler, types as http};
use wasi::io::streams::StreamError;

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
            && query
                .group
                .is_none_or(|group| group.eq_ignore_ascii_case(&action.group))
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

    fn problems() -> Vec<InputProblem> {
        vec![]
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
        let text = read(&action, &input)?;
        // The action reads, so that a retry does no harm.
        let (status, answer) = send(&text).ok_or_else(|| {
            let reason = FailureReason::Network;
            ActionError::Retryable(failure(reason, "no response", "try again", None))
        })?;
        match status {
            200 => Ok(json!({ "answer": answer }).to_string()),
            status => Err(refusal(status)),
        }
    }

    fn preview_defined(
        _: String,
        action: String,
        _: String,
    ) -> Result<Vec<HttpRequest>, ActionError> {
        Err(undefined(&action))
    }

    fn invoke_defined(_: String, action: String, _: String) -> Result<String, ActionError> {
        Err(undefined(&action))
    }
}

/// Why an action of a document is not run.
fn undefined(action: &str) -> ActionError {
    let message = format!(
        "{} is not an action of a document: echo takes none",
        json!(action)
    );
    invalid(vec![problem("action", &message, "call echo by invoke")])
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

/// The text of an input that has it and nothing else. All problems come at once.
fn read(action: &str, input: &str) -> Result<String, ActionError> {
    if action != ECHO {
        return Err(invalid(vec![problem(
            "action",
            "is not an action",
            "give echo",
        )]));
    }
    let Ok(Value::Object(mut input)) = serde_json::from_str(input) else {
        let hint = r#"give {"text": "hello"}"#;
        return Err(invalid(vec![problem(
            "input",
            "is not a JSON object",
            hint,
        )]));
    };
    let text = input.remove("text");
    let unknown = input
        .keys()
        .map(|key| problem(key, "is not an input", "leave it out"));
    let mut problems: Vec<InputProblem> = unknown.collect();
    match text {
        Some(Value::String(text)) if problems.is_empty() => return Ok(text),
        Some(Value::String(_)) => {}
        Some(_) => problems.push(problem("text", "is not a text", "give a text")),
        None => problems.push(problem("text", "is required", "give a text")),
    }
    Err(invalid(problems))
}

fn problem(field: &str, message: &str, hint: &str) -> InputProblem {
    InputProblem {
        field: field.into(),
        message: message.into(),
        hint: Some(hint.into()),
        expression: None,
        span: None,
    }
}

/// The input can't be used.
fn invalid(problems: Vec<InputProblem>) -> ActionError {
    let lines = |line: fn(&InputProblem) -> String| {
        let lines: Vec<String> = problems.iter().map(line).collect();
        lines.join("\n")
    };
    let message = lines(|it| format!("{}: {}", it.field, it.message));
    let hint = match problems.as_slice() {
        [only] => only.hint.clone().unwrap_or_default(),
        _ => lines(|it| format!("{}: {}", it.field, it.hint.as_deref().unwrap_or_default())),
    };
    ActionError::Permanent(Failure {
        problems,
        ..failure(FailureReason::InvalidInput, &message, &hint, None)
    })
}

/// The service refused the request with this status.
fn refusal(status: u16) -> ActionError {
    let of = |reason, message, hint| failure(reason, message, hint, Some(status));
    let hint = "look at the status";
    match status {
        401 => ActionError::Permanent(of(FailureReason::Unauthorized, "no access", hint)),
        404 => ActionError::Permanent(of(FailureReason::NotFound, "not found", hint)),
        429 => ActionError::Retryable(of(FailureReason::RateLimited, "too many", "wait")),
        500.. => ActionError::Retryable(of(FailureReason::Unavailable, "it failed", "wait")),
        _ => ActionError::Permanent(of(FailureReason::Rejected, "refused", hint)),
    }
}

fn failure(reason: FailureReason, message: &str, hint: &str, status: Option<u16>) -> Failure {
    Failure {
        reason,
        message: format!("{ECHO}: {message}"),
        hint: Some(hint.into()),
        status,
        request_id: None,
        codes: vec![],
        retry_after_ms: None,
        problems: vec![],
        existing_id: None,
        archived: None,
        merged_into: None,
    }
}

/// Most bytes that a body takes at once.
const BLOCK_BYTES: usize = 4096;

/// The status and the body of the response, if a whole one comes.
fn send(text: &str) -> Option<(u16, String)> {
    let request = http::OutgoingRequest::new(http::Fields::new());
    request.set_method(&http::Method::Post).ok()?;
    request.set_scheme(Some(&http::Scheme::Https)).ok()?;
    request.set_authority(Some(HOST)).ok()?;
    request.set_path_with_query(Some("/")).ok()?;
    let body = request.body().ok()?;
    let answer = outgoing_handler::handle(request, None).ok()?;
    let stream = body.write().ok()?;
    for block in text.as_bytes().chunks(BLOCK_BYTES) {
        stream.blocking_write_and_flush(block).ok()?;
    }
    drop(stream);
    http::OutgoingBody::finish(body, None).ok()?;
    answer.subscribe().block();
    let response = answer.get()?.ok()?.ok()?;
    let body = response.consume().ok()?;
    let stream = body.stream().ok()?;
    let mut bytes = vec![];
    loop {
        match stream.blocking_read(BLOCK_BYTES as u64) {
            Ok(block) => bytes.extend(block),
            Err(StreamError::Closed) => break,
            Err(_) => return None,
        }
    }
    Some((
        response.status(),
        String::from_utf8_lossy(&bytes).into_owned(),
    ))
}
