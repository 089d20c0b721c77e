//! Requests and responses as values, and the trait that sends them.

use super::failure::NotFound;
use super::method::{Effect, Method};
use super::path::UNRESERVED;
use super::responder::Expected;
use super::secret::Secret;
use super::timeouts::{Phase, Timeouts};
use percent_encoding::utf8_percent_encode;
use serde_json::Value;
use std::fmt;

/// A request to Intercom, before the settings add host, token and version. Its
/// `Debug` leaves out headers and body, which may hold secrets.
#[derive(Clone, PartialEq)]
pub struct Request {
    /// The method.
    pub method: Method,
    /// The encoded path, from the slash after the host.
    pub path: String,
    /// The query parameters.
    pub query: Query,
    /// Further headers. They replace those that every request has.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Option<RequestBody>,
    /// The fields of the body that are secrets: previews and errors redact them.
    pub secrets: Vec<String>,
    /// The expected response.
    pub expected: Expected,
    /// The effect of a retry. `None` for the milder one of its action and its method.
    pub effect: Option<Effect>,
    /// The meaning of a 404. `None` for that of the action's hints.
    pub not_found: Option<NotFound>,
    /// Whether it must not be resent once Intercom may have received it, although it only reads:
    /// its response moves a cursor, so a retry would skip the lost page.
    pub once: bool,
}

impl Request {
    /// A request without query, headers or body.
    pub fn new(method: Method, path: impl Into<String>) -> Self {
        Self {
            method,
            path: path.into(),
            query: Query::default(),
            headers: Vec::new(),
            body: None,
            secrets: Vec::new(),
            expected: Expected::Anything,
            effect: None,
            not_found: None,
            once: false,
        }
    }

    /// Adds the body.
    #[must_use]
    pub fn with_body(mut self, body: impl Into<Value>) -> Self {
        self.body = Some(RequestBody::Value(body.into()));
        self
    }

    /// Adds a body that is already written as JSON.
    #[must_use]
    pub fn with_json(mut self, body: String) -> Self {
        self.body = Some(RequestBody::Text(body));
        self
    }

    /// Sets the expected response.
    #[must_use]
    pub fn expecting(mut self, expected: Expected) -> Self {
        self.expected = expected;
        self
    }

    /// Makes it a lookup before an action's own request: it is retried as a read, whatever the
    /// action's effect is, and a 404 has its own meaning.
    #[must_use]
    pub fn looking_up(mut self, not_found: NotFound) -> Self {
        self.effect = Some(Effect::Read);
        self.not_found = Some(not_found);
        self
    }

    /// Marks fields of the body as secrets.
    #[must_use]
    pub fn with_secrets(mut self, fields: &[&str]) -> Self {
        self.secrets = fields.iter().map(|name| (*name).to_owned()).collect();
        self
    }

    /// The secrets in the body.
    pub fn secret_texts(&self) -> impl Iterator<Item = Secret> {
        let field = |name: &String| match self.body.as_ref()? {
            RequestBody::Value(body) => body.get(name),
            RequestBody::Text(_) => None,
        };
        let mut texts = Vec::new();
        for secret in self.secrets.iter().filter_map(field) {
            collect_texts(secret, &mut texts);
        }
        texts.into_iter().map(Secret::new)
    }
}

/// All texts in a value.
fn collect_texts<'a>(value: &'a Value, texts: &mut Vec<&'a str>) {
    match value {
        Value::String(text) => texts.push(text),
        Value::Array(items) => items.iter().for_each(|item| collect_texts(item, texts)),
        Value::Object(map) => map.values().for_each(|item| collect_texts(item, texts)),
        _ => {}
    }
}

/// The JSON body of a request. It may hold secrets, so it has no `Debug`.
#[derive(Clone, PartialEq)]
pub enum RequestBody {
    /// A value, whose fields can be secrets.
    Value(Value),
    /// Text without secrets.
    Text(String),
}

impl fmt::Display for RequestBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Value(body) => body.fmt(f),
            Self::Text(body) => f.write_str(body),
        }
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("method", &self.method)
            .field("path", &self.path)
            .field("query", &self.query)
            .finish_non_exhaustive()
    }
}

/// Query parameters, in order; encoded when written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query(pub Vec<(String, String)>);

impl Query {
    /// The query with its question mark. Empty if there are no parameters.
    pub fn encoded(&self) -> String {
        let encode = |text| utf8_percent_encode(text, UNRESERVED);
        let mut out = String::new();
        for (name, value) in &self.0 {
            out.push(if out.is_empty() { '?' } else { '&' });
            out.push_str(&format!("{}={}", encode(name), encode(value)));
        }
        out
    }
}

