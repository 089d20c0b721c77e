//! The errors of requests that got no response.

use super::exchange::{SendError, SendErrorKind};
use super::failure::Failures;
use super::method::Effect;
use super::timeouts::Phase;
use crate::world::types::{ActionError, Failure, FailureReason};

impl Failures<'_> {
    /// No response came.
    pub fn send_error(self, error: &SendError) -> ActionError {
        let host = &self.settings.base.authority;
        let detail = &error.detail;
        if error.maybe_received && self.effect == Effect::WriteOnce {
            let detail = match error.kind {
                SendErrorKind::Timeout(phase) => format!("{detail} ({})", self.limit(phase)),
                _ => detail.clone(),
            };
            return ActionError::Permanent(self.outcome_unknown(&detail));
        }
        match error.kind {
            SendErrorKind::Denied => ActionError::Permanent(self.bare(
                FailureReason::Network,
                &format!(
                    "the engine does not let the connector reach {host} ({detail}); nothing was \
                     sent. Grant that host in the engine's policy"
                ),
            )),
            SendErrorKind::Unsendable => ActionError::Permanent(self.bare(
                FailureReason::Network,
                &format!(
                    "the engine can't send this request ({detail}); nothing was sent. Check the \
                     inputs that its address and headers are made of"
                ),
            )),
            SendErrorKind::UnknownHost => ActionError::Permanent(self.bare(
                FailureReason::Network,
                &format!(
                    "{host} does not exist ({detail}); nothing was sent. Check the address: {}",
                    self.settings.endpoint
                ),
            )),
            SendErrorKind::Untrusted => ActionError::Permanent(self.bare(
                FailureReason::Network,
                &format!(
                    "the other end does not prove that it is {host} ({detail}); nothing was sent. \
                     Check the address, or add the authority's certificate to those that the \
                     engine trusts"
                ),
            )),
            SendErrorKind::Timeout(phase) => ActionError::Retryable(self.late(phase, detail)),
            SendErrorKind::Network => ActionError::Retryable(self.bare(
                FailureReason::Network,
                &format!(
                    "no answer from {host} ({detail}). Try again later; if it stays, check the \
                     network and the address: {}",
                    self.settings.endpoint
                ),
            )),
        }
    }

    /// The action's time ran out before the request was sent.
    pub fn out_of_time(self) -> ActionError {
        let message = format!(
            "the action's time was up before its next request. {}",
            self.more_time(Phase::Action)
        );
        ActionError::Retryable(self.bare(FailureReason::Timeout, &message))
    }

    fn late(self, phase: Phase, detail: &str) -> Failure {
        let host = &self.settings.base.authority;
        let what = match self.settings.timeouts.at_fault(phase, self.time_left) {
            Phase::Connect => format!("no connection to {host} in time"),
            Phase::FirstByte | Phase::BetweenBytes => format!("{host} did not answer in time"),
            Phase::Action => format!("{host} did not answer in the action's time"),
        };
        let message = format!("{what} ({detail}). {}", self.more_time(phase));
        self.bare(FailureReason::Timeout, &message)
    }
}
