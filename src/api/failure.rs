//! The errors that the engine gets: their kind, whether to retry, and a message
//! with a hint.

use super::credentials::Credentials;
use super::exchange::Response;
use super::method::Effect;
use super::numbers::MAX_BODY;
use super::rate_limit;
use super::refusal::{Refusal, canonical_id, existing_id};
use super::responder::is_foreign_error;
use super::retry::{Bound, GiveUp};
use super::settings::Settings;
use super::timeouts::{Phase, milliseconds};
use crate::world::types::{ActionError, Conflict, Failure, FailureReason};
use std::time::Duration;

/// Hints for errors whose remedy depends on the action: sentences without a full
/// stop.
#[derive(Debug, Clone, Copy)]
pub struct Hints {
    /// After 404.
    pub not_found: &'static str,
    /// What a 409 left undone, as a sentence and a space. Empty where nothing could
    /// have been done.
    pub no_effect: &'static str,
    /// After 409.
    pub conflict: &'static str,
    /// How to find out whether a write took effect.
    pub outcome: &'static str,
}

impl Hints {
    /// Hints of actions that only read, from paths without ids.
    pub const OF_READS: Self = Self {
        not_found: "Check INTERCOM_BASE_URL and INTERCOM_VERSION",
        no_effect: "",
        conflict: "Try again later",
        outcome: "Try again; it only reads",
    };
}

/// How long an abandoned scroll stays open, in milliseconds.
const SCROLL_MS: u64 = 60_000;

/// Makes the errors of one request of one action.
///
/// Decides alone whether an error is `retryable`: the connector itself retries
/// just those.
#[derive(Debug, Clone, Copy)]
pub struct Failures<'a> {
    /// The action's id, which every message starts with.
    pub action: &'a str,
    /// The action's hints.
    pub hints: Hints,
    /// The settings that messages name.
    pub settings: &'a Settings,
    /// The credentials that a 401 refuses.
    pub credentials: &'a dyn Credentials,
    /// What repeating the request does.
    pub effect: Effect,
    /// Whether the request deletes what its path names.
    pub deletes: bool,
    /// Whether an attempt before the last may have been carried out.
    pub maybe_done: bool,
    /// How often the request was sent.
    pub attempts: u64,
    /// What was left of the action's time when the request was last sent.
    pub time_left: Duration,
}

