//! Secrets: kept so that nothing shows them, and taken out of errors that
//! repeat them.

use crate::world::types::{ActionError, Conflict, Failure, FailureReason};
use std::fmt;

/// What stands in a secret's place where it would be shown.
pub const REDACTED: &str = "[redacted]";

/// A text that must not be shown. Its `Debug` shows nothing of it.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Keeps a text secret.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text, for the request that has to carry it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(redacted)")
    }
}

/// The shortest secret that is looked for, in bytes. Intercom's are several
/// times as long; to cut shorter ones out would tear holes into words.
const SHORTEST: usize = 8;

/// Takes secrets out of all that an error tells: what answers, Intercom or
/// something in its place, may repeat what it was sent.
pub fn redact(error: ActionError, secrets: &[&Secret]) -> ActionError {
    match error {
        ActionError::ExecutionFailed => ActionError::ExecutionFailed,
        ActionError::Permanent(failure) => ActionError::Permanent(cut(failure, secrets)),
        ActionError::Retryable(failure) => ActionError::Retryable(cut(failure, secrets)),
    }
}

fn cut(failure: Failure, secrets: &[&Secret]) -> Failure {
    let hide = |text: String| {
        let found = secrets.iter().map(|secret| unpadded(secret.expose()));
        found
            .filter(|secret| secret.len() >= SHORTEST)
            .fold(text, |text, secret| text.replace(secret, REDACTED))
    };
    Failure {
        reason: match failure.reason {
            FailureReason::Merged(id) => FailureReason::Merged(id.map(hide)),
            FailureReason::Conflict(conflict) => FailureReason::Conflict(Conflict {
                existing_id: conflict.existing_id.map(hide),
                ..conflict
            }),
            reason => reason,
        },
        message: hide(failure.message),
        request_id: failure.request_id.map(hide),
        codes: failure.codes.into_iter().map(hide).collect(),
        ..failure
    }
}

/// Without the `=` at the end, which an echo may have percent-encoded.
fn unpadded(secret: &str) -> &str {
    secret.trim_end_matches('=')
}

#[cfg(test)]
mod tests {
    #![allow(clippy::panic)]
    use super::*;

    fn failure(text: &str) -> Failure {
        Failure {
            reason: FailureReason::Merged(Some(text.to_owned())),
            message: format!("said {text}."),
            status: Some(401),
            request_id: Some(text.to_owned()),
            codes: vec!["unauthorized".to_owned(), text.to_owned()],
            retry_after_ms: None,
        }
    }

    #[test]
    fn an_error_repeats_no_secret_wherever_it_stands() {
        let secret = Secret::new("c2VjcmV0LWNvZGU=");
        for echo in ["c2VjcmV0LWNvZGU=", "x c2VjcmV0LWNvZGU%3D y"] {
            let told = redact(ActionError::Retryable(failure(echo)), &[&secret]);
            assert!(!format!("{told:?}").contains("c2VjcmV0"), "{told:?}");
            let ActionError::Retryable(told) = told else {
                panic!("{told:?}")
            };
            assert!(told.message.contains(REDACTED), "{told:?}");
        }
    }

    #[test]
    fn what_is_too_short_for_a_secret_stays() {
        let told = redact(
            ActionError::Permanent(failure("said")),
            &[&Secret::new("said")],
        );
        assert!(format!("{told:?}").contains("said said."), "{told:?}");
    }

    #[test]
    fn no_debug_text_shows_it() {
        assert_eq!(format!("{:?}", Secret::new("abc")), "Secret(redacted)");
    }
}
