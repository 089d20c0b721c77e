//! What the policy refuses, in words for an operator.

use std::net::IpAddr;

use http::Method;

use crate::origin::Origin;

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
    /// The connection would not be encrypted.
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
