//! An action's error in words, for a terminal or a log.

use std::fmt::Write;

use crate::SandboxError;
use crate::bindings::types::{ActionError, Failure, FailureReason};
use crate::printable;

/// `error` as lines of text: the message, then its other fields. Nothing in it
/// steers a terminal, whoever said it.
pub fn explain(error: &ActionError) -> String {
    match error {
        ActionError::ExecutionFailed => "the engine could not run the action".to_owned(),
        ActionError::Permanent(failure) => explain_failure(failure, "permanent: don't repeat it"),
        ActionError::Retryable(failure) => {
            explain_failure(failure, "retryable: it may be repeated")
        }
    }
}

fn explain_failure(failure: &Failure, next: &str) -> String {
    let (reason, details) = reason(&failure.reason);
    let mut text = printable::lines(&failure.message);
    let mut line = |label: &str, value: &str| {
        // Writing to a string does not fail.
        let _ = write!(text, "\n  {label:<12} {value}");
    };
    line("reason", reason);
    for detail in &details {
        line("", &printable::line(detail));
    }
    line("next", next);
    if let Some(status) = failure.status {
        line("status", &status.to_string());
    }
    if let Some(id) = &failure.request_id {
        line("request id", &printable::line(id));
    }
    if !failure.codes.is_empty() {
        line("codes", &printable::line(&failure.codes.join(", ")));
    }
    if let Some(wait) = failure.retry_after_ms {
        line("retry after", &format!("{wait} ms"));
    }
    text
}

/// How a call ended, in two words at most, for a log: the reason of an action's
/// error, or which of the sandbox's limits was reached.
pub(crate) fn outcome<T>(ended: &Result<Result<T, ActionError>, SandboxError>) -> &'static str {
    match ended {
        Ok(Ok(_)) => "success",
        Ok(Err(ActionError::ExecutionFailed)) => "execution failed",
        Ok(Err(ActionError::Permanent(failure) | ActionError::Retryable(failure))) => {
            reason(&failure.reason).0
        }
        Err(SandboxError::Trap { .. }) => "trap",
        Err(SandboxError::OutOfMemory { .. }) => "out of memory",
        Err(SandboxError::OutOfCpu { .. }) => "out of cpu",
        Err(SandboxError::OutOfTime { .. }) => "out of time",
        Err(SandboxError::Instantiate(_)) => "not started",
    }
}

/// A reason in two words at most.
pub fn reason_name(reason: &FailureReason) -> &'static str {
    self::reason(reason).0
}

/// A reason in words, and its details, a line each.
fn reason(reason: &FailureReason) -> (&'static str, Vec<String>) {
    match reason {
        // The message holds the problems already, each with its caret in line.
        FailureReason::InvalidInput(_) => ("invalid input", Vec::new()),
        FailureReason::UnresolvedPlaceholder(_) => ("unresolved placeholder", Vec::new()),
        FailureReason::Unauthorized => ("unauthorized", Vec::new()),
        FailureReason::Forbidden => ("forbidden", Vec::new()),
        FailureReason::NotFound => ("not found", Vec::new()),
        FailureReason::Merged(into) => {
            let into = into.iter().map(|id| format!("into {id}"));
            ("merged into another", into.collect())
        }
        FailureReason::Conflict(conflict) => {
            let kind = if conflict.archived {
                "archived"
            } else {
                "live"
            };
            let id = conflict.existing_id.as_deref().unwrap_or("of unknown id");
            ("conflict", vec![format!("with {kind} object {id}")])
        }
        FailureReason::RateLimited => ("rate limited", Vec::new()),
        FailureReason::Rejected => ("rejected", Vec::new()),
        FailureReason::Unavailable => ("unavailable", Vec::new()),
        FailureReason::Timeout => ("timeout", Vec::new()),
        FailureReason::Network => ("network", Vec::new()),
        FailureReason::OutcomeUnknown => ("outcome unknown", Vec::new()),
        FailureReason::MalformedResponse => ("malformed response", Vec::new()),
        FailureReason::TooLarge => ("too large", Vec::new()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bindings::types::{Conflict, InputProblem};

    const STEERING: &str = "\u{1b}]0;x";

    fn failure(reason: FailureReason) -> ActionError {
        ActionError::Permanent(Failure {
            reason,
            message: format!("formula: {STEERING}\n  a = \n      ^"),
            status: None,
            request_id: Some(format!("{STEERING}\n  status       200")),
            codes: vec![STEERING.to_owned(), "b\u{9b}c\r".to_owned()],
            retry_after_ms: None,
        })
    }

    #[test]
    fn nothing_that_a_server_says_steers_a_terminal() {
        let problem = InputProblem {
            field: STEERING.to_owned(),
            expression: None,
            message: STEERING.to_owned(),
        };
        let conflict = Conflict {
            existing_id: Some(STEERING.to_owned()),
            archived: false,
        };
        for reason in [
            FailureReason::InvalidInput(vec![problem]),
            FailureReason::Merged(Some(STEERING.to_owned())),
            FailureReason::Conflict(conflict),
        ] {
            let text = explain(&failure(reason));
            let steers = |c: char| c.is_control() && c != '\n';
            assert!(!text.contains(steers), "{text:?}");
            // Our own layout stays, and theirs makes no line.
            assert!(
                text.starts_with("formula: \\u001b]0;x\n  a = \n      ^\n"),
                "{text}"
            );
            assert!(!text.contains("\n  status"), "{text}");
            assert!(
                text.contains("codes        \\u001b]0;x, b\\u009bc\\u000d"),
                "{text}"
            );
        }
    }
}
