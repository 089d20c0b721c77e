//! Arguments that select the component.

use std::num::NonZeroU32;
use std::path::PathBuf;

use clap::Args;
use connector_host::{ConnectorPre, Engine, HostError, Limits, Manifest, SandboxError};

use crate::build::{self, BuildError};

/// Maximum number of concurrent sandboxes of a command. Most need one; a soak has more callers
/// than this, which wait for a free one.
const SANDBOXES: NonZeroU32 = NonZeroU32::new(128).unwrap();

/// The component to run.
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
    /// Its manifest cannot be read.
    Sandbox(#[from] SandboxError),
}

impl ComponentArguments {
    /// The component's file, built if needed.
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

    /// The component, ready to run in the caller's engine.
    ///
    /// # Errors
    ///
    /// As for [`ComponentArguments::connector`].
    pub fn connector_in(&self, engine: &Engine) -> Result<ConnectorPre, ComponentError> {
        let path = self.path()?;
        Ok(ConnectorPre::from_file(engine, &path, Limits::default())?)
    }

    /// The component's manifest.
    ///
    /// # Errors
    ///
    /// When it cannot be run.
    pub async fn manifest(&self) -> Result<Manifest, ComponentError> {
        Ok(self.connector()?.manifest().await?)
    }
}
