//! A sandbox for calls that send nothing.

use std::sync::Arc;

use command_output as output;
use connector_host::bindings::types::InputProblem;
use connector_host::{DenyAll, Sandbox, printable};

use super::CommandError;
use crate::arguments::{ComponentArguments, EnvironmentArguments};

/// The component in a sandbox with its variables and no network. Prints the problems of custom
/// actions; these actions are then missing.
pub async fn sandbox(
    component: &ComponentArguments,
    environment: &EnvironmentArguments,
) -> Result<Sandbox, CommandError> {
    let connector = component.connector()?;
    let environment = environment.read(&connector.manifest().await?)?;
    let mut sandbox = connector.sandbox(&environment, Arc::new(DenyAll)).await?;
    for problem in sandbox.problems().await? {
        output::error_line(problem_line(&problem.field, &problem));
    }
    Ok(sandbox)
}

/// A problem on one line, after its place.
pub fn problem_line(place: &str, problem: &InputProblem) -> String {
    let hint = problem.hint.as_ref().map(|hint| format!("; {hint}"));
    let hint = hint.unwrap_or_default();
    printable::line(&format!("{place}: {}{hint}", problem.message))
}
