//! The outcome of a call under a fault, and violations of general rules.

use std::fmt;

use serde_json::Value;

use connector_host::bindings::types::ActionError;
use connector_host::manifest::Effect;
use connector_host::{SandboxError, explain, reason_name};
use intercom_double::faults::Seen;

/// The outcome of a call, as an engine sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// With a result.
    Success,
    /// With a result that has a note.
    Noted,
    /// With a permanent error, for this reason.
    Permanent(&'static str),
    /// With a retryable error, for this reason.
    Retryable(&'static str),
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Success => f.write_str("success"),
            Self::Noted => f.write_str("success with a note"),
            Self::Permanent(reason) => write!(f, "permanent: {reason}"),
            Self::Retryable(reason) => write!(f, "retryable: {reason}"),
        }
    }
}

/// The outcome of a call.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// How it ended, or the sandbox's error.
    pub verdict: Result<Verdict, String>,
    /// The error's text, or the result's notes.
    pub message: String,
    /// Requests that left the sandbox.
    pub sent: u64,
    /// The server's log of the call.
    pub seen: Seen,
}

impl Outcome {
    /// Violations of the rules for every fault, one line each.
    pub fn violations(&self, effect: Effect) -> Vec<String> {
        let mut violations = Vec::new();
        if let Err(sandbox) = &self.verdict {
            violations.push(sandbox.clone());
        }
        if effect != Effect::WriteOnce {
            return violations;
        }
        match (self.verdict.as_ref(), self.seen.carried_out) {
            (_, received @ 2..) => {
                violations.push(format!("the write was received {received} times"));
            }
            (Ok(Verdict::Success | Verdict::Noted), 0) => {
                violations
                    .push("the write succeeded, but the server did not receive it".to_owned());
            }
            (Ok(Verdict::Retryable(reason)), 1) => violations.push(format!(
                "the write may have been executed, but its error is retryable ({reason})"
            )),
            _ => {}
        }
        violations
    }
}

/// What `Sandbox::invoke` returned, as a verdict with its message.
pub(super) fn verdict(
    ended: Result<Result<String, ActionError>, SandboxError>,
) -> (Result<Verdict, String>, String) {
    match ended {
        Ok(Ok(result)) => of_result(&result),
        Ok(Err(error)) => (of_error(&error), explain(&error)),
        Err(error) => (Err(error.to_string()), String::new()),
    }
}

fn of_result(result: &str) -> (Result<Verdict, String>, String) {
    let Ok(result) = serde_json::from_str::<Value>(result) else {
        return (Err("the result is not JSON".to_owned()), result.to_owned());
    };
    match result.get("notes") {
        Some(Value::Array(notes)) if !notes.is_empty() => {
            (Ok(Verdict::Noted), Value::from(notes.clone()).to_string())
        }
        _ => (Ok(Verdict::Success), String::new()),
    }
}

fn of_error(error: &ActionError) -> Result<Verdict, String> {
    match error {
        ActionError::Permanent(failure) => Ok(Verdict::Permanent(reason_name(failure.reason))),
        ActionError::Retryable(failure) => Ok(Verdict::Retryable(reason_name(failure.reason))),
        ActionError::ExecutionFailed => {
            Err("execution-failed, which only an engine may return".to_owned())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The number of violations of a write that is not idempotent.
    #[test]
    fn lost_and_duplicated_writes_are_violations() {
        let unknown = Verdict::Permanent("outcome unknown");
        for (verdict, carried_out, violations) in [
            (Verdict::Success, 1, 0),
            (Verdict::Noted, 1, 0),
            (unknown, 0, 0),
            (unknown, 1, 0),
            (Verdict::Retryable("network"), 0, 0),
            // Lost; retryable although executed; executed twice.
            (Verdict::Success, 0, 1),
            (Verdict::Retryable("timeout"), 1, 1),
            (Verdict::Success, 2, 1),
        ] {
            let outcome = Outcome {
                verdict: Ok(verdict),
                message: String::new(),
                sent: 1,
                seen: Seen {
                    carried_out,
                    ..Seen::default()
                },
            };
            let found = outcome.violations(Effect::WriteOnce);
            assert_eq!(
                found.len(),
                violations,
                "{verdict} {carried_out}: {found:?}"
            );
            assert!(outcome.violations(Effect::WriteIdempotent).is_empty());
        }
    }

    #[test]
    fn a_failed_sandbox_is_a_violation() {
        let outcome = Outcome {
            verdict: Err("sandbox: the component trapped".to_owned()),
            message: String::new(),
            sent: 0,
            seen: Seen::default(),
        };
        assert_eq!(
            outcome.violations(Effect::Read),
            ["sandbox: the component trapped"]
        );
    }

    #[test]
    fn results_with_and_without_notes() {
        for (result, verdict) in [
            (r#"{"notes": []}"#, Ok(Verdict::Success)),
            (r#"{"id": "1"}"#, Ok(Verdict::Success)),
            (r#"{"notes": ["x"]}"#, Ok(Verdict::Noted)),
            ("x", Err("the result is not JSON".to_owned())),
        ] {
            assert_eq!(of_result(result).0, verdict, "{result}");
        }
    }
}
