//! Parses the command line, calls the command, sets the exit status.

use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};
use command_output as output;
use connector::commands::{
    call, completions, connect, docs, listen, mcp, playground, record, release, sbom, scan,
};
use connector::logging::Logging;
use connector_host::printable;

/// Call a connector's actions, connect it to a workspace, and record cases.
#[derive(Parser)]
#[command(
    name = "connector",
    version,
    max_term_width = output::COLUMNS,
    after_help = "Exit status: 0 success, 1 something failed (an action, a build), 2 the command \
    line is wrong.\n\n\
                  Start with `connector connect`: it asks for an access token, checks it and stores it; \
                  then `connector call test-connection`."
)]
struct Cli {
    #[command(flatten)]
    logging: Logging,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Call(call::Arguments),
    Connect(connect::Arguments),
    Listen(listen::Arguments),
    Record(record::Arguments),
    Scan(scan::Arguments),
    Playground(playground::Arguments),
    Mcp(mcp::Arguments),
    Docs(docs::Arguments),
    Sbom(sbom::Arguments),
    Release(release::Arguments),
    Completions(completions::Arguments),
}

/// The exit status that clap uses.
const WRONG_COMMAND_LINE: u8 = 2;

#[tokio::main]
async fn main() -> ExitCode {
    let cli = Cli::parse();
    // Dropped at the end of `main`, which exports the remaining spans.
    let _logged = match cli.logging.start() {
        Ok(logged) => logged,
        Err(error) => {
            output::error_line(format_args!("{error}"));
            return ExitCode::from(WRONG_COMMAND_LINE);
        }
    };
    let done = match cli.command {
        Command::Call(arguments) => call::run(arguments).await,
        Command::Connect(arguments) => connect::run(arguments).await,
        Command::Listen(arguments) => listen::run(arguments).await,
        Command::Record(arguments) => record::run(arguments).await,
        Command::Scan(arguments) => scan::run(&arguments),
        Command::Playground(arguments) => playground::run(arguments).await,
        Command::Mcp(arguments) => mcp::run(arguments).await,
        Command::Docs(arguments) => docs::run(arguments).await,
        Command::Sbom(arguments) => sbom::run(&arguments),
        Command::Release(arguments) => release::run(arguments).await,
        Command::Completions(arguments) => completions::run(&arguments, Cli::command()),
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
