//! `scan`: looks for secrets and personal data in fixtures.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use super::CommandError;
use crate::redaction;
use command_output as output;
use host_test::build::workspace;

/// Scan all files of a folder for secrets and personal data.
///
/// Finds authorizations and other credentials, text that looks like a token, email addresses
/// outside of example domains, phone numbers outside of the fictional ranges, and public IP
/// addresses: everything that `record` replaces. A finding is printed with its file and place,
/// and only in part.
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
        "replace it with values reserved for examples: REDACTED, name@example.com, +15550100, \
         192.0.2.1",
    ));
    Ok(ExitCode::FAILURE)
}
