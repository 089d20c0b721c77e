//! Sends an action's requests: adds the common headers, retries, and converts responses to
//! documents and errors.

use super::clock::Clock;
use super::credentials::Credentials;
use super::exchange::{Request, Response, SendError, Transport, WireRequest};
use super::failure::{Failures, Hints, NotFound, given_up};
use super::method::{Effect, Method};
use super::responder::{Expected, is_foreign_error};
use super::retry::{Decision, Jitter, Retries};
use super::secret::Secret;
use super::settings::Settings;
use super::success::SuccessResponse;
use crate::input::{InputError, InputErrors};
use crate::world::types::{ActionError, FailureReason};
use std::time::Duration;

/// The `User-Agent` header.
const USER_AGENT: &str = concat!("intercom-connector/", env!("CARGO_PKG_VERSION"));

/// Sends the requests of one action, and retries failed ones if that is safe.
pub struct Client<'a> {
    action: &'a str,
    effect: Effect,
    hints: Hints,
    settings: &'a Settings,
    credentials: &'a dyn Credentials,
    transport: &'a mut dyn Transport,
    /// The secrets sent in bodies.
    sent: Vec<Secret>,
    clock: &'a mut dyn Clock,
    /// The end of the action's time, by the clock.
    end: Duration,
    /// The rest of the action's time. `None` if the clock must be read again.
    left: Option<Duration>,
    retries: Retries,
}

impl<'a> Client<'a> {
    /// A client for one action. The action's time starts now.
    pub fn new(
        action: &'a str,
        effect: Effect,
        hints: Hints,
        settings: &'a Settings,
        credentials: &'a dyn Credentials,
        transport: &'a mut dyn Transport,
        clock: &'a mut dyn Clock,
    ) -> Self {
        let start = clock.now();
        // The part below a second varies most between calls.
        let seed = settings.jitter_seed.unwrap_or(start.subsec_nanos().into());
        Self {
            action,
            effect,
            hints,
            settings,
            credentials,
            transport,
            sent: Vec::new(),
            clock,
            end: start.saturating_add(settings.timeouts.action),
            left: Some(settings.timeouts.action),
            retries: Retries::new(settings.retries, Jitter::Random(seed)),
        }
    }

    /// Redacts the action's secrets in its error.
    pub fn redact(&self, error: &mut ActionError) {
        for secret in self.sent.iter().chain(self.credentials.secret()) {
            secret.redact(error);
        }
    }

    /// Sends a request. Retries it as long as that is safe and the settings allow.
    ///
    /// # Errors
    /// No response, a status other than 200 to 299, or an incomplete body of a
    /// request that only reads.
    pub fn send(&mut self, request: &Request) -> Result<SuccessResponse<'a>, ActionError> {
        let mut wire = wire(request, self.settings, self.credentials);
        self.sent.extend(request.secret_texts());
        // The milder effect: a custom action's GET only reads, and archiving is idempotent
        // although it is a POST.
        let milder = self.effect.min(request.method.effect());
        let mut failures = self.failures(request.effect.unwrap_or(milder));
        failures.deletes = request.method == Method::Delete;
        failures.not_found = request.not_found;
        loop {
            let left = self.time_left();
            if left.is_zero() {
                return Err(failures.out_of_time());
            }
            failures.attempts += 1;
            failures.time_left = left;
            wire.timeouts = self.settings.timeouts.within(left);
            let sent = self.transport.send(&wire);
            self.left = None;
            let maybe_done = maybe_done(&sent);
            let failure = match judge(sent, &request.expected, failures) {
                Err(ActionError::Retryable(failure)) => failure,
                done => return done,
            };
            if request.once && maybe_done {
                return Err(ActionError::Permanent(failure));
            }
            failures.maybe_done |= maybe_done;
            let asked = failure.retry_after_ms.map(Duration::from_millis);
            let left = self.time_left();
            match self.retries.decide(asked, left) {
                Decision::WaitThenRetry(wait) => {
                    self.clock.sleep(wait);
                    self.left = None;
                }
                Decision::GiveUp(why) => return Err(given_up(failure, why)),
            }
        }
    }

    /// Checks that a result may contain this many bytes of responses. The limit is that of one
    /// response, since each byte is copied once more when the result is written.
    ///
    /// # Errors
    /// The limit is exceeded.
    pub fn hold(&self, bytes: usize) -> Result<(), ActionError> {
        match bytes > self.settings.max_body {
            true => Err(self.failures(Effect::Read).too_large(bytes)),
            false => Ok(()),
        }
    }

    /// The error of a success after which an action can't continue.
    pub fn failed(&self, reason: FailureReason, problem: &str, hint: &str) -> ActionError {
        ActionError::Permanent(self.failures(Effect::Read).bare(reason, problem, hint))
    }

    /// The error of a lookup whose response is an empty list.
    pub fn not_found(&self, NotFound { problem, hint }: NotFound) -> ActionError {
        self.failed(FailureReason::NotFound, problem, hint)
    }

    /// The error of an input that only a response shows to be invalid.
    pub fn invalid_input(&self, field: &str, error: InputError) -> ActionError {
        let mut errors = InputErrors::default();
        errors.note(field, error);
        errors.into_error(self.action)
    }

    fn failures(&self, effect: Effect) -> Failures<'a> {
        Failures {
            action: self.action,
            hints: self.hints,
            settings: self.settings,
            credentials: self.credentials,
            effect,
            not_found: None,
            deletes: false,
            maybe_done: false,
            attempts: 0,
            time_left: self.settings.timeouts.action,
        }
    }

    /// How long the action has been running.
    pub fn elapsed(&mut self) -> Duration {
        self.left = None;
        let left = self.time_left();
        self.settings.timeouts.action.saturating_sub(left)
    }

    fn time_left(&mut self) -> Duration {
        let read = || self.end.saturating_sub(self.clock.now());
        *self.left.get_or_insert_with(read)
    }
}

