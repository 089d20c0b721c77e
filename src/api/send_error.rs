//! The errors of requests without a response.

use super::exchange::{SendError, SendErrorKind};
use super::failure::{Failures, LATER};
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
        let address = format!("the address ({})", self.settings.endpoint);
        let (problem, hint) = match error.kind {
            SendErrorKind::Denied => (
                format!("the engine does not let the connector reach {host} ({detail})"),
                format!("allow {host} in the engine's policy"),
            ),
            SendErrorKind::Unsendable => (
                format!("the engine can't send this request ({detail})"),
                "check the inputs that form its address and headers".to_owned(),
            ),
            SendErrorKind::UnknownHost => (
                format!("{host} does not exist ({detail})"),
                format!("check {address}"),
            ),
            SendErrorKind::Untrusted => (
                format!("the server's certificate does not prove that it is {host} ({detail})"),
                format!(
                    "check {address}, or have the engine trust the authority of its certificate"
                ),
            ),
            SendErrorKind::Timeout(phase) => {
                return ActionError::Retryable(self.late(phase, detail));
            }
            SendErrorKind::Network => {
                let problem = format!("no response from {host} ({detail})");
                let hint = format!("{LATER}; if that fails, check the network and {address}");
                let failure = self.bare(FailureReason::Network, &problem, &hint);
                return ActionError::Retryable(failure);
            }
        };
        let problem = format!("{problem}, so nothing was sent");
        ActionError::Permanent(self.bare(FailureReason::Network, &problem, &hint))
    }

    /// The action's time ran out before the request was sent.
    pub fn out_of_time(self) -> ActionError {
        let problem = "the action timed out before its next request";
        let hint = self.more_time(Phase::Action);
        ActionError::Retryable(self.bare(FailureReason::Timeout, problem, &hint))
    }

    fn late(self, phase: Phase, detail: &str) -> Failure {
        let host = &self.settings.base.authority;
        let what = match self.settings.timeouts.at_fault(phase, self.time_left) {
            Phase::Connect => format!("no connection to {host} in time"),
            Phase::FirstByte | Phase::BetweenBytes => format!("{host} did not respond in time"),
            Phase::Action => format!("{host} did not respond within the action's timeout"),
        };
        let problem = format!("{what} ({detail})");
        self.bare(FailureReason::Timeout, &problem, &self.more_time(phase))
    }
}
