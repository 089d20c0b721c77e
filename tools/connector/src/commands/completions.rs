//! `completions`: prints shell completions for this program.

use std::process::ExitCode;

use clap::Args;
use clap_complete::Shell;
use command_output as output;

use super::CommandError;

/// Print the completions for a shell.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    eval \"$(connector completions bash)\"\n  \
    connector completions fish > ~/.config/fish/completions/connector.fish\n\n\
    Exit status: 0 printed, 2 the command line is wrong.")]
pub struct Arguments {
    /// The shell
    shell: Shell,
}

/// Runs the command for the program that `program` describes.
///
/// # Errors
///
/// None yet.
pub fn run(arguments: &Arguments, mut program: clap::Command) -> Result<ExitCode, CommandError> {
    let name = program.get_name().to_owned();
    // Write to memory first: clap_complete panics on a closed output.
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut program, name, &mut script);
    output::text(String::from_utf8_lossy(&script));
    Ok(ExitCode::SUCCESS)
}
