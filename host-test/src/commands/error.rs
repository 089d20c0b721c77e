//! Errors that end a command early; each message stands alone.

use connector_cases::FixtureError;
use connector_host::manifest::UnknownAction;
use connector_host::{HostError, SandboxError};

use crate::arguments::{ActionsFileError, ComponentError, EnvironmentError, InputError};
use crate::build::BuildError;
use crate::conform::SubjectError;
use crate::inspect::InspectError;

/// Why a command could not do its work.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub enum CommandError {
    /// There is no component to run.
    Component(#[from] ComponentError),
    /// The component cannot be read.
    Inspect(#[from] InspectError),
    /// A case cannot be read or written.
    Fixture(#[from] FixtureError),
    /// The input cannot be read.
    Input(#[from] InputError),
    /// A variable is misspelled, or the file of actions cannot be read.
    Environment(#[from] EnvironmentError),
    /// The file of actions to check cannot be read.
    #[error("actions check: {0}")]
    Actions(#[from] ActionsFileError),
    /// The component cannot be checked.
    Subject(#[from] SubjectError),
    /// The component has no such action.
    #[error("--schema: {0}")]
    UnknownAction(#[from] UnknownAction),
}

impl From<BuildError> for CommandError {
    fn from(error: BuildError) -> Self {
        Self::Component(error.into())
    }
}

impl From<HostError> for CommandError {
    fn from(error: HostError) -> Self {
        Self::Component(error.into())
    }
}

impl From<SandboxError> for CommandError {
    fn from(error: SandboxError) -> Self {
        Self::Component(error.into())
    }
}
