//! `docs`: writes the reference page, or checks the one that is there.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use super::written::Written;
use super::{CommandError, ComponentArguments};
use crate::build::workspace;
use crate::render::page;

/// Write the reference page from the component's manifest.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    host-test docs           after a change of wit/\n  \
    host-test docs --check   in CI\n\n\
    Exit status: 0 written or up to date, 1 --check found another page, 2 the command line is wrong.")]
pub struct Arguments {
    /// Write nothing; fail if the page is not what would be written
    #[arg(long)]
    check: bool,
    /// The page's file
    #[arg(long, value_name = "FILE", default_value_os_t = workspace().join("docs").join("reference.md"), hide_default_value = true)]
    output: PathBuf,
    #[command(flatten)]
    component: ComponentArguments,
}

/// Runs the command.
///
/// # Errors
///
/// When the component cannot be run or the page cannot be written.
pub async fn run(arguments: Arguments) -> Result<ExitCode, CommandError> {
    let written = Written {
        command: "docs",
        path: arguments.output,
        text: page(&arguments.component.manifest().await?),
    };
    match arguments.check {
        true => Ok(written.check()),
        false => written.write(),
    }
}
