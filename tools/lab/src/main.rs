//! Parses the command line, calls the command, sets the exit status.

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use command_output as output;
use connector_host::printable;
use lab::commands::{bench, deliver, faults, serve, soak};

/// Measures the connector, and tests it under network faults.
#[derive(Parser)]
#[command(
    name = "lab",
    version,
    max_term_width = output::COLUMNS,
    after_help = "Exit status: 0 success, 1 something failed (a call, a build), 2 the command line \
                  is wrong."
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Faults(faults::Arguments),
    Soak(soak::Arguments),
    Bench(bench::Arguments),
    Serve(serve::Arguments),
    Deliver(deliver::Arguments),
}

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() -> ExitCode {
    let done = match Cli::parse().command {
        Command::Faults(arguments) => faults::run(arguments).await,
        Command::Soak(arguments) => soak::run(arguments).await,
        Command::Bench(arguments) => bench::run(arguments).await,
        Command::Serve(arguments) => serve::run(arguments).await,
        Command::Deliver(arguments) => deliver::run(arguments).await,
    };
    match done {
        Ok(status) => status,
        Err(error) => {
            output::error_line(printable::lines(&error.to_string()));
            ExitCode::FAILURE
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn help_fits_a_terminal() {
        test_support::command_line::assert_help_fits(&super::Cli::command());
    }
}
