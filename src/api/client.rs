//! Sends an action's requests: adds what every request has, retries, and turns
//! responses into documents and errors.

use super::clock::Clock;
use super::credentials::Credentials;
use super::document::{Object, PASSED_ON, RESPONSE};
use super::exchange::{Effect, Headers, Request, Response, SendError, Transport, WireRequest};
use super::failure::{Failures, Hints, given_up};
use super::retry::{Decision, Jitter, Retries};
use super::secret::Secret;
use super::settings::Settings;
use crate::world::types::ActionError;
use serde::de::IgnoredAny;
use std::time::Duration;

/// The `User-Agent` header.
const USER_AGENT: &str = concat!("intercom-connector/", env!("CARGO_PKG_VERSION"));

/// Sends the requests of one action, and retries those that failed if that is
/// safe.
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
    /// What is left of the action's time. `None` if the clock has to be read again.
    left: Option<Duration>,
    retries: Retries,
}

/// A successful response.
#[derive(Debug)]
pub struct SuccessResponse<'a> {
    response: Response,
    failures: Failures<'a>,
}

/// A response's body as JSON, and notes on it.
#[derive(Debug, Clone, Default)]
pub struct ResponseBody {
    /// The JSON text; `null` if a completed write returned none.
    pub json: String,
    /// What the caller should know.
    pub notes: Vec<String>,
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
        // The part below a second differs most from call to call.
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
        // The milder of the two: a custom action's GET only reads, and archiving is
        // idempotent though it is a POST.
        let mut failures = self.failures(self.effect.min(request.method.effect()));
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
            let failure = match judge(sent, failures) {
                Err(ActionError::Retryable(failure)) => failure,
                done => return done,
            };
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

    /// Checks that a result may hold this many bytes of responses. The limit is
    /// that of one response, since each byte is copied once more when the result
    /// is written.
    ///
    /// # Errors
    /// It may not.
    pub fn hold(&self, bytes: usize) -> Result<(), ActionError> {
        match bytes > self.settings.max_body {
            true => Err(self.failures(Effect::Read).too_large(bytes)),
            false => Ok(()),
        }
    }

    fn failures(&self, effect: Effect) -> Failures<'a> {
        Failures {
            action: self.action,
            hints: self.hints,
            settings: self.settings,
            credentials: self.credentials,
            effect,
            attempts: 0,
            time_left: self.settings.timeouts.action,
        }
    }

    fn time_left(&mut self) -> Duration {
        let read = || self.end.saturating_sub(self.clock.now());
        *self.left.get_or_insert_with(read)
    }
}

/// Sorts the outcome of a request into success and error.
fn judge<'a>(
    sent: Result<Response, SendError>,
    failures: Failures<'a>,
) -> Result<SuccessResponse<'a>, ActionError> {
    let response = sent.map_err(|error| failures.send_error(&error))?;
    match (response.status, &response.cut) {
        // A read can be retried. A write took effect, whatever is missing.
        (200..=299, Some(cut)) if failures.effect == Effect::Read => {
            Err(failures.unreadable(&response, &cut.to_string()))
        }
        (200..=299, _) => Ok(SuccessResponse { response, failures }),
        _ => Err(failures.refused(&response)),
    }
}

/// The request as it goes over the wire.
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
        secrets: request.secrets,
        timeouts: settings.timeouts,
        max_body: settings.max_body,
    }
}

