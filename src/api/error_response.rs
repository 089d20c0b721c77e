//! The errors of Intercom's responses with an error status.

use super::exchange::Response;
use super::failure::{CORRECT_INPUT, Failures, LATER, NotFound};
use super::method::Effect;
use super::rate_limit;
use super::refusal::{Refusal, canonical_id, existing_id};
use crate::world::types::{ActionError, Failure, FailureReason};

/// A response with an error status, and the content of its body.
pub(super) struct ErrorResponse<'a> {
    pub response: &'a Response,
    pub refusal: Refusal,
}

impl ErrorResponse<'_> {
    /// Drops Intercom's message if ours is more precise.
    fn without_words(self) -> Self {
        let refusal = Refusal {
            messages: Vec::new(),
            ..self.refusal
        };
        Self { refusal, ..self }
    }

    /// `(409 conflict, request 9f2c): A contact matching …`
    fn status(&self) -> String {
        let mut out = self.response.status.to_string();
        for code in &self.refusal.codes {
            out.push_str(&format!(" {code}"));
        }
        if let Some(id) = &self.refusal.request_id {
            out.push_str(&format!(", request {id}"));
        }
        format!("({out}){}", self.refusal.said())
    }

    /// Adds the response's details to a failure.
    pub(super) fn complete(self, failure: Failure) -> Failure {
        Failure {
            status: Some(self.response.status),
            request_id: self.refusal.request_id,
            codes: self.refusal.codes,
            ..failure
        }
    }
}

/// How long an abandoned scroll stays open, in milliseconds.
const SCROLL_MS: u64 = 60_000;

