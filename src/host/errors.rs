//! Classifies the error codes of `wasi:http`: the kind, and whether the request may have been
//! received.

use crate::api::{Phase, SendError, SendErrorKind};
use wasi::http::types::{ErrorCode, HeaderError};

/// Maximum length of a host's own message: some send a whole backtrace.
const DETAIL_BYTES: usize = 500;

/// The DNS response code for a name that does not exist.
const NO_SUCH_NAME: &str = "NXDOMAIN";

/// Converts an error of the outgoing handler. Unless an error certainly precedes the request,
/// the request may have been received: a write is then not retried.
pub fn from_code(code: ErrorCode) -> SendError {
    use ErrorCode as E;
    use SendErrorKind::{Denied, Network, Timeout, UnknownHost, Unsendable, Untrusted};
    let (kind, maybe_received, detail) = match code {
        E::DnsTimeout => (
            Timeout(Phase::Connect),
            false,
            "the host name was not resolved in time".to_owned(),
        ),
        E::DnsError(dns) => {
            let rcode = dns.rcode.unwrap_or_default();
            let kind = match rcode.eq_ignore_ascii_case(NO_SUCH_NAME) {
                true => UnknownHost,
                // Most hosts return the same for a resolver that does not respond.
                false => Network,
            };
            let code = match rcode.as_str() {
                "" => String::new(),
                rcode => format!(": {rcode}"),
            };
            (kind, false, format!("the host name was not found{code}"))
        }
        E::DestinationNotFound => (UnknownHost, false, "the host was not found".to_owned()),
        E::DestinationUnavailable => (Network, false, "the host is unavailable".to_owned()),
        E::DestinationIpProhibited => (Denied, false, "its address is not allowed".to_owned()),
        E::DestinationIpUnroutable => (Network, false, "its address has no route".to_owned()),
        E::ConnectionRefused => (Network, false, "connection refused".to_owned()),
        // Some hosts, including jco, use this for an open connection without a response: the
        // request may have been received.
        E::ConnectionTimeout => (
            Timeout(Phase::Connect),
            true,
            "connection timeout".to_owned(),
        ),
        E::ConnectionLimitReached => (
            Network,
            false,
            "the engine has too many connections".to_owned(),
        ),
        E::TlsProtocolError => (Network, false, "TLS failed".to_owned()),
        E::TlsCertificateError => (
            Untrusted,
            false,
            "the host's certificate is not trusted".to_owned(),
        ),
        E::HttpRequestDenied => (Denied, false, "request denied".to_owned()),
        E::HttpRequestUriInvalid => (Unsendable, false, "the address is not valid".to_owned()),
        E::HttpRequestUriTooLong => (Unsendable, false, "the address is too long".to_owned()),
        E::ConnectionTerminated => (
            Network,
            true,
            "connection closed before the response".to_owned(),
        ),
        E::ConnectionReadTimeout | E::HttpResponseTimeout => (
            Timeout(Phase::FirstByte),
            true,
            "response timeout".to_owned(),
        ),
        E::ConnectionWriteTimeout => (
            Timeout(Phase::FirstByte),
            true,
            "the request was not accepted in time".to_owned(),
        ),
        E::HttpResponseIncomplete => (Network, true, "the response was cut off".to_owned()),
        E::InternalError(Some(detail)) if detail.len() <= DETAIL_BYTES => (Network, true, detail),
        E::HttpProtocolError => (
            Network,
            true,
            "connection closed, or the response is not HTTP".to_owned(),
        ),
        E::LoopDetected => (Network, true, "a proxy loop".to_owned()),
        // Rare codes are not worth the code size.
        _ => (Network, true, "the exchange failed".to_owned()),
    };
    SendError {
        kind,
        maybe_received,
        detail,
    }
}

/// A header that the host refuses. Nothing was sent.
pub fn from_header(name: &str, error: HeaderError) -> SendError {
    let why = match error {
        HeaderError::InvalidSyntax => "its text is invalid in a header",
        HeaderError::Forbidden => "the host sets it itself",
        HeaderError::Immutable => "the host does not let it change",
    };
    let detail = format!("the host refused the header {name}: {why}");
    SendError {
        kind: SendErrorKind::Unsendable,
        maybe_received: false,
        detail,
    }
}
