//! From what went wrong to the error that the engine gets: what kind it is,
//! whether to try again, and a message with the way out.

use super::credentials::Credentials;
use super::exchange::{BodyCut, Effect, Response, SendError, SendErrorKind};
use super::rate_limit;
use super::refusal::{Refusal, canonical_id, existing_id};
use super::settings::Settings;
use crate::world::types::{ActionError, Conflict, Failure, FailureReason};

/// What a person can do about refusals whose remedy depends on the action.
/// Each is a sentence without its full stop.
#[derive(Debug, Clone, Copy)]
pub struct Advice {
    /// After 404.
    pub not_found: &'static str,
    /// After 409.
    pub conflict: &'static str,
    /// When a write's outcome is unknown: how to find out.
    pub outcome: &'static str,
}

/// Makes the errors of one request of one action.
#[derive(Debug, Clone, Copy)]
pub struct Failures<'a> {
    /// The action's id, which every message starts with.
    pub action: &'static str,
    /// The action's advice.
    pub advice: Advice,
    /// The settings that messages name.
    pub settings: &'a Settings,
    /// What a 401 refuses.
    pub credentials: &'a dyn Credentials,
    /// What repeating the request does.
    pub effect: Effect,
}

impl Failures<'_> {
    /// No answer came.
    pub fn unsent(self, error: &SendError) -> ActionError {
        let host = &self.settings.base.authority;
        let detail = &error.detail;
        if error.maybe_received && self.effect == Effect::WriteOnce {
            return ActionError::Permanent(self.outcome_unknown(detail));
        }
        match error.kind {
            SendErrorKind::Denied => ActionError::Permanent(self.bare(
                FailureReason::Network,
                &format!(
                    "the engine does not let the connector reach {host} ({detail}); nothing was \
                     sent. Grant that host in the engine's policy"
                ),
            )),
            SendErrorKind::Timeout => ActionError::Retryable(self.bare(
                FailureReason::Timeout,
                &format!(
                    "{host} did not answer in time ({detail}). Try again later, or allow more \
                     time: INTERCOM_TIMEOUT_MS is {}",
                    self.settings.timeout.as_millis()
                ),
            )),
            SendErrorKind::Network => ActionError::Retryable(self.bare(
                FailureReason::Network,
                &format!(
                    "no answer from {host} ({detail}). Try again later; if it stays, check the \
                     network and the address: {}",
                    self.settings.place
                ),
            )),
        }
    }

    /// An answer with a status that is no success.
    pub fn refused(self, response: &Response) -> ActionError {
        let refusal = Refusal::read(response);
        let merged_into = response.headers.get("link").and_then(canonical_id);
        let merged = merged_into.is_some() || refusal.codes.iter().any(|c| c == "contact_merged");
        let answer = Answered { response, refusal };
        match response.status {
            401 => self.unauthorized(answer),
            402 | 403 => self.permanent(
                answer,
                FailureReason::Forbidden,
                "Intercom does not allow this",
                "Give the token's app the permission it lacks, or check what the workspace's plan \
                 includes",
            ),
            404 | 410 if merged => self.merged(answer, merged_into),
            404 | 410 => self.permanent(
                answer,
                FailureReason::NotFound,
                "Intercom has no such object",
                self.advice.not_found,
            ),
            409 => self.conflict(answer),
            429 => self.rate_limited(answer),
            408 | 500..=599 => self.unavailable(answer),
            300..=399 => self.permanent(
                answer,
                FailureReason::Rejected,
                "the answer is a redirect, which the connector does not follow",
                &format!("Check the address: {}", self.settings.place),
            ),
            _ => self.rejected(answer),
        }
    }

    /// A success whose body cannot be used, of a request that changed nothing.
    pub fn unreadable(self, response: &Response, why: &str) -> ActionError {
        let answer = Answered {
            response,
            refusal: Refusal::read(response),
        };
        let what = format!("Intercom's answer cannot be read, {why}");
        let later = "Try again later";
        match response.cut {
            Some(BodyCut::TooLarge(_)) => {
                let smaller = "Ask for less, such as a smaller page";
                self.permanent(answer, FailureReason::TooLarge, &what, smaller)
            }
            Some(BodyCut::Broken(_)) => {
                self.retryable(answer, FailureReason::Network, &what, later)
            }
            None => self.retryable(answer, FailureReason::MalformedResponse, &what, later),
        }
    }

    fn rejected(self, answer: Answered<'_>) -> ActionError {
        let version = answer
            .refusal
            .codes
            .iter()
            .any(|code| code == "intercom_version_invalid");
        let way_out = if version {
            "Set INTERCOM_VERSION to one that Intercom has"
        } else {
            "Correct the input that it is about"
        };
        let what = "Intercom rejected the request";
        self.permanent(answer, FailureReason::Rejected, what, way_out)
    }

    fn unauthorized(self, answer: Answered<'_>) -> ActionError {
        let codes = &answer.refusal.codes;
        let (what, way_out) = self.credentials.refused(codes, &self.settings.place);
        self.permanent(answer, FailureReason::Unauthorized, what, &way_out)
    }

    fn merged(self, answer: Answered<'_>, into: Option<String>) -> ActionError {
        let (what, way_out) = match &into {
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
            answer.without_words(),
            FailureReason::Merged(into),
            &what,
            way_out,
        )
    }

    fn conflict(self, answer: Answered<'_>) -> ActionError {
        let messages = &answer.refusal.messages;
        let archived = messages
            .iter()
            .any(|m| m.to_ascii_lowercase().contains("archived"));
        let existing_id = messages.iter().find_map(|message| existing_id(message));
        let way_out = match archived {
            true => "Nothing was changed. Unarchive it first, or change what matches",
            false => self.advice.conflict,
        };
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
                self.permanent(answer.without_words(), reason(Some(id)), &what, way_out)
            }
            None => {
                let what = "something that exists stands in the way";
                self.permanent(answer, reason(None), what, way_out)
            }
        }
    }

    fn rate_limited(self, answer: Answered<'_>) -> ActionError {
        let way_out = match rate_limit::wait_ms(answer.response) {
            Some(ms) => format!("Try again after {ms} ms"),
            None => "Try again after 10 seconds, the length of Intercom's windows".to_owned(),
        };
        self.retryable(
            answer,
            FailureReason::RateLimited,
            "rate limit reached",
            &way_out,
        )
    }

    fn unavailable(self, answer: Answered<'_>) -> ActionError {
        if self.effect == Effect::WriteOnce {
            let detail = format!("Intercom failed{}", answer.refusal.said());
            let failure = self.outcome_unknown(&format!("{detail} {}", answer.status()));
            return ActionError::Permanent(answer.complete(failure));
        }
        let reason = match answer.response.status {
            408 => FailureReason::Timeout,
            _ => FailureReason::Unavailable,
        };
        self.retryable(answer, reason, "Intercom failed", "Try again later")
    }

    fn outcome_unknown(self, detail: &str) -> Failure {
        self.bare(
            FailureReason::OutcomeUnknown,
            &format!(
                "sent once, and whether it was done is unknown: {detail}. Not repeated, since \
                 Intercom could do it twice. {}",
                self.advice.outcome
            ),
        )
    }

    fn permanent(
        self,
        answer: Answered<'_>,
        reason: FailureReason,
        what: &str,
        way_out: &str,
    ) -> ActionError {
        ActionError::Permanent(self.failure(answer, reason, what, way_out))
    }

    fn retryable(
        self,
        answer: Answered<'_>,
        reason: FailureReason,
        what: &str,
        way_out: &str,
    ) -> ActionError {
        let retry_after_ms = rate_limit::wait_ms(answer.response);
        let failure = self.failure(answer, reason, what, way_out);
        ActionError::Retryable(Failure {
            retry_after_ms,
            ..failure
        })
    }

    /// What happened, the status, Intercom's own words, the way out.
    fn failure(
        self,
        answer: Answered<'_>,
        reason: FailureReason,
        what: &str,
        way_out: &str,
    ) -> Failure {
        let said = answer.refusal.said();
        let message = format!("{what} {}{said}. {way_out}", answer.status());
        answer.complete(self.bare(reason, &message))
    }

    /// A failure that no answer says more about.
    fn bare(self, reason: FailureReason, message: &str) -> Failure {
        Failure {
            reason,
            message: format!("{}: {message}", self.action),
            status: None,
            request_id: None,
            codes: Vec::new(),
            retry_after_ms: None,
        }
    }
}

/// An answer, and what its body says.
struct Answered<'a> {
    response: &'a Response,
    refusal: Refusal,
}

impl Answered<'_> {
    /// Leaves Intercom's words out, where ours say the same better.
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

    /// Adds to a failure what the answer tells.
    fn complete(self, failure: Failure) -> Failure {
        Failure {
            status: Some(self.response.status),
            request_id: self.refusal.request_id,
            codes: self.refusal.codes,
            ..failure
        }
    }
}
