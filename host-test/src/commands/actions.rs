//! `actions check`: parses a document of actions as the component does.

use std::process::ExitCode;
use std::sync::Arc;

use clap::{Args, Subcommand};
use command_output as output;
use connector_host::manifest::{ActionSummary, CatalogueQuery};
use connector_host::{DenyAll, Environment};

use super::CommandError;
use super::offline::problem_line;
use crate::arguments::{ACTIONS, ActionsFile, ComponentArguments, EnvironmentError};
use crate::render;

/// Work on custom actions.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  \
    host-test actions check tag-as-vip.json\n\n\
    Exit status: 0 all actions can be read, 1 there are problems, 2 the command line is wrong.")]
pub struct Arguments {
    #[command(subcommand)]
    command: ActionsCommand,
}

#[derive(Debug, Subcommand)]
enum ActionsCommand {
    Check(Check),
}

/// Check a document of custom actions: print its problems, or the actions that it defines.
///
/// The document has the format of WORKFLOW_ACTIONS: an OpenAPI document, or a list of documents.
/// docs/custom-actions.md describes it.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    host-test actions check tag-as-vip.json\n  \
    host-test preview tag-as-vip --actions tag-as-vip.json   preview it\n\n\
    Exit status: 0 all actions can be read, 1 there are problems, 2 the command line is wrong.")]
struct Check {
    /// The document's file
    #[arg(value_name = "FILE")]
    file: ActionsFile,
    #[command(flatten)]
    component: ComponentArguments,
}

/// Runs the command.
///
/// # Errors
///
/// When the file cannot be read, or the component cannot be run or reads no custom actions.
pub async fn run(arguments: Arguments) -> Result<ExitCode, CommandError> {
    let ActionsCommand::Check(Check { file, component }) = arguments.command;
    let document = file.read()?;
    let connector = component.connector()?;
    let manifest = connector.manifest().await?;
    if !manifest.variables.iter().any(|known| known.name == ACTIONS) {
        return Err(EnvironmentError::NoActions.into());
    }
    let environment = Environment::from([(ACTIONS.to_owned(), document)]);
    let mut sandbox = connector.sandbox(&environment, Arc::new(DenyAll)).await?;
    let problems = sandbox.problems().await?;
    if !problems.is_empty() {
        for problem in &problems {
            output::error_line(problem_line(&file.to_string(), problem));
        }
        return Ok(ExitCode::FAILURE);
    }
    let all = sandbox.catalogue(CatalogueQuery::default()).await?;
    let built_in = connector.catalogue(CatalogueQuery::default()).await?;
    let is_defined = |action: &ActionSummary| !built_in.iter().any(|other| other.id == action.id);
    let defined: Vec<_> = all.into_iter().filter(is_defined).collect();
    match defined.is_empty() {
        true => output::line(format_args!("{file} defines no action")),
        false => output::text(render::table(&defined)),
    }
    Ok(ExitCode::SUCCESS)
}
