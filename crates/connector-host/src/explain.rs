//! Formats an action's error for a terminal or a log.

use std::fmt::Write;

use serde_json::Value;

use crate::bindings::types::{ActionError, Failure, FailureReason, InputProblem};
use crate::{SandboxError, caret, printable};

/// `error` as lines of text: the message, the hint, then the other fields. Control characters
/// are escaped.
pub fn explain(error: &ActionError) -> String {
    explain_with(error, |_| None)
}

/// Like [`explain`], and underlines the part of a text that a problem is about. `input` is the
/// action's JSON.
pub fn explain_input(error: &ActionError, input: &str) -> String {
    let input: Value = serde_json::from_str(input).unwrap_or_default();
    explain_with(error, |problem| underlined(problem, &input))
}

/// The underlined part of a text that `problem` is about; `None` if it has none, or the text is
/// not in `input`.
pub fn underlined(problem: &InputProblem, input: &Value) -> Option<String> {
    let text = caret::text_of(input, &problem.field)?;
    Some(caret::underline(text, problem.span?))
}

fn explain_with(error: &ActionError, draw: impl Fn(&InputProblem) -> Option<String>) -> String {
    let (failure, next) = match error {
        ActionError::ExecutionFailed => return "the engine could not run the action".to_owned(),
        ActionError::Permanent(failure) => (
            failure,
            "permanent: don't retry \
        it",
        ),
        ActionError::Retryable(failure) => (failure, "retryable: it may be retried"),
    };
    let mut text = printable::lines(&failure.message);
    for drawing in failure.problems.iter().filter_map(draw) {
        text = format!("{text}\n{drawing}");
    }
    for (label, value) in details(failure, next) {
        // Writing to a string cannot fail.
        let _ = write!(text, "\n  {label:<12} {}", printable::line(&value));
    }
    text
}

/// The fields of a failure after its message, most useful first.
fn details(failure: &Failure, next: &str) -> Vec<(&'static str, String)> {
    let mut lines = Vec::new();
    let hints = failure.hint.iter().flat_map(|hint| hint.split('\n'));
    for (index, hint) in hints.enumerate() {
        let label = if index == 0 { "hint" } else { "" };
        lines.push((label, hint.to_owned()));
    }
    lines.push(("reason", reason_name(failure.reason).to_owned()));
    lines.push(("next", next.to_owned()));
    let codes = Some(failure.codes.join(", ")).filter(|codes| !codes.is_empty());
    let archived = failure.archived.filter(|archived| *archived);
    let wait = failure.retry_after_ms;
    let optional = [
        ("existing id", failure.existing_id.clone()),
        ("archived", archived.map(|_| "yes".to_owned())),
        ("merged into", failure.merged_into.clone()),
        ("status", failure.status.map(|status| status.to_string())),
        ("request id", failure.request_id.clone()),
        ("codes", codes),
        ("retry after", wait.map(|wait| format!("{wait} ms"))),
    ];
    let present = optional.into_iter();
    lines.extend(present.filter_map(|(label, value)| Some((label, value?))));
    lines
}

/// The outcome of a call in at most two words, for a log: the reason of an action's error, or
/// the limit of the sandbox.
pub(crate) fn outcome<T>(ended: &Result<Result<T, ActionError>, SandboxError>) -> &'static str {
    match ended {
        Ok(Ok(_)) => "success",
        Ok(Err(ActionError::ExecutionFailed)) => "execution failed",
        Ok(Err(ActionError::Permanent(failure) | ActionError::Retryable(failure))) => {
            reason_name(failure.reason)
        }
        Err(SandboxError::Trap { .. }) => "trap",
        Err(SandboxError::OutOfMemory { .. }) => "out of memory",
        Err(SandboxError::OutOfCpu { .. }) => "out of cpu",
        Err(SandboxError::OutOfTime { .. }) => "out of time",
        Err(SandboxError::Instantiate(_) | SandboxError::NoTriggers) => "not started",
    }
}

