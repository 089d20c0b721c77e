//! Refusals of the policy, as text for an operator.

use std::net::IpAddr;

use http::Method;

use crate::origin::Origin;

/// A request that the policy refuses. Nothing was sent, and no connection was made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The URL has no host, or an ambiguous one.
    #[error(
        "egress: {host:?} is not an unambiguous host; nothing was sent. Give only a host name or \
         address, without a user name, escapes or a final dot"
    )]
    Address {
        /// The host's text.
        host: String,
    },
    /// The connection would not be encrypted.
    #[error(
        "egress: {origin} is not encrypted; nothing was sent. Give https; http is for \
         loopback only"
    )]
    NotEncrypted {
        /// The origin.
        origin: Origin,
    },
    /// The connector's manifest does not declare the host.
    #[error(
        "egress: {origin} is not in the connector's manifest ({}); nothing was sent. Use a \
         host of the manifest, or set the connector's base URL",
        list(declared)
    )]
    NotDeclared {
        /// The origin.
        origin: Origin,
        /// The declared hosts.
        declared: Vec<Origin>,
    },
    /// The manifest declares the host, but the engine does not grant it.
    #[error(
        "egress: {origin} is in the connector's manifest, but this engine grants {}; nothing was \
         sent. Add a [[grant]] with this host to the engine's policy",
        list(granted)
    )]
    NotGranted {
        /// The origin.
        origin: Origin,
        /// The granted hosts.
        granted: Vec<Origin>,
    },
    /// The engine does not grant this method.
    #[error(
        "egress: {method} is not granted on {origin} ({}); nothing was sent. Add it to the \
         grant's methods (never CONNECT or TRACE)",
        list(granted)
    )]
    Method {
        /// The method.
        method: Method,
        /// The origin.
        origin: Origin,
        /// The granted methods.
        granted: Vec<Method>,
    },
    /// The engine does not grant this path.
    #[error(
        "egress: {path} is not granted on {origin} ({}); nothing was sent. Add it to the \
         grant's paths (without . and .. in it)",
        list(granted)
    )]
    Path {
        /// The path.
        path: String,
        /// The origin.
        origin: Origin,
        /// The granted paths.
        granted: Vec<String>,
    },
    /// The token belongs to other origins.
    #[error(
        "egress: the token of this connection is for {}, not for {origin}; nothing was sent. \
         Connect again with that address, if it is correct",
        list(kept)
    )]
    OtherPlace {
        /// The origin.
        origin: Origin,
        /// The token's origins.
        kept: Vec<Origin>,
    },
    /// A public name that resolves to a private address.
    #[error(
        "egress: {host} has the address {address}, which is not on the public internet; nothing \
         was sent. If that is intended, set private-addresses = true in its grant"
    )]
    PrivateAddress {
        /// The host.
        host: String,
        /// Its address.
        address: IpAddr,
    },
}

/// The items of a list, or `nothing`.
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
