//! `docs`: writes the reference page, or checks the one that is there.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use super::{CommandError, ComponentArguments};
use crate::atomic;
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
    let page = page(&arguments.component.manifest().await?);
    let path = arguments.output;
    if !arguments.check {
        if let Err(source) = atomic::write(&path, page.as_bytes()) {
            return Err(CommandError::Write { path, source });
        }
        return Ok(ExitCode::SUCCESS);
    }
    // A page that can't be read is none.
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    if found == page {
        return Ok(ExitCode::SUCCESS);
    }
    eprintln!(
        "docs: {} is not what the manifest says, {}; write it again with `host-test docs`",
        path.display(),
        first_difference(&found, &page)
    );
    Ok(ExitCode::FAILURE)
}

/// The first line that differs.
fn first_difference(found: &str, wanted: &str) -> String {
    let (mut found, mut wanted) = (found.lines(), wanted.lines());
    for number in 1.. {
        let (has, wants) = (found.next(), wanted.next());
        if has != wants || has.is_none() {
            let [has, wants] = [has, wants].map(|line| line.unwrap_or("the end"));
            return format!("line {number} is {has:?} and should be {wants:?}");
        }
    }
    String::new()
}