impl Failures<'_> {
    /// The error of a status, or of the status that the codes stand for.
    pub(super) fn refused(self, status: u16, response: &Response, refusal: Refusal) -> ActionError {
        let merged_into = response.headers.get("link").and_then(canonical_id);
        let merged = merged_into.is_some() || refusal.has_code("contact_merged");
        let error = ErrorResponse { response, refusal };
        match status {
            400 if error.refusal.has_code("scroll_exists") => self.scroll_exists(error),
            401 => self.unauthorized(error),
            402 | 403 => self.permanent(
                error,
                FailureReason::Forbidden,
                "Intercom does not allow this",
                "give the token's app the permission that it lacks, or check what the workspace's \
                 plan includes",
            ),
            404 | 410 if merged => self.merged(error, merged_into),
            404 | 410 => {
                let NotFound { problem, hint } = self.meaning_of_404();
                self.permanent(error, FailureReason::NotFound, problem, hint)
            }
            409 => self.conflict(error),
            429 => self.rate_limited(error),
            408 | 500..=599 => self.unavailable(error),
            304 => self.permanent(
                error,
                FailureReason::Rejected,
                "Intercom says that nothing has changed",
                "remove the conditional header, such as If-None-Match",
            ),
            300..=399 => self.permanent(
                error,
                FailureReason::Rejected,
                "the response is a redirect, which the connector does not follow",
                &self.check_address(),
            ),
            _ => self.rejected(error),
        }
    }

    fn rejected(self, error: ErrorResponse<'_>) -> ActionError {
        let version = error.refusal.has_code("intercom_version_invalid");
        let hint = match version {
            true => "set INTERCOM_VERSION to one that Intercom has",
            false => CORRECT_INPUT,
        };
        let problem = "Intercom rejected the request";
        self.permanent(error, FailureReason::Rejected, problem, hint)
    }

    fn unauthorized(self, error: ErrorResponse<'_>) -> ActionError {
        let codes = &error.refusal.codes;
        let (problem, hint) = self.credentials.refused(codes, &self.settings.endpoint);
        self.permanent(error, FailureReason::Unauthorized, problem, &hint)
    }

    fn merged(self, error: ErrorResponse<'_>, into: Option<String>) -> ActionError {
        let (problem, hint) = match &into {
            Some(id) => (
                format!("this contact was merged into {id}"),
                format!("use contact {id} instead"),
            ),
            None => (
                "this contact was merged into another one".to_owned(),
                "search for the contact to get its new id".to_owned(),
            ),
        };
        let error = error.without_words();
        let failure = self.failure(error, FailureReason::Merged, &problem, &hint);
        ActionError::Permanent(Failure {
            merged_into: into,
            ..failure
        })
    }

    fn conflict(self, error: ErrorResponse<'_>) -> ActionError {
        let messages = &error.refusal.messages;
        let archived = messages
            .iter()
            .any(|m| m.to_ascii_lowercase().contains("archived"));
        let existing_id = messages.iter().find_map(|message| existing_id(message));
        let hint = match archived {
            true => "unarchive that contact first, or change what matches",
            false => self.hints.conflict,
        };
        let (problem, error) = match &existing_id {
            Some(id) => {
                let state = if archived { "archived " } else { "" };
                let problem = format!("{state}contact {id} already matches");
                (problem, error.without_words())
            }
            None => ("an existing object conflicts".to_owned(), error),
        };
        let problem = match (self.maybe_done, self.hints.no_effect) {
            (true, _) => {
                format!("{problem}, and whether an earlier attempt took effect is unknown")
            }
            (false, "") => problem,
            (false, no_effect) => format!("{problem}, and {no_effect}"),
        };
        let failure = self.failure(error, FailureReason::Conflict, &problem, hint);
        ActionError::Permanent(Failure {
            existing_id,
            archived: Some(archived),
            ..failure
        })
    }

    fn rate_limited(self, error: ErrorResponse<'_>) -> ActionError {
        let hint = match rate_limit::wait_ms(error.response) {
            Some(ms) => format!("try again after {ms} ms"),
            None => "try again after 10 seconds, the length of Intercom's windows".to_owned(),
        };
        let problem = "Intercom's rate limit is reached";
        self.retryable(error, FailureReason::RateLimited, problem, &hint)
    }

    /// A workspace has one scroll at a time (`docs/intercom-api.md`, Errors).
    fn scroll_exists(self, error: ErrorResponse<'_>) -> ActionError {
        let problem = "another scroll of this workspace is open";
        let hint = "try again once it has ended, or a minute after its last page";
        let failure = self.failure(error, FailureReason::Unavailable, problem, hint);
        ActionError::Retryable(Failure {
            retry_after_ms: Some(SCROLL_MS),
            ..failure
        })
    }

    fn unavailable(self, error: ErrorResponse<'_>) -> ActionError {
        let problem = "Intercom failed";
        if self.effect == Effect::WriteOnce {
            let failure = self.outcome_unknown(&format!("{problem} {}", error.status()));
            return ActionError::Permanent(error.complete(failure));
        }
        let reason = match error.response.status {
            408 => FailureReason::Timeout,
            _ => FailureReason::Unavailable,
        };
        self.retryable(error, reason, problem, LATER)
    }

    pub(super) fn permanent(
        self,
        error: ErrorResponse<'_>,
        reason: FailureReason,
        problem: &str,
        hint: &str,
    ) -> ActionError {
        ActionError::Permanent(self.failure(error, reason, problem, hint))
    }

    pub(super) fn retryable(
        self,
        error: ErrorResponse<'_>,
        reason: FailureReason,
        problem: &str,
        hint: &str,
    ) -> ActionError {
        let retry_after_ms = rate_limit::wait_ms(error.response);
        let failure = self.failure(error, reason, problem, hint);
        ActionError::Retryable(Failure {
            retry_after_ms,
            ..failure
        })
    }

    /// Combines the problem, the status and Intercom's message; and the hint.
    fn failure(
        self,
        error: ErrorResponse<'_>,
        reason: FailureReason,
        problem: &str,
        hint: &str,
    ) -> Failure {
        let problem = format!("{problem} {}", error.status());
        error.complete(self.bare(reason, &problem, hint))
    }
}
