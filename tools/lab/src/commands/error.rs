//! Why a command ends early.

use std::io;

use connector_host::{HostError, SandboxError};
use host_test::arguments::ComponentError;
use host_test::generated_page::WriteError;

use crate::egress::EgressSetupError;
use crate::resilience::StartError;

/// Why a command ends early.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub enum CommandError {
    /// The component cannot be built or loaded.
    Component(#[from] ComponentError),
    /// The engine does not start.
    Host(#[from] HostError),
    /// A sandbox failed.
    Sandbox(#[from] SandboxError),
    /// The component cannot be run under faults.
    Start(#[from] StartError),
    /// A page cannot be written.
    Write(#[from] WriteError),
    /// A server cannot listen.
    #[error(
        "--port: could not listen on 127.0.0.1:{port}: {source}; give another port, or 0 for a free one"
    )]
    Listen {
        /// The port.
        port: u16,
        /// The system's error.
        source: io::Error,
    },
    /// The server of a load may not be reached.
    #[error("--url: {0}")]
    Egress(#[from] EgressSetupError),
    /// The server of a load does not start.
    #[error("could not start the server: {0}; start `lab serve` and give its URL as --url")]
    Server(io::Error),
    /// Threads cannot be started.
    #[error("--threads: could not start them: {0}; give fewer")]
    Threads(io::Error),
    /// A task was cancelled.
    #[error("interrupted: {0}")]
    Interrupted(#[from] tokio::task::JoinError),
}
