//! `scan`: looks for secrets and personal data in fixtures.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use super::CommandError;
use crate::redaction;
use command_output as output;
use host_test::build::workspace;

/// Look into every file of a folder for what must not be shown.
///
/// Finds authorizations and other credentials, text that looks like a token,
/// email addresses outside of the domains for examples, phone numbers outside of
/// those for fiction, and public IP addresses: what `record` takes out. A find
/// is printed with its file and place, and never whole.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    connector scan                   the fixtures of this workspace\n  \
    connector scan my-recordings\n\n\
    Exit status: 0 nothing found, 1 something found or a file cannot be read.")]
pub struct Arguments {
    /// The folder
    #[arg(value_name = "DIR", default_value_os_t = workspace().join("fixtures"), hide_default_value = true)]
    folder: PathBuf,
}

/// Runs the command.
///
/// # Errors
///
/// When a file cannot be read.
pub fn run(arguments: &Arguments) -> Result<ExitCode, CommandError> {
    let leaks = redaction::scan(&arguments.folder)?;
    let mut file = None;
    for leak in &leaks {
        if file.replace(&leak.path) != Some(&leak.path) {
            output::line(leak.path.display());
        }
        output::line(format_args!("  {}", leak.find()));
    }
    if leaks.is_empty() {
        output::line(format_args!(
            "{}: nothing found",
            arguments.folder.display()
        ));
        return Ok(ExitCode::SUCCESS);
    }
    output::line(format_args!("\n{} found", leaks.len()));
    output::line(output::hanging(
        "",
        "put what is reserved for examples in its place: REDACTED, name@example.com, +15550100, \
         192.0.2.1",
    ));
    Ok(ExitCode::FAILURE)
}