impl Failures<'_> {
    /// A result that would hold this many bytes, too many.
    pub fn too_large(self, bytes: usize) -> ActionError {
        let less = self.less();
        let message = format!("the result would hold {bytes} bytes of answers. {less}");
        ActionError::Permanent(self.bare(FailureReason::TooLarge, &message))
    }

    /// The hint after too large a response.
    pub(super) fn less(self) -> String {
        let most = self.settings.max_body;
        format!(
            "Ask for less, such as a smaller page, or allow more: {} is {most}",
            MAX_BODY.name
        )
    }

    /// A response with an error status.
    pub fn refused(self, response: &Response) -> ActionError {
        let refusal = Refusal::read(response);
        let status = response.status;
        let refused = (400..500).contains(&status) && !matches!(status, 408 | 429);
        if refused && !refusal.recognised && is_foreign_error(response) {
            return self.foreign_error(response, refusal);
        }
        self.refused_as(status, response, refusal)
    }

    /// An error of Intercom's, by the status that it has or stands for.
    pub(super) fn refused_as(
        self,
        status: u16,
        response: &Response,
        refusal: Refusal,
    ) -> ActionError {
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
                "Give the token's app the permission it lacks, or check what the workspace's plan \
                 includes",
            ),
            404 | 410 if merged => self.merged(error, merged_into),
            404 | 410 => self.permanent(
                error,
                FailureReason::NotFound,
                "Intercom has no such object",
                self.hints.not_found,
            ),
            409 => self.conflict(error),
            429 => self.rate_limited(error),
            408 | 500..=599 => self.unavailable(error),
            304 => self.permanent(
                error,
                FailureReason::Rejected,
                "Intercom says that nothing has changed since",
                "Ask without a condition, such as If-None-Match",
            ),
            300..=399 => self.permanent(
                error,
                FailureReason::Rejected,
                "the answer is a redirect, which the connector does not follow",
                &format!("Check the address: {}", self.settings.endpoint),
            ),
            _ => self.rejected(error),
        }
    }

    fn rejected(self, error: ErrorResponse<'_>) -> ActionError {
        let version = error.refusal.has_code("intercom_version_invalid");
        let hint = if version {
            "Set INTERCOM_VERSION to one that Intercom has"
        } else {
            "Correct the input that it is about"
        };
        let what = "Intercom rejected the request";
        self.permanent(error, FailureReason::Rejected, what, hint)
    }

    fn unauthorized(self, error: ErrorResponse<'_>) -> ActionError {
        let codes = &error.refusal.codes;
        let (what, hint) = self.credentials.refused(codes, &self.settings.endpoint);
        self.permanent(error, FailureReason::Unauthorized, what, &hint)
    }

    fn merged(self, error: ErrorResponse<'_>, into: Option<String>) -> ActionError {
        let (what, hint) = match &into {
            Some(id) => (
                format!("this contact was merged into {id}"),
                "Use that id instead",
            ),
            None => (
                "this contact was merged into another one".to_owned(),
                "Search for the contact to get its new id",
            ),
        };
        self.permanent(
            error.without_words(),
            FailureReason::Merged(into),
            &what,
            hint,
        )
    }

    fn conflict(self, error: ErrorResponse<'_>) -> ActionError {
        let messages = &error.refusal.messages;
        let archived = messages
            .iter()
            .any(|m| m.to_ascii_lowercase().contains("archived"));
        let existing_id = messages.iter().find_map(|message| existing_id(message));
        let hint = match archived {
            true => "Unarchive it first, or change what matches",
            false => self.hints.conflict,
        };
        let no_effect = match self.maybe_done {
            true => "Whether an earlier attempt was carried out is unknown. ",
            false => self.hints.no_effect,
        };
        let hint = &format!("{no_effect}{hint}");
        let reason = |existing_id| {
            FailureReason::Conflict(Conflict {
                existing_id,
                archived,
            })
        };
        match existing_id {
            Some(id) => {
                let state = if archived {
                    "archived contact"
                } else {
                    "contact"
                };
                let what = format!("{state} {id} already matches");
                self.permanent(error.without_words(), reason(Some(id)), &what, hint)
            }
            None => {
                let what = "something that exists stands in the way";
                self.permanent(error, reason(None), what, hint)
            }
        }
    }

    fn rate_limited(self, error: ErrorResponse<'_>) -> ActionError {
        let hint = match rate_limit::wait_ms(error.response) {
            Some(ms) => format!("Try again after {ms} ms"),
            None => "Try again after 10 seconds, the length of Intercom's windows".to_owned(),
        };
        self.retryable(
            error,
            FailureReason::RateLimited,
            "rate limit reached",
            &hint,
        )
    }

    /// A workspace has one scroll at a time (`docs/intercom-api.md`, Errors).
    fn scroll_exists(self, error: ErrorResponse<'_>) -> ActionError {
        let what = "another scroll of this workspace is open";
        let hint = "Try again once it has ended, or a minute after its last page";
        let failure = self.failure(error, FailureReason::Unavailable, what, hint);
        ActionError::Retryable(Failure {
            retry_after_ms: Some(SCROLL_MS),
            ..failure
        })
    }

    fn unavailable(self, error: ErrorResponse<'_>) -> ActionError {
        if self.effect == Effect::WriteOnce {
            let detail = format!("Intercom failed{}", error.refusal.said());
            let failure = self.outcome_unknown(&format!("{detail} {}", error.status()));
            return ActionError::Permanent(error.complete(failure));
        }
        let reason = match error.response.status {
            408 => FailureReason::Timeout,
            _ => FailureReason::Unavailable,
        };
        self.retryable(error, reason, "Intercom failed", "Try again later")
    }

    pub(super) fn outcome_unknown(self, detail: &str) -> Failure {
        let sent = match self.attempts {
            0 | 1 => "sent once".to_owned(),
            last => format!("sent at attempt {last}, the ones before it surely not done"),
        };
        let once = match self.effect {
            Effect::WriteOnce => "Not repeated, since Intercom could do it twice. ",
            Effect::Read | Effect::WriteIdempotent => "",
        };
        self.bare(
            FailureReason::OutcomeUnknown,
            &format!(
                "{sent}, and whether it was done is unknown: {detail}. {once}{}",
                self.hints.outcome
            ),
        )
    }

    /// The timeout that ended a phase: `INTERCOM_TIMEOUT_MS is 30000`.
    pub(super) fn limit(self, phase: Phase) -> String {
        let timeouts = &self.settings.timeouts;
        let phase = timeouts.at_fault(phase, self.time_left);
        format!(
            "{} is {}",
            phase.variable(),
            milliseconds(timeouts.of(phase))
        )
    }

    /// The hint after a phase that took too long.
    pub(super) fn more_time(self, phase: Phase) -> String {
        let limit = self.limit(phase);
        format!("Try again later, or allow more time: {limit}")
    }

    pub(super) fn permanent(
        self,
        error: ErrorResponse<'_>,
        reason: FailureReason,
        what: &str,
        hint: &str,
    ) -> ActionError {
        ActionError::Permanent(self.failure(error, reason, what, hint))
    }

    pub(super) fn retryable(
        self,
        error: ErrorResponse<'_>,
        reason: FailureReason,
        what: &str,
        hint: &str,
    ) -> ActionError {
        let retry_after_ms = rate_limit::wait_ms(error.response);
        let failure = self.failure(error, reason, what, hint);
        ActionError::Retryable(Failure {
            retry_after_ms,
            ..failure
        })
    }

    /// Puts together what happened, the status, Intercom's own message and the hint.
    fn failure(
        self,
        error: ErrorResponse<'_>,
        reason: FailureReason,
        what: &str,
        hint: &str,
    ) -> Failure {
        let said = error.refusal.said();
        let message = format!("{what} {}{said}. {hint}", error.status());
        error.complete(self.bare(reason, &message))
    }

    /// A failure without details from a response.
    pub(super) fn bare(self, reason: FailureReason, message: &str) -> Failure {
        let attempts = match self.attempts {
            0 | 1 => String::new(),
            many => format!(" ({many} attempts were made)"),
        };
        Failure {
            reason,
            message: format!("{}: {message}{attempts}", self.action),
            status: None,
            request_id: None,
            codes: Vec::new(),
            retry_after_ms: None,
        }
    }
}