impl SuccessResponse<'_> {
    /// The status, 200 to 299.
    pub fn status(&self) -> u16 {
        self.response.status
    }

    /// The headers.
    pub fn headers(&self) -> &Headers {
        &self.response.headers
    }

    /// Reads the body as a JSON object. Returns what `read` makes of it, and the
    /// body.
    ///
    /// # Errors
    /// The body of a request that only reads is not a JSON object. A completed
    /// write stays a success: its body becomes `null`, a note says why, and `read`
    /// gets an object without fields.
    pub fn into_document<T>(
        self,
        read: impl FnMut(&Object<'_>) -> T,
    ) -> Result<(T, ResponseBody), ActionError> {
        self.into_object(None, read)
    }

    /// Reads the body as a JSON object with a list of this name. An object without
    /// the list is an error, not an empty list: that would mean nothing was found.
    ///
    /// # Errors
    /// As for [`SuccessResponse::into_document`].
    pub fn into_list<T>(
        self,
        name: &str,
        read: impl FnMut(&Object<'_>) -> T,
    ) -> Result<(T, ResponseBody), ActionError> {
        self.into_object(Some(name), read)
    }

    fn into_object<T>(
        self,
        list: Option<&str>,
        mut read: impl FnMut(&Object<'_>) -> T,
    ) -> Result<(T, ResponseBody), ActionError> {
        let mut found = None;
        let body = self.into_body(&mut |text, headers| {
            found = Some(read(&object(text, list, headers)?));
            Ok(Json::AsItIs)
        })?;
        let found = found.unwrap_or_else(|| read(&Object::default()));
        Ok((found, body))
    }

    /// The body of any kind as JSON: JSON as it came, other text as a JSON string,
    /// no text as `null`.
    ///
    /// # Errors
    /// As for [`SuccessResponse::into_document`].
    pub fn into_any(self) -> Result<ResponseBody, ActionError> {
        let most = self.failures.settings.max_body;
        self.into_body(&mut |text, _| {
            if text.is_empty() {
                return Ok(Json::Instead("null".to_owned()));
            }
            if serde_json::from_str::<IgnoredAny>(text).is_err() {
                return json_string(text, most).map(Json::Instead);
            }
            let checked = PASSED_ON.check(text);
            checked
                .map(|()| Json::AsItIs)
                .map_err(|unfit| format!("it {unfit}"))
        })
    }

    fn into_body(
        self,
        read: &mut dyn FnMut(&str, &Headers) -> Result<Json, String>,
    ) -> Result<ResponseBody, ActionError> {
        let Self {
            mut response,
            failures,
        } = self;
        let read = match (&response.cut, std::str::from_utf8(&response.body)) {
            (Some(cut), _) => Err(cut.to_string()),
            (None, Ok(text)) => read(text, &response.headers),
            (None, Err(_)) => Err(not_text(&response.headers)),
        };
        let why = match read {
            Err(why) => why,
            Ok(json) => {
                let json = match json {
                    Json::Instead(json) => json,
                    // Moved, not copied: it may fill much of the sandbox's memory.
                    Json::AsItIs => trimmed(std::mem::take(&mut response.body)),
                };
                let notes = Vec::new();
                return Ok(ResponseBody { json, notes });
            }
        };
        if failures.effect == Effect::Read {
            return Err(failures.unreadable(&response, &why));
        }
        let note = format!(
            "Intercom completed the request ({}), but its answer could not be read: {why}",
            response.status
        );
        Ok(ResponseBody {
            json: "null".to_owned(),
            notes: vec![note],
        })
    }
}

/// A text as an object, with a list of this name if given; or what is wrong with
/// it.
fn object<'a>(text: &'a str, list: Option<&str>, headers: &Headers) -> Result<Object<'a>, String> {
    let object = Object::parse(text).ok_or_else(|| not_an_object(text, headers))?;
    match list {
        Some(name) if object.json(name).is_none() => {
            Err(format!("it has no {name}, the list that was asked for"))
        }
        _ => Ok(object),
    }
}

/// How a result shows a body.
enum Json {
    /// As it came.
    AsItIs,
    /// As this text.
    Instead(String),
}

/// A body of text, without the white space around it.
fn trimmed(body: Vec<u8>) -> String {
    let mut text = String::from_utf8(body).unwrap_or_default();
    text.truncate(text.trim_end().len());
    text.drain(..text.len() - text.trim_start().len());
    text.shrink_to_fit();
    text
}

/// A text as a JSON string of at most this many bytes.
fn json_string(text: &str, most: usize) -> Result<String, String> {
    let escaped = text
        .bytes()
        .filter(|byte| matches!(byte, b'"' | b'\\' | ..=0x1f));
    // An escape has up to six bytes for one.
    let more = escaped.count().saturating_mul(5).saturating_add(2);
    let length = text.len().saturating_add(more);
    if length > most {
        return Err(format!("as a JSON string it is larger than {most} bytes"));
    }
    let mut json = Vec::with_capacity(length);
    let written = serde_json::to_writer(&mut json, text);
    let json = written.ok().and_then(|()| String::from_utf8(json).ok());
    json.ok_or_else(|| "it is no JSON".to_owned())
}

/// Describes a body that is not text.
fn not_text(headers: &Headers) -> String {
    match headers.get("content-encoding") {
        Some(coding) => format!("it is compressed ({coding}), which the connector did not ask for"),
        None => "it is not UTF-8 text".to_owned(),
    }
}

/// Describes a text that is not a JSON object.
fn not_an_object(text: &str, headers: &Headers) -> String {
    match (text.trim(), headers.get("content-type")) {
        ("", _) => "it is empty".to_owned(),
        (_, Some(kind)) if !kind.contains("json") => format!("it is {kind} in place of JSON"),
        _ => match RESPONSE.check(text) {
            Err(unfit) => format!("it {unfit}"),
            Ok(()) => "it is no JSON object, or only the beginning of one".to_owned(),
        },
    }
}
