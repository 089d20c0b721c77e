//! The errors of unexpected responses: not Intercom's, for another request, or unreadable.

use super::error_response::ErrorResponse;
use super::exchange::{BodyCut, Response};
use super::failure::{Failures, LATER};
use super::method::Effect;
use super::refusal::Refusal;
use super::responder::{Excerpt, Unusable, is_foreign_error};
use crate::world::types::{ActionError, FailureReason};

impl Failures<'_> {
    /// A response with an error status, from Intercom or another server.
    pub fn error_status(self, response: &Response) -> ActionError {
        let refusal = Refusal::read(response);
        let status = response.status;
        let refused = (400..500).contains(&status) && !matches!(status, 408 | 429);
        if refused && !refusal.recognised && is_foreign_error(response) {
            let text = String::from_utf8_lossy(&response.body);
            let problem = foreign(&Excerpt::of(&text, &response.headers), status);
            return self.malformed(response, refusal, &problem, &self.look_between());
        }
        self.refused(status, response, refusal)
    }

    /// An unusable success. `None` if it is a completed write: then only its response is
    /// missing, for the reason in [`Unusable::Unreadable`].
    pub(super) fn unusable(self, response: &Response, unusable: &Unusable) -> Option<ActionError> {
        match unusable {
            Unusable::Refusal(refusal) => {
                Some(self.refused(refusal.status(), response, refusal.clone()))
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
        let (problem, hint) = match is_foreign {
            true => (foreign(excerpt, status), self.look_between()),
            false => (
                format!(
                    "the response does not belong to this request {}",
                    excerpt.with_status(status)
                ),
                "check INTERCOM_VERSION and the ids of the request".to_owned(),
            ),
        };
        let refusal = Refusal::of_headers(&response.headers);
        if self.effect == Effect::Read {
            return self.malformed(response, refusal, &problem, &hint);
        }
        let failure = self.outcome_unknown(&problem);
        ActionError::Permanent(ErrorResponse { response, refusal }.complete(failure))
    }

    fn malformed(
        self,
        response: &Response,
        refusal: Refusal,
        problem: &str,
        hint: &str,
    ) -> ActionError {
        let failure = self.bare(FailureReason::MalformedResponse, problem, hint);
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
        let problem = format!("Intercom's response can't be read: {why}");
        match response.cut {
            Some(BodyCut::TooLarge(_)) => {
                self.permanent(error, FailureReason::TooLarge, &problem, &self.less())
            }
            Some(BodyCut::TimedOut(phase)) => {
                let more = self.more_time(phase);
                self.retryable(error, FailureReason::Timeout, &problem, &more)
            }
            Some(BodyCut::Broken(_)) => {
                self.retryable(error, FailureReason::Network, &problem, LATER)
            }
            None if incomplete => {
                self.retryable(error, FailureReason::MalformedResponse, &problem, LATER)
            }
            None => {
                let hint = "check INTERCOM_VERSION, or request less if it is too large";
                self.permanent(error, FailureReason::MalformedResponse, &problem, hint)
            }
        }
    }

    /// The hint after a response that is not Intercom's.
    fn look_between(self) -> String {
        format!(
            "check the engine's proxy and the address ({})",
            self.settings.endpoint
        )
    }
}

fn foreign(excerpt: &Excerpt, status: u16) -> String {
    format!(
        "this response isn't Intercom's, but a proxy's, a gateway's or a login page's {}",
        excerpt.with_status(status)
    )
}