/// A reason in at most two words.
pub fn reason_name(reason: FailureReason) -> &'static str {
    match reason {
        FailureReason::InvalidInput => "invalid input",
        FailureReason::UnresolvedPlaceholder => "unresolved placeholder",
        FailureReason::Unauthorized => "unauthorized",
        FailureReason::Forbidden => "forbidden",
        FailureReason::NotFound => "not found",
        FailureReason::Merged => "merged",
        FailureReason::Conflict => "conflict",
        FailureReason::RateLimited => "rate limited",
        FailureReason::Rejected => "rejected",
        FailureReason::Unavailable => "unavailable",
        FailureReason::Timeout => "timeout",
        FailureReason::Network => "network",
        FailureReason::OutcomeUnknown => "outcome unknown",
        FailureReason::MalformedResponse => "malformed response",
        FailureReason::TooLarge => "too large",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bindings::types::TextSpan;

    const STEERING: &str = "\u{1b}]0;x";

    fn failure() -> Failure {
        Failure {
            reason: FailureReason::InvalidInput,
            message: String::new(),
            hint: None,
            status: None,
            request_id: None,
            codes: Vec::new(),
            retry_after_ms: None,
            problems: Vec::new(),
            existing_id: None,
            archived: None,
            merged_into: None,
        }
    }

    #[test]
    fn no_server_text_steers_a_terminal() {
        let text = explain(&ActionError::Permanent(Failure {
            message: format!("formula: {STEERING}\nname: b"),
            hint: Some(format!("{STEERING}\nname: c")),
            request_id: Some(format!("{STEERING}\n  status       200")),
            codes: vec![STEERING.to_owned(), "b\u{9b}c\r".to_owned()],
            existing_id: Some(STEERING.to_owned()),
            merged_into: Some(STEERING.to_owned()),
            ..failure()
        }));
        assert!(
            !text.contains(|c: char| c.is_control() && c != '\n'),
            "{text:?}"
        );
        // Line breaks of the layout stay; those in values are escaped.
        assert!(
            text.starts_with("formula: \\u001b]0;x\nname: b\n  hint "),
            "{text}"
        );
        assert!(!text.contains("\n  status"), "{text}");
        assert!(
            text.contains("codes        \\u001b]0;x, b\\u009bc\\u000d"),
            "{text}"
        );
    }

    #[test]
    fn an_error_is_explained_from_the_message_to_the_details() {
        let conflict = ActionError::Permanent(Failure {
            reason: FailureReason::Conflict,
            message: "create-contact: contact 67 already matches".to_owned(),
            hint: Some("update the existing contact".to_owned()),
            existing_id: Some("67".to_owned()),
            archived: Some(false),
            status: Some(409),
            ..failure()
        });
        assert_eq!(
            explain(&conflict),
            "create-contact: contact 67 already matches\n  \
             hint         update the existing contact\n  \
             reason       conflict\n  \
             next         permanent: don't retry it\n  \
             existing id  67\n  \
             status       409"
        );
    }

    #[test]
    fn the_part_of_the_input_is_underlined() {
        let problem = |field: &str, start, end| InputProblem {
            field: field.to_owned(),
            message: "b is wrong".to_owned(),
            hint: Some("write c".to_owned()),
            expression: None,
            span: Some(TextSpan { start, end }),
        };
        let error = ActionError::Permanent(Failure {
            message: "find: both are wrong".to_owned(),
            problems: vec![problem("formula", 2, 4), problem("cc[1].text", 1, 1)],
            ..failure()
        });
        let input = r#"{"formula": "a bb c", "cc": [{}, {"text": "x"}]}"#;
        let explained = explain_input(&error, input);
        let expected = "find: both are wrong\n  a bb c\n    ^^\n  x\n   ^\n  reason ";
        assert!(explained.starts_with(expected), "{explained}");
        // Without the input, or with another one, nothing is underlined.
        for explained in [explain(&error), explain_input(&error, r#"{"formula": 1}"#)] {
            assert!(explained.starts_with("find: both are wrong\n  reason "));
        }
    }
}
