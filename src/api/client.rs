//! Sends an action's requests: adds what every request carries, and sorts
//! answers into documents and failures.

use super::credentials::Credentials;
use super::document::Object;
use super::exchange::{BodyCut, Effect, Headers, Request, Response, Transport, WireRequest};
use super::failure::{Advice, Failures};
use super::secret::Secret;
use super::settings::Settings;
use crate::world::types::ActionError;
use serde_json::Value;

/// What the connector calls itself.
const USER_AGENT: &str = concat!("intercom-connector/", env!("CARGO_PKG_VERSION"));

/// Sends the requests of one action.
pub struct Client<'a> {
    action: &'static str,
    advice: Advice,
    settings: &'a Settings,
    credentials: &'a dyn Credentials,
    transport: &'a mut dyn Transport,
    /// The secrets that went out in bodies.
    sent: Vec<Secret>,
}

/// A successful answer.
#[derive(Debug)]
pub struct Answer<'a> {
    response: Response,
    failures: Failures<'a>,
}

/// The JSON object of an answer, and what the caller should know about it.
#[derive(Debug, Clone, Default)]
pub struct Body {
    /// The JSON text; `null` where a completed write came without one.
    pub json: String,
    /// What the caller should know.
    pub notes: Vec<String>,
}

impl Body {
    /// The object, to be read leniently.
    pub fn object(&self) -> Object<'_> {
        Object::parse(&self.json).unwrap_or_default()
    }
}

impl<'a> Client<'a> {
    /// A client for one action.
    pub fn new(
        action: &'static str,
        advice: Advice,
        settings: &'a Settings,
        credentials: &'a dyn Credentials,
        transport: &'a mut dyn Transport,
    ) -> Self {
        Self {
            action,
            advice,
            settings,
            credentials,
            transport,
            sent: Vec::new(),
        }
    }

    /// Takes the secrets that went out out of the error that they led to.
    pub fn redact(&self, error: &mut ActionError) {
        for secret in self.sent.iter().chain(self.credentials.secret()) {
            secret.cut_out_of(error);
        }
    }

    /// Sends a request.
    ///
    /// # Errors
    /// No answer, or one that is no success (any status but 200 to 299).
    pub fn send(&mut self, request: &Request) -> Result<Answer<'a>, ActionError> {
        let failures = Failures {
            action: self.action,
            advice: self.advice,
            settings: self.settings,
            credentials: self.credentials,
            effect: request.effect,
        };
        let wire = wire(request, self.settings, self.credentials);
        self.sent.extend(request.secret_texts());
        let response = self
            .transport
            .send(&wire)
            .map_err(|error| failures.unsent(&error))?;
        match response.status {
            200..=299 => Ok(Answer { response, failures }),
            _ => Err(failures.refused(&response)),
        }
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
        timeout: settings.timeout,
        max_body: settings.max_body,
    }
}

impl Answer<'_> {
    /// The status, 200 to 299.
    pub fn status(&self) -> u16 {
        self.response.status
    }

    /// The headers.
    pub fn headers(&self) -> &Headers {
        &self.response.headers
    }

    /// The body, which should be a JSON object.
    ///
    /// # Errors
    /// The body is not, and the request changed nothing. A write that was
    /// completed stays a success: its body is `null`, and a note says why.
    pub fn into_document(self) -> Result<Body, ActionError> {
        self.into_body(|text| Object::parse(text).map(|_| text.trim().to_owned()))
    }

    /// The body of any kind, as JSON: JSON as it came, any other text as a JSON
    /// string, and `null` where there is none.
    ///
    /// # Errors
    /// As for [`Answer::into_document`].
    pub fn into_any(self) -> Result<Body, ActionError> {
        self.into_body(|text| {
            if text.is_empty() {
                return Some("null".to_owned());
            }
            match serde_json::from_str::<serde::de::IgnoredAny>(text) {
                Ok(_) => Some(text.trim().to_owned()),
                Err(_) => Some(Value::from(text).to_string()),
            }
        })
    }

    fn into_body(self, read: impl Fn(&str) -> Option<String>) -> Result<Body, ActionError> {
        let Self { response, failures } = self;
        let why = match (&response.cut, std::str::from_utf8(&response.body)) {
            (Some(BodyCut::Broken(detail)), _) => {
                format!("the connection broke within it: {detail}")
            }
            (Some(BodyCut::TooLarge(limit)), _) => format!("it is larger than {limit} bytes"),
            (None, Err(_)) => "it is not UTF-8 text".to_owned(),
            (None, Ok(text)) => match read(text) {
                Some(json) => {
                    return Ok(Body {
                        json,
                        notes: Vec::new(),
                    });
                }
                None => what_it_is(text, &response.headers),
            },
        };
        if failures.effect == Effect::Read {
            return Err(failures.unreadable(&response, &why));
        }
        let note = format!(
            "Intercom completed the request ({}), but its answer could not be read: {why}",
            response.status
        );
        Ok(Body {
            json: "null".to_owned(),
            notes: vec![note],
        })
    }
}

fn what_it_is(text: &str, headers: &Headers) -> String {
    match (text.trim(), headers.get("content-type")) {
        ("", _) => "it is empty".to_owned(),
        (_, Some(kind)) if !kind.contains("json") => format!("it is {kind} in place of JSON"),
        _ => "it is no JSON object, or only the beginning of one".to_owned(),
    }
}
