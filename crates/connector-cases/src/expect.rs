//! The outcome of an action, expected or actual, in the form of `case.json`.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use connector_host::bindings::types::{ActionError, Failure, InputProblem, TextSpan};
use connector_host::reason_name;

/// The outcome of an action.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Expect {
    /// This result. `{"$response": N}` in it refers to the recorded body of exchange N.
    Ok(Value),
    /// This error.
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

/// The fields of an error, as JSON for cases and logs. Fields without a value are absent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FailureFacts {
    /// The reason, by its name in the contract.
    pub reason: String,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// The problems of inputs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub problems: Vec<ProblemFacts>,
    /// The id of the existing object.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub existing_id: Option<String>,
    /// Whether the existing object is archived.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub archived: Option<bool>,
    /// The id of the object that this one was merged into.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub merged_into: Option<String>,
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

/// One problem of one input.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProblemFacts {
    /// The field.
    pub field: String,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// The placeholder without a value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expression: Option<String>,
    /// The affected characters of the field's text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub span: Option<SpanFacts>,
}

/// A part of a text, in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SpanFacts {
    /// The offset of the first one.
    pub start: u32,
    /// The offset after the last one.
    pub end: u32,
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
            reason: reason_name(failure.reason).replace(' ', "-"),
            message: failure.message,
            hint: failure.hint,
            problems: failure.problems.into_iter().map(Into::into).collect(),
            existing_id: failure.existing_id,
            archived: failure.archived,
            merged_into: failure.merged_into,
            status: failure.status,
            request_id: failure.request_id,
            codes: failure.codes,
            retry_after_ms: failure.retry_after_ms,
        }
    }
}

impl From<InputProblem> for ProblemFacts {
    fn from(problem: InputProblem) -> Self {
        Self {
            field: problem.field,
            message: problem.message,
            hint: problem.hint,
            expression: problem.expression,
            span: problem
                .span
                .map(|TextSpan { start, end }| SpanFacts { start, end }),
        }
    }
}
