//! The subcommands, one file each: arguments in, text out. What they do is in
//! the other rooms.

pub mod build;
pub mod call;
mod error;
pub mod inspect;
pub mod replay;

use std::path::PathBuf;

use clap::Args;

pub use error::CommandError;

use crate::host::{self, Limits, Plugin};

/// Which component to run.
#[derive(Debug, Args)]
pub struct ComponentArguments {
    /// Use this component instead of building the workspace's
    #[arg(long, value_name = "FILE")]
    component: Option<PathBuf>,
}

impl ComponentArguments {
    /// The component's file, built if need be.
    fn path(&self) -> Result<PathBuf, CommandError> {
        match &self.component {
            Some(path) => Ok(path.clone()),
            None => Ok(crate::build::component()?.component),
        }
    }

    /// The component, ready to run.
    fn plugin(&self) -> Result<Plugin, CommandError> {
        let engine = host::engine()?;
        let component = host::load(&engine, &self.path()?)?;
        Ok(Plugin::new(&component, Limits::default())?)
    }
}
