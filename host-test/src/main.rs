//! Parses the command line, calls the command, sets the exit status.

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use command_output as output;
use connector_host::printable;
use host_test::commands::{
    actions, build, catalogue, conform, describe, inspect, manifest, preview, replay,
};

/// Run a connector, one WebAssembly component, in a sandbox with recorded exchanges.
#[derive(Parser)]
#[command(
    name = "host-test",
    version,
    max_term_width = output::COLUMNS,
    after_help = "Exit status: 0 success, 1 something failed (a case, a build), 2 the command \
    line is wrong.\n\n\
                  Start with `host-test replay`: it builds the component and runs every recorded case.\n\
                  Calls to the real service, and everything else that needs a network, are in \
                  `cargo run -p connector`."
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Replay(replay::Arguments),
    Preview(preview::Arguments),
    Manifest(manifest::Arguments),
    Catalogue(catalogue::Arguments),
    Describe(describe::Arguments),
    Actions(actions::Arguments),
    Inspect(inspect::Arguments),
    Conform(conform::Arguments),
    Build(build::Arguments),
}

#[tokio::main]
async fn main() -> ExitCode {
    let done = match Cli::parse().command {
        Command::Replay(arguments) => replay::run(arguments).await,
        Command::Preview(arguments) => preview::run(arguments).await,
        Command::Manifest(arguments) => manifest::run(arguments).await,
        Command::Catalogue(arguments) => catalogue::run(arguments).await,
        Command::Describe(arguments) => describe::run(arguments).await,
        Command::Actions(arguments) => actions::run(arguments).await,
        Command::Inspect(arguments) => inspect::run(&arguments),
        Command::Conform(arguments) => conform::run(arguments).await,
        Command::Build(arguments) => build::run(&arguments),
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
