//! Why a request was not sent, or got no response: typed, in words for an operator,
//! and as the code that the component gets.

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
    /// The host's name leads nowhere.
    #[error("egress: {origin} was not found: {source}; check the name and this machine's DNS")]
    Lookup {
        /// Where it was to go.
        origin: Origin,
        /// What the resolver said.
        source: io::Error,
    },
    /// Nobody took the connection.
    #[error(
        "egress: no connection to {origin}: {source}; nothing was sent. Check that it runs there and \
         that this machine's network leads to it"
    )]
    Connect {
        /// Where it was to go.
        origin: Origin,
        /// What the system said.
        source: io::Error,
    },
    /// The operator's proxy let nothing through.
    #[error("egress: {origin} was not reached, nothing was sent: {source}")]
    Proxy {
        /// Where it was to go.
        origin: Origin,
        /// Why.
        source: ProxyError,
    },
    /// Connecting, looking up and encrypting took too long.
    #[error(
        "egress: no connection to {origin} within {limit:?}; nothing was sent. Check the network, or \
         allow more time for connecting"
    )]
    ConnectTimeout {
        /// Where it was to go.
        origin: Origin,
        /// How long it might take.
        limit: Duration,
    },
    /// The other end is not who it should be.
    #[error("egress: the certificate of {origin} {problem}; nothing was sent")]
    Certificate {
        /// Where it was to go.
        origin: Origin,
        /// What is wrong with the certificate.
        problem: CertificateProblem,
    },
    /// No secure connection came about.
    #[error(
        "egress: TLS with {origin} failed: {detail}; nothing was sent. Check that the port speaks \
         HTTPS"
    )]
    Tls {
        /// Where it was to go.
        origin: Origin,
        /// What went wrong.
        detail: String,
    },
    /// The request was sent, and no response began in time.
    #[error(
        "egress: no answer from {origin} within {limit:?}; it may have been carried out. Allow more \
         time for the first byte"
    )]
    FirstByteTimeout {
        /// Where it went.
        origin: Origin,
        /// How long it might take.
        limit: Duration,
    },
    /// The connection closed, or what came was no HTTP.
    #[error(
        "egress: the exchange with {origin} broke: {detail}; it may have been carried out. Try again \
         if it only reads"
    )]
    Exchange {
        /// Where it went.
        origin: Origin,
        /// Whether the connection closed, rather than carried something odd.
        closed: bool,
        /// What went wrong.
        detail: String,
    },
}

/// What is wrong with a certificate, with a hint.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CertificateProblem {
    /// It names other hosts.
    #[error("is for another name; check the address")]
    OtherName,
    /// Its time is over.
    #[error("has expired; its owner must renew it, unless this machine's clock is wrong")]
    Expired,
    /// Its time has not begun.
    #[error("is not valid yet; check this machine's clock")]
    NotYetValid,
    /// Nobody trusted has signed it.
    #[error(
        "is signed by nobody whom this machine trusts; if it should be, add the authority's \
         certificate to the trust roots"
    )]
    UnknownIssuer,
    /// Anything else.
    #[error("cannot be trusted: {0}")]
    Other(String),
}

/// Whether the system's resolver says that there is no such name, rather than that
/// it does not know: glibc's and musl's words, and those of macOS and Windows. The
/// library keeps the code itself to itself. Other resolvers say `NotFound`.
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
    /// The code for the component. Requests that may have been received
    /// and those that were not have different codes.
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
