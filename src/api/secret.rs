//! Secrets: never shown, and redacted in errors that echo them.

use crate::world::types::{ActionError, Failure};
use std::fmt;

/// The replacement of a secret.
pub const REDACTED: &str = "[redacted]";

/// A text that must not be shown. Its `Debug` shows nothing of it.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Makes a text a secret.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text, for the request that sends it.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Redacts the secret in an error: Intercom or a proxy may echo its request.
    pub fn redact(&self, error: &mut ActionError) {
        // An echo may have percent-encoded the `=` at the end.
        let secret = self.0.trim_end_matches('=');
        if secret.len() < SHORTEST {
            return;
        }
        let (ActionError::Permanent(failure) | ActionError::Retryable(failure)) = error else {
            return;
        };
        for text in texts(failure) {
            if text.contains(secret) {
                *text = text.replace(secret, REDACTED);
            }
        }
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(redacted)")
    }
}

/// Minimum length of a secret that is redacted, in bytes. Intercom's are several times longer;
/// redacting shorter ones would damage words.
const SHORTEST: usize = 8;

/// The texts of a failure that may come from a response.
fn texts(failure: &mut Failure) -> Vec<&mut String> {
    let mut texts = vec![&mut failure.message];
    texts.extend(&mut failure.hint);
    texts.extend(&mut failure.request_id);
    texts.extend(&mut failure.codes);
    texts.extend(&mut failure.existing_id);
    texts.extend(&mut failure.merged_into);
    texts
}

#[cfg(test)]
mod tests {
    #![allow(clippy::panic)]
    use super::*;
    use crate::world::types::FailureReason;

    fn failure(text: &str) -> Failure {
        Failure {
            hint: Some(format!("use {text} instead")),
            status: Some(401),
            request_id: Some(text.to_owned()),
            codes: vec!["unauthorized".to_owned(), text.to_owned()],
            existing_id: Some(text.to_owned()),
            merged_into: Some(text.to_owned()),
            ..Failure::new(FailureReason::Merged, format!("said {text}."))
        }
    }

    #[test]
    fn an_error_shows_no_secret_wherever_it_stands() {
        let secret = Secret::new("c2VjcmV0LWNvZGU=");
        for echo in ["c2VjcmV0LWNvZGU=", "x c2VjcmV0LWNvZGU%3D y"] {
            let mut told = ActionError::Retryable(failure(echo));
            secret.redact(&mut told);
            assert!(!format!("{told:?}").contains("c2VjcmV0"), "{told:?}");
            let ActionError::Retryable(told) = told else {
                panic!("{told:?}")
            };
            assert!(told.message.contains(REDACTED), "{told:?}");
        }
    }

    #[test]
    fn what_is_too_short_for_a_secret_stays() {
        let mut told = ActionError::Permanent(failure("said"));
        Secret::new("said").redact(&mut told);
        assert!(format!("{told:?}").contains("said said."), "{told:?}");
    }

    #[test]
    fn no_debug_text_shows_it() {
        assert_eq!(format!("{:?}", Secret::new("abc")), "Secret(redacted)");
    }
}
