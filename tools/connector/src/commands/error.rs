//! Errors that end a command early; each message stands alone.

use std::path::PathBuf;

use connector_cases::FixtureError;
use connector_egress::{PolicyError, SecretError, TrustError};
use connector_host::manifest::UnknownAction;
use connector_host::{HostError, SandboxError};
use host_test::arguments::{ComponentError, EnvironmentError, InputError};
use host_test::build::BuildError;
use host_test::generated_page::WriteError;

use crate::connections::{ConnectionId, NameError, RedirectError, StoreError};
use crate::listen::{self, OutboxError, PollerError, ReceiverError};
use crate::mcp::http::ListenError;
use crate::mcp::{ExposureError, GuideError};
use crate::playground::{PageError, ServeError};
use crate::record::{DraftError, Unrepeatable};
use crate::release::{ContentsError, FolderError, PackageError};

/// Why a command could not do its work.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub enum CommandError {
    /// There is no component to run.
    Component(#[from] ComponentError),
    /// The component does not build.
    Build(#[from] BuildError),
    /// The component cannot be loaded.
    Host(#[from] HostError),
    /// The sandbox failed.
    Sandbox(#[from] SandboxError),
    /// The policy cannot be used.
    Policy(#[from] PolicyError),
    /// The trust roots cannot be used.
    #[error("--ca: {0}")]
    Trust(#[from] TrustError),
    /// The access token cannot be kept from the component.
    Secret(#[from] SecretError),
    /// A connection cannot be stored or found.
    Store(#[from] StoreError),
    /// The authorization page returned no code.
    Redirect(#[from] RedirectError),
    /// The connector's name cannot name a connection.
    #[error("the connector's manifest: {0}")]
    Name(#[from] NameError),
    /// There is no such connection.
    #[error(
        "--connection: there is no {id} {place}; `connector connect {name}` makes it",
        name = .id.name
    )]
    NoConnection {
        /// The requested connection.
        id: ConnectionId,
        /// Where it was searched, as in `in the system's keyring`.
        place: String,
    },
    /// The connector has no token.
    #[error(
        "this connector's manifest has no variable for an access token; there is nothing to connect"
    )]
    NoToken,
    /// Concurrent work was aborted.
    #[error("interrupted: {0}")]
    Interrupted(#[from] tokio::task::JoinError),
    /// A case cannot be read or written.
    Fixture(#[from] FixtureError),
    /// A recording is not written.
    Draft(#[from] DraftError),
    /// A recording cannot be replayed.
    Unrepeatable(#[from] Unrepeatable),
    /// The case's folder is not its action's.
    #[error(
        "--out: {} is not a folder for a case of {action}; give one such as \
         fixtures/{action}/my-case",
        folder.display()
    )]
    OutFolder {
        /// The given folder.
        folder: PathBuf,
        /// The action.
        action: String,
    },
    /// A variable is misspelled, or the file of actions cannot be read.
    Environment(#[from] EnvironmentError),
    /// The input cannot be read.
    Input(#[from] InputError),
    /// The terminal cannot be read.
    #[error("could not ask for a missing input: {0}; give it by --input")]
    Prompt(std::io::Error),
    /// No token was given.
    #[error(
        "could not read the token: {source}; give it in {variable}, or as one line of standard input"
    )]
    Token {
        /// The variable that can contain it.
        variable: String,
        /// The system's error.
        source: std::io::Error,
    },
    /// The redirect address was not given.
    #[error(
        "could not read the address that the browser was redirected to: {0}; give it as one line \
         of \
         standard input"
    )]
    RedirectInput(std::io::Error),
    /// The component has no such action.
    UnknownAction(#[from] UnknownAction),
    /// The playground cannot be built.
    Page(#[from] PageError),
    /// The playground cannot be served.
    Serve(#[from] ServeError),
    /// The rules of what agents may call contradict the component.
    Exposure(#[from] ExposureError),
    /// A guide for agents cannot be read.
    Guide(#[from] GuideError),
    /// Agents cannot be served.
    Listen(#[from] ListenError),
    /// Webhooks cannot be listened for.
    Webhooks(#[from] listen::ListenError),
    /// What stops it cannot be caught.
    #[error("could not catch Ctrl-C: {0}")]
    Signal(std::io::Error),
    /// Webhooks cannot be received.
    Receive(#[from] ReceiverError),
    /// A trigger cannot be polled.
    Poll(#[from] PollerError),
    /// Events cannot be passed on.
    Forward(#[from] OutboxError),
    /// The folder of a release is not empty, or cannot be written.
    Folder(#[from] FolderError),
    /// A file of a release cannot be made.
    Contents(#[from] ContentsError),
    /// A package of a release cannot be made.
    Package(#[from] PackageError),
    /// A page cannot be written.
    Write(#[from] WriteError),
}
