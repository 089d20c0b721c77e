//! The errors that the engine gets: their kind, whether to retry, what is wrong and
//! what to do about it. This is what the errors of all requests share.

use super::credentials::Credentials;
use super::method::Effect;
use super::numbers::MAX_BODY;
use super::retry::{Bound, GiveUp};
use super::settings::Settings;
use super::timeouts::{Phase, milliseconds};
use crate::world::types::{ActionError, Failure, FailureReason};
use std::time::Duration;

/// Texts for errors that depend on the action: clauses without a full stop.
#[derive(Debug, Clone, Copy)]
pub struct Hints {
    /// What to do after 404.
    pub not_found: &'static str,
    /// What a 409 left undone. Empty if nothing could have been done.
    pub no_effect: &'static str,
    /// What to do after 409.
    pub conflict: &'static str,
    /// How to find out whether a write took effect.
    pub outcome: &'static str,
}

impl Hints {
    /// Hints of actions that only read, from paths without ids.
    pub const OF_READS: Self = Self {
        not_found: "check INTERCOM_BASE_URL and INTERCOM_VERSION",
        no_effect: "",
        conflict: LATER,
        outcome: "try again, since it only reads",
    };
}

/// What a 404 of one request means, where the action's hint does not say it: clauses
/// without a full stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotFound {
    /// What is wrong.
    pub problem: &'static str,
    /// What to do about it.
    pub hint: &'static str,
}

/// The hint where only time helps.
pub(super) const LATER: &str = "try again later";

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
    /// What a 404 means. `None` for what the hints say.
    pub not_found: Option<NotFound>,
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
    /// A failure without details from a response.
    pub(super) fn bare(self, reason: FailureReason, problem: &str, hint: &str) -> Failure {
        let attempts = match self.attempts {
            0 | 1 => String::new(),
            many => format!(" ({many} attempts were made)"),
        };
        // What Intercom or somebody else says may end like a sentence.
        let problem = problem.trim_end_matches(['.', ' ']);
        Failure {
            hint: Some(hint.to_owned()),
            ..Failure::new(reason, format!("{}: {problem}{attempts}", self.action))
        }
    }

    /// A write that was sent, and whose outcome is unknown.
    pub(super) fn outcome_unknown(self, why: &str) -> Failure {
        let sent = match (self.attempts, self.maybe_done) {
            (0 | 1, _) => "sent once".to_owned(),
            (many, true) => format!("sent {many} times"),
            (last, false) => format!("sent on attempt {last} (the ones before had no effect)"),
        };
        let problem = format!("{sent}, and whether it took effect is unknown: {why}");
        let only_attempt = Self {
            attempts: 1,
            ..self
        };
        let reason = FailureReason::OutcomeUnknown;
        only_attempt.bare(reason, &problem, self.hints.outcome)
    }

    /// What a 404 means.
    pub(super) fn meaning_of_404(self) -> NotFound {
        self.not_found.unwrap_or(NotFound {
            problem: "Intercom has no such object",
            hint: self.hints.not_found,
        })
    }

    /// A result that would hold this many bytes, too many.
    pub fn too_large(self, bytes: usize) -> ActionError {
        let problem = format!("the result would hold {bytes} bytes of responses");
        let reason = FailureReason::TooLarge;
        ActionError::Permanent(self.bare(reason, &problem, &self.less()))
    }

    /// The hint after too large a response.
    pub(super) fn less(self) -> String {
        let (name, most) = (MAX_BODY.name, self.settings.max_body);
        format!("ask for less, such as a smaller page, or allow more ({name} is {most})")
    }

    /// The hint to check where requests go.
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

/// The error of a request that could be retried, but no longer is. Says so if a
/// wait did not fit.
pub fn given_up(failure: Failure, why: GiveUp) -> ActionError {
    let (wait, left, of) = match (why, failure.reason) {
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
