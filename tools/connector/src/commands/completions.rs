//! `completions`: prints what a shell needs to complete this program's commands.

use std::io;
use std::process::ExitCode;

use clap::Args;
use clap_complete::Shell;

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
/// None so far.
pub fn run(arguments: &Arguments, mut program: clap::Command) -> Result<ExitCode, CommandError> {
    let name = program.get_name().to_owned();
    clap_complete::generate(arguments.shell, &mut program, name, &mut io::stdout());
    Ok(ExitCode::SUCCESS)
}
