//! What an engine would take over: run a component's actions, each in a fresh
//! sandbox. It knows nothing of Intercom and nothing of fixtures.

pub mod bindings;
mod cache;
pub mod egress;
mod engine;
mod error;
mod explain;
mod hooks;
mod inspect;
mod limits;
pub mod manifest;
mod plugin;
mod sandbox;
mod session;
mod state;
mod transport;

pub use bindings::plugin::HttpRequest as PreviewedRequest;
pub use cache::load;
pub use engine::{Engine, engine, with_config, with_sandboxes};
pub use error::{HostError, SandboxError};
pub use explain::{explain, reason_name};
pub use inspect::{Action, Input, InspectError, Inspection, inspect};
pub use limits::Limits;
pub use manifest::Manifest;
pub use plugin::Plugin;
pub use sandbox::{Environment, Sandbox};
pub use session::Session;
pub use transport::{Answer, Answering, Closed, Connection, Transport, TransportError};
