//! Parses the command line, calls the command, sets the exit status.

use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};
use host_test::commands::{
    bench, build, call, completions, connect, docs, faults, inspect, manifest, preview, record,
    replay, sbom, scan, serve_double, soak,
};
use host_test::logging::Logging;
use host_test::printable;

/// Runs the Intercom connector, one WebAssembly component, in a sandbox.
#[derive(Parser)]
#[command(
    name = "host-test",
    version,
    after_help = "Exit status: 0 all went well, 1 something failed (a case, an action, a build), \
                  2 the command line is wrong.\n\n\
                  Start with `host-test replay`: it builds the component and runs every recorded case."
)]
struct Cli {
    #[command(flatten)]
    logging: Logging,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Replay(replay::Arguments),
    Call(call::Arguments),
    Connect(connect::Arguments),
    Preview(preview::Arguments),
    Record(record::Arguments),
    Sbom(sbom::Arguments),
    Scan(scan::Arguments),
    Inspect(inspect::Arguments),
    Manifest(manifest::Arguments),
    Docs(docs::Arguments),
    ServeDouble(serve_double::Arguments),
    Faults(faults::Arguments),
    Soak(soak::Arguments),
    Bench(bench::Arguments),
    Build(build::Arguments),
    Completions(completions::Arguments),
}

/// The status that clap itself ends with.
const WRONG_COMMAND_LINE: u8 = 2;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() -> ExitCode {
    let cli = Cli::parse();
    // Kept to the end, when what is left of it is sent.
    let _logged = match cli.logging.start() {
        Ok(logged) => logged,
        Err(error) => {
            eprintln!("{error}");
            return ExitCode::from(WRONG_COMMAND_LINE);
        }
    };
    let done = match cli.command {
        Command::Replay(arguments) => replay::run(arguments).await,
        Command::Call(arguments) => call::run(arguments).await,
        Command::Connect(arguments) => connect::run(arguments).await,
        Command::Preview(arguments) => preview::run(arguments).await,
        Command::Record(arguments) => record::run(arguments).await,
        Command::Sbom(arguments) => sbom::run(&arguments),
        Command::Scan(arguments) => scan::run(&arguments),
        Command::Inspect(arguments) => inspect::run(&arguments),
        Command::Manifest(arguments) => manifest::run(arguments).await,
        Command::Docs(arguments) => docs::run(arguments).await,
        Command::ServeDouble(arguments) => serve_double::run(arguments).await,
        Command::Faults(arguments) => faults::run(arguments).await,
        Command::Soak(arguments) => soak::run(arguments).await,
        Command::Bench(arguments) => bench::run(arguments).await,
        Command::Build(arguments) => build::run(&arguments),
        Command::Completions(arguments) => completions::run(&arguments, Cli::command()),
    };
    match done {
        Ok(status) => status,
        Err(error) => {
            eprintln!("{}", printable::lines(&error.to_string()));
            ExitCode::FAILURE
        }
    }
}
