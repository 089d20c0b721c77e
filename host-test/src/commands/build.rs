//! `build`: makes the component and says where it is.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use super::CommandError;
use crate::build;
use command_output as output;

/// Build the component and print where it is.
///
/// Compiles the connector for wasm32-unknown-unknown and wraps it as a
/// component. The other commands do this by themselves for the workspace's own;
/// give them another one's file with --component.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
                        host-test build                          target/intercom.wasm\n  \
                        host-test build host-test/guests/echo    target/echo.wasm there\n  \
                        host-test build engines/webhook --plug target/intercom.wasm\n\n\
                        Exit status: 0 built or up to date, 1 it does not build.")]
pub struct Arguments {
    /// The folder of another connector's crate; its component gets the folder's
    /// name
    folder: Option<PathBuf>,
    /// A component's file; what it exports replaces those imports
    #[arg(long, value_name = "FILE", requires = "folder")]
    plug: Option<PathBuf>,
}

/// Runs the command.
///
/// # Errors
///
/// When the component does not build.
pub fn run(arguments: &Arguments) -> Result<ExitCode, CommandError> {
    let built = match &arguments.folder {
        None => build::component()?,
        Some(folder) => {
            // Made absolute, so that `.` has a name too.
            let folder = std::path::absolute(folder).unwrap_or_else(|_| folder.clone());
            let name = folder.file_name().unwrap_or_default().to_string_lossy();
            let name = format!("{name}.wasm");
            match &arguments.plug {
                None => build::connector(&folder, &name)?,
                Some(plug) => build::plugged(&folder, &name, plug)?,
            }
        }
    };
    output::line(built.component.display());
    Ok(ExitCode::SUCCESS)
}
