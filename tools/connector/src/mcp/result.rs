//! Formats results and errors for an agent.

use rmcp::model::{CallToolResult, ContentBlock};
use serde_json::{Value, json};

use super::component::CallError;
use connector_cases::{ActionFailure, FailureFacts};

/// A result, as text and as structured content.
pub(super) fn success(result: Value) -> CallToolResult {
    let content = vec![ContentBlock::text(result.to_string())];
    let mut success = CallToolResult::success(content);
    success.structured_content = Some(result);
    success
}

/// An error in the call itself.
pub(super) fn refused(problem: &str) -> CallToolResult {
    error(
        problem.to_owned(),
        json!({ "reason": "invalid-input", "message": problem }),
    )
}

/// The person declined, so nothing was called.
pub(super) fn declined(action: &str) -> CallToolResult {
    let message = format!("{action}: the person declined; nothing was sent");
    let text = format!("{message}\ndo not call it again unless the person asks for it");
    error(
        text,
        json!({ "reason": "declined", "message": message, "retryable": false }),
    )
}

/// The error of an action, and what to do next. `is_read` says whether the action changes
/// nothing.
pub(super) fn failure(action: &str, failed: CallError, is_read: bool) -> CallToolResult {
    match failed {
        CallError::Action(failure, causes) => {
            let (facts, retryable) = match failure.into() {
                ActionFailure::Permanent(facts) => (facts, false),
                ActionFailure::Retryable(facts) => (facts, true),
                ActionFailure::ExecutionFailed => {
                    return refused(&format!("{action}: did not run"));
                }
            };
            let causes = causes.iter().map(ToString::to_string);
            of_facts(facts, retryable, causes)
        }
        CallError::Sandbox(failed) => {
            let advice = match is_read {
                true => "it may be called again",
                false => UNKNOWN,
            };
            let details =
                json!({ "reason": "sandbox", "message": failed.to_string(), "retryable": is_read });
            error(format!("{action}: {failed}\n{advice}"), details)
        }
    }
}

/// The advice for an unknown outcome of a write.
const UNKNOWN: &str =
    "do not call it again; first read the data to check whether the write took effect";

fn of_facts(
    facts: FailureFacts,
    retryable: bool,
    causes: impl Iterator<Item = String>,
) -> CallToolResult {
    let mut lines = vec![facts.message.clone()];
    let hints = facts.hint.iter().flat_map(|hint| hint.split('\n'));
    lines.extend(hints.map(|hint| format!("hint: {hint}")));
    lines.extend(causes.map(|cause| format!("cause: {cause}")));
    lines.push(format!("reason: {}", facts.reason));
    lines.push(advice(&facts, retryable));
    let mut details = serde_json::to_value(facts).unwrap_or_default();
    if let Some(details) = details.as_object_mut() {
        details.insert("retryable".to_owned(), json!(retryable));
    }
    error(lines.join("\n"), details)
}

fn advice(facts: &FailureFacts, retryable: bool) -> String {
    match (retryable, facts.retry_after_ms, facts.reason.as_str()) {
        (_, _, "outcome-unknown") => UNKNOWN.to_owned(),
        (true, Some(wait), _) => format!("it may be called again after {wait} ms"),
        (true, None, _) => "it may be called again".to_owned(),
        (false, _, "invalid-input" | "unresolved-placeholder") => {
            "call it again once that is corrected".to_owned()
        }
        (false, ..) => "the same call would fail again".to_owned(),
    }
}

/// Errors have their own key, so that they never contradict a tool's output schema.
fn error(text: String, details: Value) -> CallToolResult {
    let mut error = CallToolResult::error(vec![ContentBlock::text(text)]);
    error.structured_content = Some(json!({ "error": details }));
    error
}
