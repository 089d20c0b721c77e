//! Faults: a name, an endpoint, and a script of what the socket does with each
//! request of a call.

/// One way to misbehave.
#[derive(Debug)]
pub struct Fault {
    /// The name, which is also the first segment of its paths.
    pub name: &'static str,
    /// What happens, in a few words.
    pub description: &'static str,
    /// Where its requests go.
    pub endpoint: Endpoint,
    /// One step for each request of a call; the last one applies to all further
    /// requests. Empty if no request arrives.
    pub script: &'static [Step],
}

impl Fault {
    /// The step for a request of a call, numbered from zero.
    pub(super) fn step(&self, number: u64) -> Option<&'static Step> {
        let number = usize::try_from(number).unwrap_or(usize::MAX);
        self.script.get(number).or(self.script.last())
    }
}

/// Where the requests of a fault go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Endpoint {
    /// To the server, by HTTP.
    Server,
    /// To a closed port.
    ClosedPort,
    /// To a host name that does not exist.
    UnknownHost,
    /// To the server, by HTTPS, which it does not support.
    NoTls,
}

/// What the socket does with one request.
#[derive(Debug)]
pub enum Step {
    /// Resets the connection before reading the request.
    ResetUnread,
    /// Reads the request, then resets the connection.
    ResetRead,
    /// Reads the request, then sends nothing.
    Silence,
    /// Reads the request, then sends something that is not HTTP.
    NotHttp,
    /// Reads the request, then sends `100 Continue` and nothing after it.
    ContinueOnly,
    /// Reads the request, then responds.
    Respond(Response),
}

impl Step {
    /// Whether such a server may have executed the request. Of all responses, only 429 says that
    /// it did not.
    pub(super) fn may_take_effect(&self) -> bool {
        match self {
            Self::ResetUnread => false,
            Self::Respond(response) => response.status != 429,
            _ => true,
        }
    }
}

/// A response, and how it is sent.
#[derive(Debug)]
pub struct Response {
    /// The status.
    pub status: u16,
    /// The `Content-Type`.
    pub content_type: &'static str,
    /// Additional headers.
    pub headers: &'static [Header],
    /// The body.
    pub body: Body,
    /// How it is sent.
    pub delivery: Delivery,
}

/// The `Content-Type` of Intercom's bodies.
pub(super) const JSON: &str = "application/json; charset=utf-8";

impl Response {
    /// A valid response to any request.
    pub const VALID: Self = Self {
        status: 200,
        content_type: JSON,
        headers: &[],
        body: Body::Valid,
        delivery: Delivery::Whole,
    };

    /// The valid response with another body.
    pub const fn with_body(body: Body) -> Self {
        Self {
            body,
            ..Self::VALID
        }
    }

    /// The valid response, sent in another way.
    pub const fn with_delivery(delivery: Delivery) -> Self {
        Self {
            delivery,
            ..Self::VALID
        }
    }

    /// An error in Intercom's format.
    pub const fn error(status: u16, code: &'static str) -> Self {
        Self {
            status,
            body: Body::Error(code),
            ..Self::VALID
        }
    }

    /// A rate limit error with these headers.
    pub const fn rate_limit(headers: &'static [Header]) -> Self {
        Self {
            headers,
            ..Self::error(429, "rate_limit_exceeded")
        }
    }
}

/// One or more headers.
#[derive(Debug, Clone, Copy)]
pub enum Header {
    /// This name and value.
    Literal(&'static str, &'static str),
    /// `X-RateLimit-Reset`, this many seconds from now.
    ResetIn(i64),
    /// This many meaningless headers.
    Padding(usize),
}

/// A body.
#[derive(Debug, Clone, Copy)]
pub enum Body {
    /// The valid body for the request.
    Valid,
    /// The first half of the valid body.
    Half,
    /// The valid body, with these members before its own.
    Prefixed(&'static str),
    /// The valid body, with this id.
    WithId(&'static str),
    /// Intercom's error with this code.
    Error(&'static str),
    /// These bytes.
    Bytes(&'static [u8]),
    /// An object with lists nested this many levels deep.
    Nested(usize),
    /// The valid body, padded with spaces to this many bytes.
    Padded(u64),
}

/// How a response is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivery {
    /// Correctly, with its length.
    Whole,
    /// Correctly, in chunks.
    Chunked,
    /// After an unrequested `100 Continue`.
    AfterContinue,
    /// With a `Content-Length` larger than the body; then the connection is closed.
    LengthTooLarge,
    /// With a `Content-Length` of half the body.
    LengthTooSmall,
    /// In chunks; the second one has no size.
    BadChunk,
    /// Half of the body; then the connection is reset.
    ResetHalfway,
    /// The head byte by byte, without end.
    SlowHead,
    /// Half of the body, then nothing.
    StalledBody,
    /// Half of the body, then byte by byte without end.
    SlowBody,
}
