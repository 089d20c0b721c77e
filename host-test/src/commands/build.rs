//! `build`: makes the component and says where it is.

use std::process::ExitCode;

use clap::Args;

use super::CommandError;

/// Build the component and print where it is.
///
/// Compiles the connector for wasm32-unknown-unknown and wraps it as a
/// component. The other commands do this by themselves.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  host-test build\n\n\
                        Exit status: 0 built or up to date, 1 it does not build.")]
pub struct Arguments {}

/// Runs the command.
///
/// # Errors
///
/// When the component does not build.
pub fn run(_arguments: &Arguments) -> Result<ExitCode, CommandError> {
    println!("{}", crate::build::component()?.component.display());
    Ok(ExitCode::SUCCESS)
}
