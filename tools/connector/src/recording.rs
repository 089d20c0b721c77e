//! A recorded run: the inputs and the exchanges.

use std::fmt;

use connector_cases::Fault;
use connector_host::Environment;

/// Header names with their values, in order.
pub type Headers = Vec<(String, String)>;

/// The source of a case. It may contain secrets and personal data until it is redacted.
#[derive(Clone, PartialEq)]
pub struct Recording {
    /// The component's variables.
    pub environment: Environment,
    /// The action's input, unparsed.
    pub input: String,
    /// The exchanges, in order.
    pub exchanges: Vec<RecordedExchange>,
}

/// One request with its response or error.
#[derive(Clone, PartialEq)]
pub struct RecordedExchange {
    /// When the request was sent: ISO 8601, UTC.
    pub started: String,
    /// How long the exchange took, in milliseconds.
    pub milliseconds: u64,
    /// The method in capitals.
    pub method: String,
    /// The absolute URL.
    pub url: String,
    /// The request's headers.
    pub request_headers: Headers,
    /// The request's body, if it is text.
    pub request_body: Option<String>,
    /// The status; 0 without a response.
    pub status: u16,
    /// The response's headers.
    pub response_headers: Headers,
    /// The response's body; empty if it is not text.
    pub response_body: String,
    /// The failure before or inside the response.
    pub fault: Option<Fault>,
}

impl RecordedExchange {
    /// Whether the request was sent.
    pub(super) fn was_sent(&self) -> bool {
        !self.fault.is_some_and(Fault::precedes_request)
    }

    /// Whether another exchange has the same request.
    pub(super) fn asks_the_same(&self, other: &Self) -> bool {
        self.method == other.method
            && self.url == other.url
            && self.request_body == other.request_body
    }
}

impl fmt::Debug for Recording {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recording")
            .field("exchanges", &self.exchanges)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for RecordedExchange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} … {}", self.method, self.status)
    }
}

/// A body as text. Other bodies are images, archives or compressed, which redaction can't
/// inspect, so they become empty. Text that is cut off inside a character keeps the part before
/// it.
pub(super) fn body_text(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(error) if error.error_len().is_none() => {
            let whole = bytes.get(..error.valid_up_to()).unwrap_or_default();
            String::from_utf8_lossy(whole).into_owned()
        }
        Err(_) => String::new(),
    }
}
