//! Runs connectors: WebAssembly components of the `workflow:plugin` contract, each action in a
//! wasmtime sandbox with limits. It works for any service, and has no network of its own.
//!
//! # A whole program
//!
//! ```no_run
#![doc = include_str!("../examples/embed.rs")]
//! ```
//!
//! - [`ConnectorPre::manifest`] and [`Sandbox::preview`] describe a connector and the
//!   requests that an action would send; neither needs a network.
//! - [`DenyAll`] refuses every request. `connector-egress` has a [`Transport`] with allowed
//!   hosts, a pooled client, and secrets that never enter the sandbox; or write your own: its
//!   one method is that of wasmtime's `WasiHttpHooks`.
//! - [`Sandbox::parts`] returns the instance for your own bindings, for typed actions.
//! - [`Sandbox::receive`] reads a webhook, [`Sandbox::matches`] matches an event with a
//!   workflow's inputs, [`Sandbox::poll`] polls for events.
//! - [`Session`] runs several actions of one tenant in one sandbox.
//! - An action's error says whether to retry. [`SandboxError`] is the host's: the sandbox
//!   trapped, or exceeded a limit.
//!
//! # Limits and defaults
//!
//! | Limit | Default | Where to set it |
//! |---|---|---|
//! | sandboxes that exist at once, over all connectors of an engine; a further one waits | 1024 | [`Engine::with_sandboxes`] |
//! | linear memory of a sandbox | 64 MiB, also the maximum | [`Limits::memory_bytes`] |
//! | CPU time of an action; waiting does not count | 5 s, checked every 10 ms | [`Limits::cpu`] |
//! | wall-clock time of an action, including waiting; not for typed actions | 300 s | [`Limits::wall`] |
//! | actions in a sandbox | 1 | [`Session::new`] |
//! | environment variables of a sandbox | those passed to it | [`ConnectorPre::sandbox`] |
//! | requests, bodies, streams and headers that a sandbox holds at once | 256 | fixed |
//! | core instances, memories and tables of a component | 8, 1 and 4 | fixed |
//! | imports of a component | `wasi:http/types` and `outgoing-handler`, `wasi:io`, `wasi:cli/environment`, `wasi:clocks/monotonic-clock` | fixed |
//!
//! # Modules, outermost first; each depends only on those below
//!
//! - [`Session`]: sandboxes that serve several actions.
//! - [`ConnectorPre`]: a connector, compiled and linked.
//! - [`Sandbox`]: one instance, and its calls.
//! - `state`, `hooks`, `limits`: a sandbox's data in the host.
//! - [`Transport`]: the hook for the network.
//! - [`load`], [`Engine`]: the cache of compiled components, and the pool of sandboxes.
//! - [`schema`]: JSON Schemas of an action's inputs and outputs, for forms and agents.
//! - [`manifest`], [`explain`]: a connector's descriptions and errors, for programs and people;
//!   [`manifest::Signature`] signs and verifies webhooks.
//! - [`bindings`]: the contract, generated from WIT.
//! - [`printable`], [`atomic`]: text that cannot control a terminal, and files that are
//!   never half written.

pub mod atomic;
pub mod bindings;
mod cache;
mod caret;
mod connector_pre;
mod engine;
mod error;
mod explain;
mod hooks;
mod limits;
pub mod manifest;
pub mod printable;
mod sandbox;
pub mod schema;
mod session;
mod signature;
mod state;
mod transport;

pub use bindings::plugin::HttpRequest as PreviewedRequest;
pub use cache::load;
pub use connector_pre::ConnectorPre;
pub use engine::Engine;
pub use error::{HostError, SandboxError};
pub use explain::{explain, explain_input, reason_name, underlined};
pub use limits::Limits;
pub use manifest::Manifest;
pub use sandbox::{Environment, Sandbox};
pub use session::Session;
pub use transport::{
    Connection, DenyAll, ResponseFuture, Transport, TransportError, TransportErrorSource,
    TransportResponse,
};