/// Whether a retried request may have been executed.
fn maybe_done(sent: &Result<Response, SendError>) -> bool {
    match sent {
        Ok(response) => !matches!(response.status, 400 | 429),
        Err(error) => error.maybe_received,
    }
}

/// Classifies the outcome of a request as success or error.
fn judge<'a>(
    sent: Result<Response, SendError>,
    expected: &Expected,
    failures: Failures<'a>,
) -> Result<SuccessResponse<'a>, ActionError> {
    let response = sent.map_err(|error| failures.send_error(&error))?;
    let gone = matches!(response.status, 404 | 410) && failures.deletes && failures.maybe_done;
    let notes = match response.status {
        // A read can be retried. A write has taken effect even if its response is incomplete.
        200..=299 if failures.effect == Effect::Read => match &response.cut {
            Some(cut) => return Err(failures.unreadable(&response, &cut.to_string(), true)),
            None => Vec::new(),
        },
        200..=299 => Vec::new(),
        300..=399 if expected.takes_redirects() => Vec::new(),
        _ if gone && !is_foreign_error(&response) => vec![GONE.to_owned()],
        _ => return Err(failures.error_status(&response)),
    };
    Ok(SuccessResponse {
        response,
        expected: expected.clone(),
        notes,
        failures,
    })
}

/// The note on a retried DELETE that gets a 404.
const GONE: &str =
    "the object is gone: the outcome of an earlier attempt is unknown, and it may have deleted it";

/// The request with all headers.
fn wire(request: &Request, settings: &Settings, credentials: &dyn Credentials) -> WireRequest {
    let base = &settings.base;
    let body = request.body.as_ref().map(ToString::to_string);
    let authorization = credentials.authorization();
    let mut headers: Vec<_> = authorization
        .map(|value| ("authorization".to_owned(), value))
        .into_iter()
        .collect();
    headers.extend([
        ("accept".to_owned(), "application/json".to_owned()),
        ("intercom-version".to_owned(), settings.version.to_string()),
        ("user-agent".to_owned(), USER_AGENT.to_owned()),
    ]);
    if body.is_some() {
        headers.push(("content-type".to_owned(), "application/json".to_owned()));
    }
    for (name, value) in &request.headers {
        headers.retain(|(other, _)| !other.eq_ignore_ascii_case(name));
        headers.push((name.to_ascii_lowercase(), value.clone()));
    }
    WireRequest {
        method: request.method,
        secure: base.secure,
        authority: base.authority.clone(),
        path_with_query: format!("{}{}{}", base.prefix, request.path, request.query.encoded()),
        headers,
        body: body.map(String::into_bytes).unwrap_or_default(),
        secrets: request.secrets.clone(),
        timeouts: settings.timeouts,
        max_body: settings.max_body,
    }
}
