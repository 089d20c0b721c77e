//! `manifest`: prints what a component offers, or the schemas of its inputs.

use std::process::ExitCode;

use clap::Args;
use connector_host::Manifest;
use serde_json::{Map, Value};

use super::{CommandError, print_json};
use crate::arguments::ComponentArguments;
use crate::render::schema;

/// Print what the component offers and what it needs, as JSON.
///
/// Actions with their inputs and outputs, the hosts that it reaches and the
/// environment variables that it reads, as the component itself tells them.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    host-test manifest\n  \
    host-test manifest --schema                  every action's schema, by id\n  \
    host-test manifest --schema create-contact   this one's schema\n\n\
    Exit status: 0 printed, 1 there is no component or no such action, 2 the command line is wrong.")]
pub struct Arguments {
    /// Print the JSON Schema (2020-12) of each action's input, or of this
    /// action's
    #[arg(long, value_name = "ACTION", num_args = 0..=1)]
    schema: Option<Option<String>>,
    #[command(flatten)]
    component: ComponentArguments,
}

/// Runs the command.
///
/// # Errors
///
/// When the component cannot be run, or has no such action.
pub async fn run(arguments: Arguments) -> Result<ExitCode, CommandError> {
    let manifest = arguments.component.manifest().await?;
    match arguments.schema {
        None => print_json(&manifest),
        Some(None) => print_json(&schemas(&manifest)),
        Some(Some(id)) => print_json(&schema(manifest.known_action(&id)?)),
    }
    Ok(ExitCode::SUCCESS)
}

fn schemas(manifest: &Manifest) -> Map<String, Value> {
    let schemas = manifest.actions.iter();
    schemas
        .map(|action| (action.id.clone(), schema(action)))
        .collect()
}
