//! What a fault is: a name, where it waits for its victim, and a script of what
//! the socket does with one request after the other.

/// One way to misbehave.
#[derive(Debug)]
pub struct Fault {
    /// Its name, which is also the first segment of the paths it is met at.
    pub name: &'static str,
    /// What happens, for a person.
    pub what: &'static str,
    /// Where a request to it goes.
    pub place: Place,
    /// What a call's first request meets, its second and so on; the last step is
    /// for all further ones. Empty where no request arrives.
    pub script: &'static [Step],
}

impl Fault {
    /// What a call's request of this number, from zero, meets.
    pub(super) fn step(&self, number: u64) -> Option<&'static Step> {
        let number = usize::try_from(number).unwrap_or(usize::MAX);
        self.script.get(number).or(self.script.last())
    }
}

/// Where a request to a fault goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// To the server, by HTTP.
    Server,
    /// To a port that nobody listens on.
    ClosedPort,
    /// To a name that no resolver knows.
    NoSuchName,
    /// To the server, by HTTPS, which it does not speak.
    NoTls,
}

/// What the socket does with one request.
#[derive(Debug)]
pub enum Step {
    /// Resets the connection and has read nothing of the request.
    ResetUnread,
    /// Reads the request, and resets the connection.
    ResetRead,
    /// Reads the request, and never answers.
    Silence,
    /// Reads the request, and answers with something that is no HTTP.
    NoHttp,
    /// Reads the request, says that it will go on, and never does.
    ContinueOnly,
    /// Reads the request, and answers.
    Answer(Answer),
}

impl Step {
    /// Whether a server that behaves so may have carried a request out. A rate
    /// limit is the one answer that says it has not.
    pub(super) fn may_carry_out(&self) -> bool {
        match self {
            Self::ResetUnread => false,
            Self::Answer(answer) => answer.status != 429,
            _ => true,
        }
    }
}

/// An answer, and how it is sent.
#[derive(Debug)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The `Content-Type`.
    pub content_type: &'static str,
    /// Headers beside those of every answer.
    pub headers: &'static [Header],
    /// The body.
    pub body: Body,
    /// How it is sent.
    pub delivery: Delivery,
}

/// What Intercom calls its bodies.
pub(super) const JSON: &str = "application/json; charset=utf-8";

impl Answer {
    /// The good answer to whatever was asked.
    pub const GOOD: Self = Self {
        status: 200,
        content_type: JSON,
        headers: &[],
        body: Body::Good,
        delivery: Delivery::Whole,
    };

    /// The good answer, but for its body.
    pub const fn with(body: Body) -> Self {
        Self { body, ..Self::GOOD }
    }

    /// The good answer, sent in another way.
    pub const fn sent(delivery: Delivery) -> Self {
        Self {
            delivery,
            ..Self::GOOD
        }
    }

    /// A refusal as Intercom writes it, with this code.
    pub const fn refusal(status: u16, code: &'static str) -> Self {
        Self {
            status,
            body: Body::Refusal(code),
            ..Self::GOOD
        }
    }

    /// The rate limit's refusal, with these headers.
    pub const fn rate_limit(headers: &'static [Header]) -> Self {
        Self {
            headers,
            ..Self::refusal(429, "rate_limit_exceeded")
        }
    }
}

/// A header.
#[derive(Debug, Clone, Copy)]
pub enum Header {
    /// As it stands here.
    Is(&'static str, &'static str),
    /// `X-RateLimit-Reset`, so many seconds from now.
    ResetIn(i64),
    /// So many headers without meaning.
    Padding(usize),
}

/// A body.
#[derive(Debug, Clone, Copy)]
pub enum Body {
    /// The good answer's.
    Good,
    /// Its first half.
    Half,
    /// It, with these members before its own.
    Before(&'static str),
    /// It, about an object of this id.
    WithId(&'static str),
    /// Intercom's refusal with this code.
    Refusal(&'static str),
    /// These bytes.
    Bytes(&'static [u8]),
    /// An object that holds a list in a list, and so on, so many levels deep.
    Nested(usize),
    /// An object, and then white space up to so many bytes.
    Long(u64),
}

/// How an answer is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivery {
    /// As it should be, with its length.
    Whole,
    /// As it should be, in chunks.
    Chunked,
    /// After `100 Continue`, which nobody asked for.
    AfterContinue,
    /// With a length that is larger than the body; the connection is closed
    /// after it.
    AnnouncedLonger,
    /// With a length of half the body.
    AnnouncedShorter,
    /// In chunks, the second of which has no size.
    BadChunk,
    /// Up to the middle of the body; then the connection is reset.
    ResetHalfway,
    /// The head byte by byte, and never whole.
    SlowHead,
    /// Half of the body, and then nothing more.
    StalledBody,
    /// Half of the body, and then byte by byte, never whole.
    SlowBody,
}
