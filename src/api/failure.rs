//! Builds the errors for the engine: their kind, whether to retry, message and hint. The common
//! part of all requests' errors.

use super::credentials::Credentials;
use super::method::Effect;
use super::numbers::MAX_BODY;
use super::retry::{Bound, GiveUp};
use super::settings::Settings;
use super::timeouts::{Phase, milliseconds};
use crate::world::types::{ActionError, Failure, FailureReason};
use std::time::Duration;

/// The hint for a request that Intercom refuses because of its contents.
pub const CORRECT_INPUT: &str = "correct the input that Intercom names";

/// Texts of errors that depend on the action: clauses without a full stop.
#[derive(Debug, Clone, Copy)]
pub struct Hints {
    /// The hint of a 404.
    pub not_found: &'static str,
    /// What a 409 did not change. Empty if there was nothing to change.
    pub no_effect: &'static str,
    /// The hint of a 409.
    pub conflict: &'static str,
    /// How to check whether a write took effect.
    pub outcome: &'static str,
}

impl Hints {
    /// Hints of actions that only read, without ids in their paths.
    pub const OF_READS: Self = Self {
        not_found: "check INTERCOM_BASE_URL and INTERCOM_VERSION",
        no_effect: "",
        conflict: LATER,
        outcome: "retry it, since it only reads",
    };
}

/// The meaning of one request's 404, if it is not that of the action's hint: clauses without a
/// full stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotFound {
    /// What is wrong.
    pub problem: &'static str,
    /// What to do about it.
    pub hint: &'static str,
}

/// The hint if only time helps.
pub(super) const LATER: &str = "try again later";

/// Builds the errors of one request of one action.
/// The only place that decides whether an error is `retryable`; the connector retries exactly
/// these errors.
/// just those.
#[derive(Debug, Clone, Copy)]
pub struct Failures<'a> {
    /// The action's id, which every message starts with.
    pub action: &'a str,
    /// The action's hints.
    pub hints: Hints,
    /// The meaning of a 404. `None` for that of the hints.
    pub not_found: Option<NotFound>,
    /// The settings for messages.
    pub settings: &'a Settings,
    /// The credentials that a 401 refuses.
    pub credentials: &'a dyn Credentials,
    /// The effect of a retry.
    pub effect: Effect,
    /// Whether the request deletes what its path names.
    pub deletes: bool,
    /// Whether an earlier attempt may have been executed.
    pub maybe_done: bool,
    /// The number of attempts.
    pub attempts: u64,
    /// The rest of the action's time when the request was last sent.
    pub time_left: Duration,
}

impl Failures<'_> {
    /// A failure without details from a response.
    pub(super) fn bare(self, reason: FailureReason, problem: &str, hint: &str) -> Failure {
        let attempts = match self.attempts {
            0 | 1 => String::new(),
            many => format!(" ({many} attempts were made)"),
        };
        // The text of Intercom or another server may end with a full stop.
        let problem = problem.trim_end_matches(['.', ' ']);
        Failure {
            hint: Some(hint.to_owned()),
            ..Failure::new(reason, format!("{}: {problem}{attempts}", self.action))
        }
    }

    /// A write that was sent, with an unknown outcome.
    pub(super) fn outcome_unknown(self, why: &str) -> Failure {
        let sent = match (self.attempts, self.maybe_done) {
            (0 | 1, _) => "sent once".to_owned(),
            (many, true) => format!("sent {many} times"),
            (last, false) => format!("sent on attempt {last} (earlier attempts had no effect)"),
        };
        let problem = format!("{sent}, and whether it took effect is unknown: {why}");
        let only_attempt = Self {
            attempts: 1,
            ..self
        };
        let reason = FailureReason::OutcomeUnknown;
        only_attempt.bare(reason, &problem, self.hints.outcome)
    }

    /// The meaning of a 404.
    pub(super) fn meaning_of_404(self) -> NotFound {
        self.not_found.unwrap_or(NotFound {
            problem: "the object does not exist in Intercom",
            hint: self.hints.not_found,
        })
    }

    /// A result that would exceed the limit with this many bytes.
    pub fn too_large(self, bytes: usize) -> ActionError {
        let problem = format!("the result would contain {bytes} bytes of responses");
        let reason = FailureReason::TooLarge;
        ActionError::Permanent(self.bare(reason, &problem, &self.less()))
    }

    /// The hint after a response that is too large.
    pub(super) fn less(self) -> String {
        let (name, most) = (MAX_BODY.name, self.settings.max_body);
        format!("request less, such as a smaller page, or allow more ({name} is {most})")
    }

    /// The hint to check the address.
    pub(super) fn check_address(self) -> String {
        format!("check the address ({})", self.settings.endpoint)
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
        format!("{LATER}, or allow more time ({})", self.limit(phase))
    }
}

/// The error of a request that may be retried but is not. Says so if a wait did not fit.
pub fn given_up(failure: Failure, why: GiveUp) -> ActionError {
    let (wait, left, of) = match (why, failure.reason) {
        (GiveUp::NoRetries, _) => return ActionError::Retryable(failure),
        // Its message already contains the lack of time.
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
        "{}, and a wait of {} ms does not fit into the {} ms left of {}",
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