/// A request with all headers. Its `Debug` leaves out headers and body, which contain secrets.
#[derive(Clone, PartialEq, Eq)]
pub struct WireRequest {
    /// The method.
    pub method: Method,
    /// Whether the connection is encrypted: `https` or `http`.
    pub secure: bool,
    /// Host, and port if it is not the scheme's default.
    pub authority: String,
    /// Path and query, encoded.
    pub path_with_query: String,
    /// All headers except those of the transport.
    pub headers: Vec<(String, String)>,
    /// The body. Empty if there is none.
    pub body: Vec<u8>,
    /// The fields of the body that are secrets.
    pub secrets: Vec<String>,
    /// The timeout of each phase; for the action, the rest of its time.
    pub timeouts: Timeouts,
    /// The maximum size of the response's body, in bytes.
    pub max_body: usize,
}

impl fmt::Debug for WireRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WireRequest")
            .field("method", &self.method)
            .field("authority", &self.authority)
            .field("path_with_query", &self.path_with_query)
            .finish_non_exhaustive()
    }
}

/// Headers of a response. Names are case-insensitive.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Headers(pub Vec<(String, String)>);

impl Headers {
    /// The response headers that the connector reads, in lower case. A transport
    /// returns no others.
    pub const READ: [&str; 12] = [
        "content-encoding",
        "content-length",
        "content-type",
        "date",
        "intercom-version",
        "link",
        "location",
        "retry-after",
        "x-ratelimit-limit",
        "x-ratelimit-remaining",
        "x-ratelimit-reset",
        "x-request-id",
    ];

    /// The first header with a name.
    pub fn get(&self, name: &str) -> Option<&str> {
        let (_, value) = self.0.iter().find(|(n, _)| n.eq_ignore_ascii_case(name))?;
        Some(value)
    }
}

/// A response as received.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    /// The HTTP status.
    pub status: u16,
    /// The received headers of [`Headers::READ`].
    pub headers: Headers,
    /// The body, as far as it was received.
    pub body: Vec<u8>,
    /// Why the body is incomplete, if it is.
    pub cut: Option<BodyCut>,
}

/// Why a body is incomplete. Displays as the text after `can't be read:`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BodyCut {
    /// The connection failed. Contains the transport's message.
    Broken(String),
    /// The next bytes took too long.
    TimedOut(Phase),
    /// The body was larger than this many bytes.
    TooLarge(usize),
}

impl fmt::Display for BodyCut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Broken(detail) => write!(f, "the connection failed inside it: {detail}"),
            Self::TimedOut(_) => f.write_str("the rest did not arrive in time"),
            Self::TooLarge(limit) => write!(f, "it is larger than {limit} bytes"),
        }
    }
}

/// Why there is no response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SendError {
    /// The kind of failure.
    pub kind: SendErrorKind,
    /// Whether Intercom may have received the request.
    pub maybe_received: bool,
    /// The transport's message, for a person.
    pub detail: String,
}

/// The kind of failure without a response.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SendErrorKind {
    /// No connection, or a broken one.
    Network,
    /// A phase took too long.
    Timeout(Phase),
    /// The engine does not allow the request.
    Denied,
    /// The engine can't send such a request; a retry does not help.
    Unsendable,
    /// The host's name does not exist.
    UnknownHost,
    /// The server's certificate does not prove that it is the host.
    Untrusted,
}

/// Sends requests.
pub trait Transport {
    /// Sends a request and waits for the complete response, within its timeouts. Follows no
    /// redirects and does not retry.
    ///
    /// # Errors
    /// There is no response.
    fn send(&mut self, request: &WireRequest) -> Result<Response, SendError>;
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn queries_are_encoded() {
        let pairs = [("per_page", "50"), ("a&b", "c=d e/é")];
        let query = Query(pairs.map(|(n, v)| (n.to_owned(), v.to_owned())).to_vec());
        assert_eq!(query.encoded(), "?per_page=50&a%26b=c%3Dd%20e%2F%C3%A9");
        assert_eq!(Query::default().encoded(), "");
    }

    #[test]
    fn no_debug_text_shows_headers_or_body() {
        let mut request = Request::new(Method::Post, "/p").with_body("s3cr3t");
        request.headers.push(("x".to_owned(), "s3cr3t".to_owned()));
        assert!(!format!("{request:?}").contains("s3cr3t"));
        let wire = WireRequest {
            method: request.method,
            secure: true,
            authority: "host".to_owned(),
            path_with_query: request.path,
            headers: request.headers,
            body: b"s3cr3t".to_vec(),
            secrets: Vec::new(),
            timeouts: Timeouts {
                connect: Duration::ZERO,
                first_byte: Duration::ZERO,
                between_bytes: Duration::ZERO,
                action: Duration::ZERO,
            },
            max_body: 0,
        };
        let shown = format!("{wire:?}");
        assert!(
            !shown.contains("s3cr3t") && !shown.contains("115"),
            "{shown}"
        );
    }
}
