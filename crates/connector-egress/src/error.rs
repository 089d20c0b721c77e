//! Errors of requests: typed, as text for an operator, and as the code for the component.

use std::io;
use std::time::Duration;

use connector_host::TransportError;
use wasmtime_wasi_http::Error;

use crate::origin::Origin;
use crate::proxy::ProxyError;
use crate::refusal::Refusal;

/// Why there is no response.
#[derive(Debug, thiserror::Error)]
pub enum EgressError {
    /// The policy refused the request.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The host's name does not resolve.
    #[error("egress: {origin} was not found: {source}; check the name and this machine's DNS")]
    Lookup {
        /// The origin.
        origin: Origin,
        /// The resolver's error.
        source: io::Error,
    },
    /// The connection failed.
    #[error(
        "egress: no connection to {origin}: {source}; nothing was sent. Check that the service \
         runs there and that this machine's network reaches it"
    )]
    Connect {
        /// The origin.
        origin: Origin,
        /// The system's error.
        source: io::Error,
    },
    /// The operator's proxy failed or refused.
    #[error("egress: {origin} was not reached, nothing was sent: {source}")]
    Proxy {
        /// The origin.
        origin: Origin,
        /// The proxy's error.
        source: ProxyError,
    },
    /// Resolving, connecting and TLS took too long.
    #[error(
        "egress: no connection to {origin} within {limit:?}; nothing was sent. Check the network, or \
         allow more time for connecting"
    )]
    ConnectTimeout {
        /// The origin.
        origin: Origin,
        /// The limit.
        limit: Duration,
    },
    /// The server's certificate is invalid.
    #[error("egress: the certificate of {origin} {problem}; nothing was sent")]
    Certificate {
        /// The origin.
        origin: Origin,
        /// The problem of the certificate.
        problem: CertificateProblem,
    },
    /// The TLS connection failed.
    #[error(
        "egress: TLS with {origin} failed: {detail}; nothing was sent. Check that the port speaks \
         HTTPS"
    )]
    Tls {
        /// The origin.
        origin: Origin,
        /// The error.
        detail: String,
    },
    /// The request was sent, but no response began in time.
    #[error(
        "egress: no response from {origin} within {limit:?}; the request may have been executed. \
         Allow \
         more time for the first byte"
    )]
    FirstByteTimeout {
        /// The origin.
        origin: Origin,
        /// The limit.
        limit: Duration,
    },
    /// The connection was closed, or the response is not HTTP.
    #[error(
        "egress: the exchange with {origin} failed: {detail}; the request may have been \
         executed. Retry \
         it if it only reads"
    )]
    Exchange {
        /// The origin.
        origin: Origin,
        /// Whether the connection was closed; otherwise the response is malformed.
        closed: bool,
        /// The error.
        detail: String,
    },
}

/// The problem of a certificate, with a hint.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CertificateProblem {
    /// It is for other hosts.
    #[error("is for another name; check the address")]
    OtherName,
    /// It has expired.
    #[error("has expired; its owner must renew it, unless this machine's clock is wrong")]
    Expired,
    /// It is not valid yet.
    #[error("is not valid yet; check this machine's clock")]
    NotYetValid,
    /// No trusted authority has signed it.
    #[error(
        "is not signed by an authority that this machine trusts; if you trust it, add the \
         authority's certificate to the trust roots"
    )]
    UnknownIssuer,
    /// Anything else.
    #[error("cannot be trusted: {0}")]
    Other(String),
}

/// Whether the system's resolver says that the name does not exist: the messages of glibc, musl,
/// macOS and Windows, since the standard library does not return the code. Other resolvers
/// return `NotFound`.
fn is_unknown(error: &io::Error) -> bool {
    let said = error.to_string();
    let words = [
        "Name or service not known",
        "Name does not resolve",
        "nodename nor servname provided",
        "No such host is known",
    ];
    error.kind() == io::ErrorKind::NotFound || words.iter().any(|words| said.contains(words))
}

impl From<EgressError> for TransportError {
    fn from(error: EgressError) -> Self {
        Self {
            code: error.code(),
            source: Some(error.into()),
        }
    }
}

impl EgressError {
    /// The code for the component. It says whether the request may have been received.
    pub(crate) fn code(&self) -> Error {
        match self {
            Self::Refused(Refusal::PrivateAddress { .. }) => Error::DestinationIpProhibited,
            Self::Refused(_) => Error::HttpRequestDenied,
            Self::Lookup { source, .. } => Error::DnsError {
                rcode: is_unknown(source).then(|| "NXDOMAIN".to_owned()),
                info_code: None,
            },
            Self::Connect { source, .. } => match source.kind() {
                io::ErrorKind::NetworkUnreachable | io::ErrorKind::HostUnreachable => {
                    Error::DestinationIpUnroutable
                }
                io::ErrorKind::TimedOut => Error::ConnectionTimeout,
                io::ErrorKind::ConnectionRefused => Error::ConnectionRefused,
                _ => Error::DestinationUnavailable,
            },
            Self::Proxy { .. } => Error::DestinationUnavailable,
            Self::ConnectTimeout { .. } => Error::ConnectionTimeout,
            Self::Certificate { .. } => Error::TlsCertificateError,
            Self::Tls { .. } => Error::TlsProtocolError,
            Self::FirstByteTimeout { .. } => Error::ConnectionReadTimeout,
            Self::Exchange { closed: true, .. } => Error::ConnectionTerminated,
            Self::Exchange { closed: false, .. } => Error::HttpProtocolError,
        }
    }
}
