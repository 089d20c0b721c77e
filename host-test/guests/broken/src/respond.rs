//! From responses to results and errors.

use serde_json::{Value, json};

use crate::exports::workflow::plugin::types::{ActionError, Failure, FailureReason, InputProblem};
use crate::request::{Lost, Request, Response, send};
use crate::{fault, offer};

/// What is wrong with a field.
pub struct Problem<'a>(pub &'a str, pub &'a str);

pub fn failure(reason: FailureReason, message: &str) -> Failure {
    Failure {
        reason,
        message: message.into(),
        hint: None,
        status: None,
        request_id: None,
        codes: vec![],
        retry_after_ms: None,
        problems: vec![],
        existing_id: None,
        archived: None,
        merged_into: None,
    }
}

pub fn problem(field: &str, wrong: &str) -> InputProblem {
    InputProblem {
        field: field.into(),
        message: wrong.into(),
        hint: None,
        expression: None,
        span: None,
    }
}

/// No document defines an action.
pub fn undefined() -> ActionError {
    unusable(&[Problem("action", "is not defined")])
}

/// The input of an action can't be used.
pub fn refused(problems: &[Problem<'_>]) -> ActionError {
    match unusable(problems) {
        ActionError::Permanent(failure) if fault::is("4.1-retryable") => {
            ActionError::Retryable(failure)
        }
        permanent => permanent,
    }
}

/// What was given can't be used, without the faults of actions.
pub fn unusable(problems: &[Problem<'_>]) -> ActionError {
    let lines = problems
        .iter()
        .map(|Problem(field, wrong)| format!("{field}: {wrong}"));
    let lines: Vec<String> = lines.collect();
    let problems = problems
        .iter()
        .map(|Problem(field, wrong)| problem(field, wrong));
    ActionError::Permanent(Failure {
        problems: problems.collect(),
        ..failure(
            FailureReason::InvalidInput,
            &format!("broken: {}", lines.join("\n")),
        )
    })
}

pub fn not_set(variable: &str) -> ActionError {
    refused(&[Problem(variable, "is not set")])
}

/// Sends a request and reads its response.
pub fn result(action: &str, request: &Request, token: &str) -> Result<String, ActionError> {
    // Each action but these changes nothing, or the same when it is repeated.
    let is_once = ["create-thing", "exchange-code"].contains(&action);
    let sent = Some(request.clone());
    let mut response = send(&sent);
    if is_once && fault::is("6.2-repeats") && matches!(response, Err(Lost::Unknown)) {
        response = send(&sent);
    }
    let is_unread = |response: &Response| response.status == 200 && parsed(response).is_none();
    if is_once && fault::is("6.3-repeats") && response.as_ref().is_ok_and(is_unread) {
        response = send(&sent);
    }
    match response {
        Err(lost) => Err(fault::of_lost(lost, is_once)),
        Ok(response) => read(action, &response, request, token, is_once),
    }
}

fn parsed(response: &Response) -> Option<Value> {
    serde_json::from_str(&response.body)
        .ok()
        .filter(|_| response.is_whole)
}

fn read(
    action: &str,
    response: &Response,
    request: &Request,
    token: &str,
    is_once: bool,
) -> Result<String, ActionError> {
    let reason = match response.status {
        200 => match parsed(response) {
            Some(body) => return Ok(object(action, &body)),
            None => FailureReason::MalformedResponse,
        },
        401 => FailureReason::Unauthorized,
        404 => FailureReason::NotFound,
        429 => FailureReason::RateLimited,
        _ => FailureReason::Rejected,
    };
    fault::trap_if("1.3-response", reason == FailureReason::MalformedResponse);
    fault::follow(response, request);
    let is_limited = reason == FailureReason::RateLimited;
    let is_unread = reason == FailureReason::MalformedResponse;
    let mut failure = failure(reason, &format!("broken: refused with {}", response.status));
    failure.status = Some(response.status);
    if is_limited && fault::is("4.4-result") {
        return Ok(object(action, &Value::Null));
    }
    if is_limited && fault::is("4.5") {
        return Err(ActionError::ExecutionFailed);
    }
    fault::in_failure(&mut failure, response, request, token);
    match is_limited || is_unread && (!is_once || fault::is("6.3-retryable")) {
        true => Err(ActionError::Retryable(failure)),
        false => Err(ActionError::Permanent(failure)),
    }
}

/// The outputs of an action, with what the response has of them.
fn object(action: &str, body: &Value) -> String {
    let manifest = offer::manifest();
    let offered = manifest.actions.iter().find(|offered| offered.id == action);
    let outputs = offered.into_iter().flat_map(|offered| &offered.outputs);
    let mut result = json!({});
    for output in outputs.filter(|output| !output.name.contains('.')) {
        result[&output.name] = json!(body[&output.name].as_str());
    }
    fault::in_result(&mut result);
    result.to_string()
}
