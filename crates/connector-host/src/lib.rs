//! Runs connectors: WebAssembly components of the `workflow:plugin` contract,
//! each action in a wasmtime sandbox with bounds. It knows no particular service.
//!
//! # Embedding
//!
//! ```no_run
#![doc = include_str!("../examples/embed.rs")]
//! ```
//!
//! [`DenyAll`] lets no request out. What an engine puts there decides where a
//! connector may go: `connector-egress` has a policy, secrets that never enter the
//! sandbox, and a pooled client; any [`Transport`] of your own will do.
//!
//! # Limits and defaults
//!
//! | What | Default | Where |
//! |---|---|---|
//! | sandboxes alive at once, of all connectors of an engine; further ones wait | 1024 | [`Engine::with_sandboxes`] |
//! | linear memory of a sandbox | 64 MiB, which is also the most | [`Limits::memory_bytes`] |
//! | CPU time of an action; waiting does not count | 5 s | [`Limits::cpu`] |
//! | wall time of an action, waiting included | 300 s | [`Limits::wall`] |
//! | actions in a sandbox | 1, or as many as a session says | [`ConnectorPre::sandbox`], [`Session::new`] |
//! | what a sandbox may import | `wasi:http` (outgoing), `wasi:io`, `wasi:cli/environment`, `wasi:clocks/monotonic-clock` | fixed |
//! | environment variables it sees | those it is given | [`ConnectorPre::sandbox`] |
//!
//! # Modules, outermost first; each depends only on those below
//!
//! - [`Session`]: sandboxes that serve several actions.
//! - [`ConnectorPre`]: a connector, compiled and linked.
//! - [`Sandbox`]: one instance, and the calls of it.
//! - `state`, `hooks`, `limits`: what a sandbox holds on the host's side.
//! - [`Transport`]: the hook for the network.
//! - [`load`], [`Engine`]: the component cache, and the pool of sandboxes.
//! - [`manifest`], [`explain`]: what a connector says, for programs and people.
//! - [`bindings`]: the contract, generated from WIT.
//! - [`printable`], [`atomic`]: text that cannot steer a terminal, and files that
//!   are never half written.

pub mod atomic;
pub mod bindings;
mod cache;
mod connector_pre;
mod engine;
mod error;
mod explain;
mod hooks;
mod limits;
pub mod manifest;
pub mod printable;
mod sandbox;
mod session;
mod state;
mod transport;

pub use bindings::plugin::HttpRequest as PreviewedRequest;
pub use cache::load;
pub use connector_pre::ConnectorPre;
pub use engine::Engine;
pub use error::{HostError, SandboxError};
pub use explain::{explain, reason_name};
pub use limits::Limits;
pub use manifest::Manifest;
pub use sandbox::{Environment, Sandbox};
pub use session::Session;
pub use transport::{
    Connection, DenyAll, ResponseFuture, Transport, TransportError, TransportErrorSource,
    TransportResponse,
};
