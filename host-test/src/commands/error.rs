//! Whatever ends a command early; each says itself what it is.

use std::path::PathBuf;

use crate::build::BuildError;
use crate::connections::{ConnectionId, NameError, RedirectError, StoreError};
use crate::fixtures::{DraftError, FixtureError, Unrepeatable};
use crate::host::egress::{PolicyError, SecretError, TrustError};
use crate::host::{HostError, InspectError, SandboxError};
use crate::load::work::WayOutError;
use crate::openapi::DescriptionError;
use crate::resilience::StartError;

/// Why a command could not do its work.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub enum CommandError {
    /// There is no component.
    Build(#[from] BuildError),
    /// The component cannot be used.
    Host(#[from] HostError),
    /// The component cannot be read.
    Inspect(#[from] InspectError),
    /// A sandbox broke off.
    Sandbox(#[from] SandboxError),
    /// The policy cannot be used.
    Policy(#[from] PolicyError),
    /// The trust roots cannot be used.
    Trust(#[from] TrustError),
    /// The access token cannot be kept from the component.
    Secret(#[from] SecretError),
    /// A connection cannot be kept or found.
    Store(#[from] StoreError),
    /// No code came back from the page where an app is authorised.
    Redirect(#[from] RedirectError),
    /// The connector's name cannot name a connection.
    #[error("the connector's manifest: {0}")]
    Name(#[from] NameError),
    /// There is no such connection.
    #[error(
        "--connection: there is no {id} {place}; `host-test connect {name}` makes it",
        name = .id.name
    )]
    NoConnection {
        /// Which was asked for.
        id: ConnectionId,
        /// Where it was looked for, as in `in the system's keyring`.
        place: String,
    },
    /// The connector takes no token.
    #[error(
        "this connector's manifest has no variable for an access token; there is nothing to connect"
    )]
    NoToken,
    /// Work beside the rest was ended.
    #[error("interrupted: {0}")]
    Interrupted(#[from] tokio::task::JoinError),
    /// A case cannot be read or written.
    Fixture(#[from] FixtureError),
    /// A recording is not written.
    Draft(#[from] DraftError),
    /// A recording cannot be replayed.
    Unrepeatable(#[from] Unrepeatable),
    /// A case is to go into a folder that is not its action's.
    #[error(
        "--out: {} is no folder for a case of {action}; give one such as fixtures/{action}/my-case",
        folder.display()
    )]
    OutFolder {
        /// What was given.
        folder: PathBuf,
        /// The action.
        action: String,
    },
    /// The input of `call` cannot be read.
    #[error("--input: could not read {}: {source}", path.display())]
    Input {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The API description cannot be used.
    Description(#[from] DescriptionError),
    /// A double cannot start.
    #[error(
        "could not listen on port {port} of 127.0.0.1: {source}; give another --port, or 0 for a free one"
    )]
    Listen {
        /// The port.
        port: u16,
        /// What the system said.
        source: std::io::Error,
    },
    /// The component cannot be run against a server of faults.
    Start(#[from] StartError),
    /// Nothing can be sent to the server of a load.
    #[error("--url: {0}")]
    WayOut(#[from] WayOutError),
    /// The server of a load does not start.
    #[error("could not start the server to call: {0}; give one that runs by --url")]
    Server(std::io::Error),
    /// The system gives no threads.
    #[error("--threads: could not start them: {0}; give fewer")]
    Threads(std::io::Error),
    /// The terminal does not answer.
    #[error("could not ask for a missing input: {0}; give it by --input")]
    Prompt(std::io::Error),
    /// No token was given.
    #[error(
        "could not read the token: {source}; give it in {variable}, or as one line of standard input"
    )]
    Token {
        /// The variable that can hold it.
        variable: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// Nobody told where the browser was sent back to.
    #[error(
        "could not read the address that the browser was sent back to: {0}; give it as one line of \
         standard input"
    )]
    WayBack(std::io::Error),
    /// A file cannot be written.
    #[error("could not write {}: {source}; make room or give write permission", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The component has no action with this id.
    #[error("{given:?} is not an action of this component; its actions are {}", known.join(", "))]
    Action {
        /// What was asked for.
        given: String,
        /// The ids there are.
        known: Vec<String>,
    },
}
