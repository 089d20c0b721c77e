//! `docs`: writes the reference page, or checks the one that is there.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use super::CommandError;
use crate::reference_page;
use host_test::arguments::ComponentArguments;
use host_test::build::workspace;
use host_test::generated_page::GeneratedPage;

/// Write the reference page from the component's manifest.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    connector docs           after a change of wit/\n  \
    connector docs --check   in CI\n\n\
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
    let page = GeneratedPage {
        command: "cargo run -p connector -- docs",
        path: arguments.output,
        text: reference_page(&arguments.component.manifest().await?),
    };
    match arguments.check {
        true => Ok(page.check()),
        false => Ok(page.write()?),
    }
}
