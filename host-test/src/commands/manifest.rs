//! `manifest`: prints a component's manifest, or the schemas of its actions.

use std::process::ExitCode;

use clap::{Args, ValueEnum};
use connector_host::schema::Audience;

use super::{CommandError, offline, print_json};
use crate::arguments::{ComponentArguments, EnvironmentArguments};
use crate::schemas;

/// Print the component's manifest as JSON.
///
/// It lists the actions with their inputs and outputs, including custom actions, the hosts that
/// the component reaches and the environment variables that it reads. `catalogue` lists the
/// other actions of the API.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    host-test manifest\n  \
    host-test manifest --schema                  every action's schemas, by id\n  \
    host-test manifest --schema create-contact   only this action's\n  \
    host-test manifest --schema --for agent      for language models, short\n  \
    host-test manifest --actions vip.json        with custom actions\n\n\
    Exit status: 0 printed, 1 there is no component or no such action, 2 the command line is wrong.")]
pub struct Arguments {
    /// Print the JSON Schemas (2020-12) of the inputs and outputs of each action, or of this
    /// action
    #[arg(long, value_name = "ACTION", num_args = 0..=1)]
    schema: Option<Option<String>>,
    /// The reader of the schemas
    #[arg(long = "for", value_name = "WHOM", value_enum, default_value_t = Whom::Form, requires = "schema")]
    audience: Whom,
    #[command(flatten)]
    environment: EnvironmentArguments,
    #[command(flatten)]
    component: ComponentArguments,
}

/// The reader of schemas.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Whom {
    /// Forms: everything that an action accepts, with titles, examples and placeholders
    Form,
    /// Language models: one type and one format for each input, in few bytes
    Agent,
}

/// Runs the command.
///
/// # Errors
///
/// When the component cannot be run, or has no such action.
pub async fn run(arguments: Arguments) -> Result<ExitCode, CommandError> {
    let mut sandbox = offline::sandbox(&arguments.component, &arguments.environment).await?;
    let manifest = sandbox.manifest().await?;
    let audience = match arguments.audience {
        Whom::Form => Audience::Form,
        Whom::Agent => Audience::Agent,
    };
    match arguments.schema {
        None => print_json(&manifest),
        Some(None) => print_json(&schemas::of_manifest(&manifest, audience)),
        Some(Some(id)) => print_json(&schemas::of_action(manifest.known_action(&id)?, audience)),
    }
    Ok(ExitCode::SUCCESS)
}
