//! Whatever ends a command early; each says itself what it is.

use std::io;

use connector_host::{HostError, SandboxError};
use host_test::arguments::ComponentError;
use host_test::generated_page::WriteError;

use crate::load::work::EgressSetupError;
use crate::resilience::StartError;

/// Why a command could not do its work.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub enum CommandError {
    /// There is no component to run.
    Component(#[from] ComponentError),
    /// The engine does not start.
    Host(#[from] HostError),
    /// A sandbox failed.
    Sandbox(#[from] SandboxError),
    /// The component cannot be run against a server of faults.
    Start(#[from] StartError),
    /// A page cannot be written.
    Write(#[from] WriteError),
    /// A server cannot listen.
    #[error(
        "could not listen on port {port} of 127.0.0.1: {source}; give another --port, or 0 for a free one"
    )]
    Listen {
        /// The port.
        port: u16,
        /// What the system said.
        source: io::Error,
    },
    /// Nothing can be sent to the server of a load.
    #[error("--url: {0}")]
    Egress(#[from] EgressSetupError),
    /// The server of a load does not start.
    #[error("could not start the server to call: {0}; give one that runs by --url")]
    Server(io::Error),
    /// The system gives no threads.
    #[error("--threads: could not start them: {0}; give fewer")]
    Threads(io::Error),
    /// Work on another thread was ended.
    #[error("interrupted: {0}")]
    Interrupted(#[from] tokio::task::JoinError),
}
