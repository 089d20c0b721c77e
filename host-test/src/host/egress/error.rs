//! Why a request did not leave, or brought no answer: typed, in words for an
//! operator, and as the code that the component is told.

use std::io;
use std::net::IpAddr;
use std::time::Duration;

use http::Method;
use wasmtime_wasi_http::Error;

use super::origin::Origin;
use super::proxy::ProxyError;

/// What the policy does not let out. Nothing was sent, and nothing was connected
/// to.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The URL names no host, or one in a form that could mean another.
    #[error(
        "egress: {host:?} does not say plainly where to go; nothing was sent. Give a host name or \
         address alone, without a user name, escapes or a final dot"
    )]
    Address {
        /// What stands for the host.
        host: String,
    },
    /// Anybody on the way could read it.
    #[error(
        "egress: {origin} is not encrypted; nothing was sent. Give https; http is for this \
         machine itself"
    )]
    NotEncrypted {
        /// Where it was to go.
        origin: Origin,
    },
    /// The connector's own manifest does not name the host.
    #[error(
        "egress: {origin} is not in the connector's manifest ({}); nothing was sent. Give a \
         path on one of these, or set the connector's base URL",
        list(declared)
    )]
    NotDeclared {
        /// Where it was to go.
        origin: Origin,
        /// What the connector declares.
        declared: Vec<Origin>,
    },
    /// The manifest names it, and the engine does not let it.
    #[error(
        "egress: {origin} is in the connector's manifest, but this engine grants {}; nothing was \
         sent. Add a [[grant]] with this host to the engine's policy",
        list(granted)
    )]
    NotGranted {
        /// Where it was to go.
        origin: Origin,
        /// What the engine grants.
        granted: Vec<Origin>,
    },
    /// The engine does not grant this method there.
    #[error(
        "egress: {method} is not granted on {origin} ({}); nothing was sent. Add it to the \
         grant's methods (never CONNECT or TRACE)",
        list(granted)
    )]
    Method {
        /// The method.
        method: Method,
        /// Where it was to go.
        origin: Origin,
        /// The methods that are granted by name.
        granted: Vec<Method>,
    },
    /// The engine does not grant this path there.
    #[error(
        "egress: {path} is not granted on {origin} ({}); nothing was sent. Add it to the \
         grant's paths (without . and .. in it)",
        list(granted)
    )]
    Path {
        /// The path.
        path: String,
        /// Where it was to go.
        origin: Origin,
        /// The paths that are granted.
        granted: Vec<String>,
    },
    /// The token was kept for other places.
    #[error(
        "egress: the token of this connection is for {}, not for {origin}; nothing was sent. \
         Connect again with that address, if it is right",
        list(kept)
    )]
    OtherPlace {
        /// Where it was to go.
        origin: Origin,
        /// Where the token may go.
        kept: Vec<Origin>,
    },
    /// A public name that leads into a private network.
    #[error(
        "egress: {host} has the address {address}, which is not on the public internet; nothing \
         was sent. If that is meant, set private-addresses = true in its grant"
    )]
    PrivateAddress {
        /// The host.
        host: String,
        /// Its address.
        address: IpAddr,
    },
}

/// Items of a refusal, or `nothing`.
fn list<T: ToString>(items: &[T]) -> String {
    match items {
        [] => "nothing else".to_owned(),
        items => items
            .iter()
            .map(T::to_string)
            .collect::<Vec<_>>()
            .join(", "),
    }
}

/// Why there is no answer.
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
    /// The request was sent, and no answer began in time.
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

/// What is wrong with a certificate, with the way out.
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
         certificate to the trust roots (--ca FILE)"
    )]
    UnknownIssuer,
    /// Anything else.
    #[error("cannot be trusted: {0}")]
    Other(String),
}

impl EgressError {
    /// The code for the component. Those that come after the request may have
    /// been received are others than those before.
    pub(in crate::host) fn told(&self) -> Error {
        match self {
            Self::Refused(Refusal::PrivateAddress { .. }) => Error::DestinationIpProhibited,
            Self::Refused(_) => Error::HttpRequestDenied,
            Self::Lookup { .. } => Error::DnsError {
                rcode: None,
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
