//! `inspect`: prints a component's metadata.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use command_output as output;
use connector_host::HostError;

use super::CommandError;
use crate::arguments::ComponentArguments;
use crate::inspect::{Action, inspect};

/// Print the component's metadata, imports, exports, size, and actions with their inputs.
///
/// Everything is read from the component's file. The imports are all that the component can
/// reach.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    host-test inspect\n  \
    host-test inspect --component target/intercom.wasm\n\n\
    Exit status: 0 printed, 1 the component does not build or the file is invalid.")]
pub struct Arguments {
    #[command(flatten)]
    component: ComponentArguments,
}

/// Runs the command.
///
/// # Errors
///
/// When there is no component to read.
pub fn run(arguments: &Arguments) -> Result<ExitCode, CommandError> {
    let (path, core_module) = files(&arguments.component)?;
    let bytes = read(&path)?;
    let inspection = inspect(&bytes)?;
    output::line(path.display());
    output::line(format_args!("\npackage"));
    for (name, fact) in &inspection.facts {
        output::line(output::hanging(&format!("  {name:<12} "), fact));
    }
    output::line(format_args!("\nsize\n  component    {} bytes", bytes.len()));
    if let Some(module) = core_module {
        output::line(format_args!(
            "  core module  {} bytes",
            read(&module)?.len()
        ));
    }
    list("imports", &inspection.imports);
    list("exports", &inspection.exports);
    output::line(format_args!("\nactions (? is optional)"));
    inspection.actions.iter().for_each(print_action);
    Ok(ExitCode::SUCCESS)
}

/// The component, and its core module if it was built here.
fn files(component: &ComponentArguments) -> Result<(PathBuf, Option<PathBuf>), CommandError> {
    match &component.component {
        Some(path) => Ok((path.clone(), None)),
        None => {
            let built = crate::build::component()?;
            Ok((built.component, Some(built.core_module)))
        }
    }
}

fn read(path: &Path) -> Result<Vec<u8>, HostError> {
    std::fs::read(path).map_err(|source| HostError::Read {
        path: path.to_owned(),
        source,
    })
}

fn list(title: &str, names: &[String]) {
    output::line(format_args!("\n{title}"));
    for name in names {
        output::line(format_args!("  {name}"));
    }
}

fn print_action(action: &Action) {
    output::line(format_args!("  {} ({})", action.name, action.interface));
    for input in &action.inputs {
        let mark = if input.optional { "?" } else { "" };
        output::line(format_args!("    {}{mark}: {}", input.name, input.kind));
    }
}
