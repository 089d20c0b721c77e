//! Requests and responses as values, and the trait that carries them.

use super::path::UNRESERVED;
use super::secret::Secret;
use super::timeouts::{Phase, Timeouts};
use percent_encoding::utf8_percent_encode;
use serde_json::Value;
use std::fmt;

/// An HTTP method that Intercom's API uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are HTTP's")]
pub enum Method {
    Get,
    Head,
    Post,
    Put,
    Patch,
    Delete,
}

impl Method {
    /// All of them, in the order in which errors list them.
    pub const ALL: [Self; 6] = [
        Self::Get,
        Self::Head,
        Self::Post,
        Self::Put,
        Self::Patch,
        Self::Delete,
    ];

    /// The name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Head => "HEAD",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }

    /// What repeating a request of this method does, by HTTP's own rules.
    pub fn effect(self) -> Effect {
        match self {
            Self::Get | Self::Head => Effect::Read,
            Self::Put | Self::Delete => Effect::WriteIdempotent,
            Self::Post | Self::Patch => Effect::WriteOnce,
        }
    }
}

/// What repeating a request does to the workspace, from harmless to harmful.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effect {
    /// Changes nothing.
    Read,
    /// Repeating it leaves the same result.
    WriteIdempotent,
    /// Repeating it may do the thing twice.
    WriteOnce,
}

/// A request to Intercom, before the settings add host, token and version. Its
/// `Debug` leaves out headers and body, which may hold secrets.
#[derive(Clone, PartialEq)]
pub struct Request {
    /// The method.
    pub method: Method,
    /// The path from the host on, encoded, beginning with a slash.
    pub path: String,
    /// The query parameters.
    pub query: Query,
    /// Headers beyond those of every request; these win over them.
    pub headers: Vec<(String, String)>,
    /// The JSON body.
    pub body: Option<Value>,
    /// The fields of the body that are secrets: no preview shows them, no error
    /// repeats them.
    pub secrets: &'static [&'static str],
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
            secrets: &[],
        }
    }

    /// Adds the body.
    #[must_use]
    pub fn with_body(mut self, body: impl Into<Value>) -> Self {
        self.body = Some(body.into());
        self
    }

    /// Says which fields of the body are secrets.
    #[must_use]
    pub fn with_secrets(mut self, fields: &'static [&'static str]) -> Self {
        self.secrets = fields;
        self
    }

    /// The secrets in the body.
    pub fn secret_texts(&self) -> impl Iterator<Item = Secret> {
        let field = |name: &&str| self.body.as_ref()?.get(name)?.as_str();
        self.secrets.iter().filter_map(field).map(Secret::new)
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
    /// The query with its question mark, or nothing where it is empty.
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

/// A request as it goes over the wire. Its `Debug` leaves out headers and body,
/// which hold secrets.
#[derive(Clone, PartialEq, Eq)]
pub struct WireRequest {
    /// The method.
    pub method: Method,
    /// Whether the connection is encrypted: `https` or `http`.
    pub secure: bool,
    /// Host, and port where it is not the scheme's own.
    pub authority: String,
    /// Path and query, encoded.
    pub path_with_query: String,
    /// All headers but those of the transport itself.
    pub headers: Vec<(String, String)>,
    /// The body, empty where there is none.
    pub body: Vec<u8>,
    /// The fields of the body that are secrets.
    pub secrets: &'static [&'static str],
    /// How long each phase may take; of the action, what is left of its time.
    pub timeouts: Timeouts,
    /// The most bytes of an answer's body to take.
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

/// Headers of an answer. Names compare without case.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Headers(pub Vec<(String, String)>);

impl Headers {
    /// The headers of an answer that anything here reads, in lower case. A
    /// transport brings no others.
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

    /// The first header of a name.
    pub fn get(&self, name: &str) -> Option<&str> {
        let (_, value) = self.0.iter().find(|(n, _)| n.eq_ignore_ascii_case(name))?;
        Some(value)
    }
}

/// An answer as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    /// The HTTP status.
    pub status: u16,
    /// The headers of [`Headers::READ`] that came.
    pub headers: Headers,
    /// The body, as far as it came.
    pub body: Vec<u8>,
    /// Why the body is not whole, where it is not.
    pub cut: Option<BodyCut>,
}

/// Why a body ended early; reads as what follows `cannot be read,`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BodyCut {
    /// The connection broke; what the transport said.
    Broken(String),
    /// The next piece took too long.
    TimedOut(Phase),
    /// The body was larger than this many bytes.
    TooLarge(usize),
}

impl fmt::Display for BodyCut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Broken(detail) => write!(f, "the connection broke within it: {detail}"),
            Self::TimedOut(_) => f.write_str("no more of it came in time"),
            Self::TooLarge(limit) => write!(f, "it is larger than {limit} bytes"),
        }
    }
}

/// Why no answer came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SendError {
    /// What happened.
    pub kind: SendErrorKind,
    /// Whether Intercom may have received the request.
    pub maybe_received: bool,
    /// What the transport said, for a person.
    pub detail: String,
}

/// What kept an answer from coming.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SendErrorKind {
    /// No connection, or a broken one.
    Network,
    /// A phase took too long.
    Timeout(Phase),
    /// The host does not allow the request.
    Denied,
    /// The host can't send such a request, and never will.
    Unsendable,
}

/// Carries one request and brings its answer.
pub trait Transport {
    /// Sends a request and waits for the whole answer, within its time-outs.
    /// Follows no redirects and repeats nothing.
    ///
    /// # Errors
    /// No answer came.
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
            secrets: &[],
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
