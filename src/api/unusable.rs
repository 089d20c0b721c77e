//! The errors of responses that are not what was asked for: somebody else's,
//! Intercom's to something else, or unreadable ones.

use super::exchange::{BodyCut, Response};
use super::failure::{ErrorResponse, Failures};
use super::method::Effect;
use super::refusal::Refusal;
use super::responder::{Excerpt, Unusable};
use crate::world::types::{ActionError, FailureReason};

impl Failures<'_> {
    /// An error status from somebody else than Intercom.
    pub(super) fn foreign_error(self, response: &Response, refusal: Refusal) -> ActionError {
        let text = String::from_utf8_lossy(&response.body);
        let what = foreign(&Excerpt::of(&text, &response.headers), response.status);
        self.malformed(
            response,
            refusal,
            &format!("{what}. {}", self.look_between()),
        )
    }

    /// A success that can't be used. `None` if it is a write that Intercom has
    /// carried out: then only its response is missing, for the reason that
    /// [`Unusable::Unreadable`] holds.
    pub(super) fn unusable(self, response: &Response, unusable: &Unusable) -> Option<ActionError> {
        match unusable {
            Unusable::Refusal(refusal) => {
                Some(self.refused_as(refusal.status(), response, refusal.clone()))
            }
            Unusable::Other { foreign, excerpt } => {
                Some(self.not_asked_for(response, *foreign, excerpt))
            }
            Unusable::Unreadable { .. } if self.effect != Effect::Read => None,
            Unusable::Unreadable { why, incomplete } => {
                Some(self.unreadable(response, why, *incomplete))
            }
        }
    }

    fn not_asked_for(
        self,
        response: &Response,
        is_foreign: bool,
        excerpt: &Excerpt,
    ) -> ActionError {
        let status = response.status;
        let (what, hint) = match is_foreign {
            true => (foreign(excerpt, status), self.look_between()),
            false => (
                format!(
                    "this answer is not to this request {}",
                    excerpt.with_status(status)
                ),
                "Check INTERCOM_VERSION and the ids of the request".to_owned(),
            ),
        };
        let refusal = Refusal::of_headers(&response.headers);
        if self.effect == Effect::Read {
            return self.malformed(response, refusal, &format!("{what}. {hint}"));
        }
        let failure = self.outcome_unknown(&what);
        ActionError::Permanent(ErrorResponse { response, refusal }.complete(failure))
    }

    fn malformed(self, response: &Response, refusal: Refusal, message: &str) -> ActionError {
        let failure = self.bare(FailureReason::MalformedResponse, message);
        ActionError::Permanent(ErrorResponse { response, refusal }.complete(failure))
    }

    /// A success with an unreadable body, of a request that only reads.
    pub(super) fn unreadable(
        self,
        response: &Response,
        why: &str,
        incomplete: bool,
    ) -> ActionError {
        let refusal = Refusal::of_headers(&response.headers);
        let error = ErrorResponse { response, refusal };
        let what = format!("Intercom's answer cannot be read, {why}");
        let later = "Try again later";
        match response.cut {
            Some(BodyCut::TooLarge(_)) => {
                self.permanent(error, FailureReason::TooLarge, &what, &self.less())
            }
            Some(BodyCut::TimedOut(phase)) => {
                let more = self.more_time(phase);
                self.retryable(error, FailureReason::Timeout, &what, &more)
            }
            Some(BodyCut::Broken(_)) => self.retryable(error, FailureReason::Network, &what, later),
            None if incomplete => {
                self.retryable(error, FailureReason::MalformedResponse, &what, later)
            }
            None => {
                let hint = "A retry would bring the same; check INTERCOM_VERSION, and ask for less \
                            where it is too much";
                self.permanent(error, FailureReason::MalformedResponse, &what, hint)
            }
        }
    }

    /// The hint after somebody else's response.
    fn look_between(self) -> String {
        format!(
            "A proxy, a gateway or a login page on the way sent it; check the engine's proxy and \
             the address: {}",
            self.settings.endpoint
        )
    }
}

fn foreign(excerpt: &Excerpt, status: u16) -> String {
    format!(
        "this answer isn't Intercom's {}",
        excerpt.with_status(status)
    )
}
