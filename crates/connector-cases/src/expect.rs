//! What a case expects, and what an action gave, in the form of `case.json`.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use connector_host::bindings::types::{ActionError, Failure, FailureReason, InputProblem};

/// How an action is expected to end.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Expect {
    /// With this result. `{"$response": N}` in it stands for the recorded body
    /// of exchange N.
    Ok(Value),
    /// With this error.
    Error(ActionFailure),
}

/// An action's error.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum ActionFailure {
    /// The engine could not run it.
    ExecutionFailed,
    /// It would fail again.
    Permanent(FailureFacts),
    /// It may succeed later.
    Retryable(FailureFacts),
}

/// The fields of an error; absent ones are absent in the error.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FailureFacts {
    /// The reason: its name, or `{name: payload}` where it has a payload.
    pub reason: Value,
    /// The message for a person.
    pub message: String,
    /// The HTTP status.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// The service's id of the request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// The service's error codes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub codes: Vec<String>,
    /// How long to wait, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_after_ms: Option<u64>,
}

impl From<ActionError> for ActionFailure {
    fn from(error: ActionError) -> Self {
        match error {
            ActionError::ExecutionFailed => Self::ExecutionFailed,
            ActionError::Permanent(failure) => Self::Permanent(failure.into()),
            ActionError::Retryable(failure) => Self::Retryable(failure.into()),
        }
    }
}

impl From<Failure> for FailureFacts {
    fn from(failure: Failure) -> Self {
        Self {
            reason: reason(failure.reason),
            message: failure.message,
            status: failure.status,
            request_id: failure.request_id,
            codes: failure.codes,
            retry_after_ms: failure.retry_after_ms,
        }
    }
}

fn reason(reason: FailureReason) -> Value {
    match reason {
        FailureReason::InvalidInput(list) => json!({ "invalid-input": problems(list) }),
        FailureReason::UnresolvedPlaceholder(list) => {
            json!({ "unresolved-placeholder": problems(list) })
        }
        FailureReason::Unauthorized => json!("unauthorized"),
        FailureReason::Forbidden => json!("forbidden"),
        FailureReason::NotFound => json!("not-found"),
        FailureReason::Merged(id) => json!({ "merged": id }),
        FailureReason::Conflict(conflict) => json!({ "conflict": without_nulls(json!({
            "existing_id": conflict.existing_id,
            "archived": conflict.archived,
        })) }),
        FailureReason::RateLimited => json!("rate-limited"),
        FailureReason::Rejected => json!("rejected"),
        FailureReason::Unavailable => json!("unavailable"),
        FailureReason::Timeout => json!("timeout"),
        FailureReason::Network => json!("network"),
        FailureReason::OutcomeUnknown => json!("outcome-unknown"),
        FailureReason::MalformedResponse => json!("malformed-response"),
        FailureReason::TooLarge => json!("too-large"),
    }
}

fn problems(problems: Vec<InputProblem>) -> Value {
    problems
        .into_iter()
        .map(|problem| {
            without_nulls(json!({
                "field": problem.field,
                "message": problem.message,
                "expression": problem.expression,
            }))
        })
        .collect()
}

fn without_nulls(mut value: Value) -> Value {
    if let Some(object) = value.as_object_mut() {
        object.retain(|_, value| !value.is_null());
    }
    value
}