/// The error of a request that could be retried, but no longer is. Says so if a
/// wait did not fit.
pub fn given_up(failure: Failure, why: GiveUp) -> ActionError {
    let (wait, left, of) = match (why, &failure.reason) {
        (GiveUp::NoRetries, _) => return ActionError::Retryable(failure),
        // It already says that time was short.
        (
            GiveUp::NoRoom {
                of: Bound::Action, ..
            },
            FailureReason::Timeout,
        ) => {
            return ActionError::Retryable(failure);
        }
        (GiveUp::NoRoom { wait, left, of }, _) => (wait, left, of),
    };
    let message = format!(
        "{}. A wait of {} ms does not fit into the {} ms left of {}",
        failure.message,
        milliseconds(wait),
        milliseconds(left),
        of.variable(),
    );
    ActionError::Retryable(Failure {
        message,
        retry_after_ms: Some(milliseconds(wait)),
        ..failure
    })
}

/// A response with an error status, and what its body says.
pub(super) struct ErrorResponse<'a> {
    pub response: &'a Response,
    pub refusal: Refusal,
}

impl ErrorResponse<'_> {
    /// Drops Intercom's own message, where ours says the same better.
    fn without_words(self) -> Self {
        let refusal = Refusal {
            messages: Vec::new(),
            ..self.refusal
        };
        Self { refusal, ..self }
    }

    /// `(409 conflict, request 9f2c)`
    fn status(&self) -> String {
        let mut out = self.response.status.to_string();
        for code in &self.refusal.codes {
            out.push_str(&format!(" {code}"));
        }
        if let Some(id) = &self.refusal.request_id {
            out.push_str(&format!(", request {id}"));
        }
        format!("({out})")
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
