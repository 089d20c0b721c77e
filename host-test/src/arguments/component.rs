//! Which component to run.

use std::num::NonZeroU32;
use std::path::PathBuf;

use clap::Args;
use connector_host::{ConnectorPre, Engine, HostError, Limits, Manifest, SandboxError};

use crate::build::{self, BuildError};

/// How many sandboxes a command can have at once. Most need one; a soak has more
/// callers than this, and they wait for each other.
const SANDBOXES: NonZeroU32 = NonZeroU32::new(128).unwrap();

/// Which component to run.
#[derive(Debug, Args)]
pub struct ComponentArguments {
    /// Use this component instead of building the workspace's
    #[arg(long, value_name = "FILE")]
    pub component: Option<PathBuf>,
}

/// Why there is no component to run.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub enum ComponentError {
    /// It does not build.
    Build(#[from] BuildError),
    /// It cannot be loaded.
    Host(#[from] HostError),
    /// Its manifest cannot be had.
    Sandbox(#[from] SandboxError),
}

impl ComponentArguments {
    /// The component's file, built if need be.
    ///
    /// # Errors
    ///
    /// When it does not build.
    pub fn path(&self) -> Result<PathBuf, ComponentError> {
        match &self.component {
            Some(path) => Ok(path.clone()),
            None => Ok(build::component()?.component),
        }
    }

    /// The component, ready to run.
    ///
    /// # Errors
    ///
    /// When it does not build, or cannot be loaded.
    pub fn connector(&self) -> Result<ConnectorPre, ComponentError> {
        self.connector_in(&Engine::with_sandboxes(SANDBOXES)?)
    }

    /// The component, ready to run in an engine of the caller's.
    ///
    /// # Errors
    ///
    /// As for [`ComponentArguments::connector`].
    pub fn connector_in(&self, engine: &Engine) -> Result<ConnectorPre, ComponentError> {
        let path = self.path()?;
        Ok(ConnectorPre::from_file(engine, &path, Limits::default())?)
    }

    /// What the component says about itself.
    ///
    /// # Errors
    ///
    /// When it cannot be run.
    pub async fn manifest(&self) -> Result<Manifest, ComponentError> {
        Ok(self.connector()?.manifest().await?)
    }
}
