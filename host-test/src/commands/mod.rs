//! The subcommands, one file each: arguments in, text out. What they do is in
//! the other rooms.

mod action;
pub mod bench;
pub mod build;
pub mod call;
pub mod completions;
pub mod connect;
pub mod docs;
mod duration;
mod egress;
mod error;
pub mod faults;
mod host;
pub mod inspect;
pub mod manifest;
pub mod preview;
pub mod record;
pub mod replay;
pub mod sbom;
pub mod scan;
pub mod serve_double;
pub mod soak;
mod written;

use std::num::NonZeroU32;
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use serde::Serialize;

pub use action::{ActionArguments, RunArguments};
pub use egress::EgressArguments;
pub use error::CommandError;
pub use host::HostArguments;

use crate::host::manifest::Action;
use crate::host::{Closed, Engine, Environment, Limits, Manifest, Plugin, load, with_sandboxes};

/// How many sandboxes a command can have at once. Most need one; the soak has more
/// callers than this, and they wait for each other.
const SANDBOXES: NonZeroU32 = NonZeroU32::new(128).unwrap();

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
        self.plugin_in(&with_sandboxes(SANDBOXES)?)
    }

    /// The component, ready to run in an engine of one's own.
    fn plugin_in(&self, engine: &Engine) -> Result<Plugin, CommandError> {
        let component = load(engine, &self.path()?)?;
        Ok(Plugin::new(engine, &component, Limits::default())?)
    }

    /// What the component says about itself.
    async fn manifest(&self) -> Result<Manifest, CommandError> {
        manifest_of(&self.plugin()?).await
    }
}

/// What a component says about itself: in a sandbox with nothing set, since a
/// manifest depends on nothing.
async fn manifest_of(plugin: &Plugin) -> Result<Manifest, CommandError> {
    let mut sandbox = plugin
        .sandbox(&Environment::new(), Arc::new(Closed))
        .await?;
    Ok(sandbox.manifest().await?)
}

/// The action with this id, or an error that names those there are.
fn action<'a>(manifest: &'a Manifest, id: &str) -> Result<&'a Action, CommandError> {
    manifest.action(id).ok_or_else(|| CommandError::Action {
        given: id.to_owned(),
        known: manifest
            .actions
            .iter()
            .map(|action| action.id.clone())
            .collect(),
    })
}

/// Runs what blocks, such as a keyring that asks its owner, beside the rest.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, CommandError> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(CommandError::Interrupted)
}

/// Prints indented JSON.
fn print_json(value: &impl Serialize) {
    match serde_json::to_string_pretty(value) {
        Ok(text) => println!("{text}"),
        Err(error) => eprintln!("{error}"),
    }
}
