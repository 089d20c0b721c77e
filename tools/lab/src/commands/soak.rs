//! `soak`: many calls at once under random faults, for a while.

use std::process::ExitCode;
use std::time::Duration;

use clap::Args;

use super::CommandError;
use crate::resilience::{Plan, soak};
use connector_host::printable;
use host_test::arguments::ComponentArguments;

/// Run all actions, many at once, against a server that misbehaves at random.
///
/// The server is on the loopback, is killed in the middle and brought back, and
/// ends with the command; nothing is sent anywhere else. Every call must end in a
/// result or an error of its action, no write may be received twice, and in the
/// end memory, descriptors and sandboxes must be what they were.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    lab soak\n  \
    lab soak --for 10m --in-flight 64 --seed 7\n\n\
    Exit status: 0 all held, 1 something did not, 2 the command line is wrong.")]
pub struct Arguments {
    /// How long to begin calls, such as 60s
    #[arg(long = "for", value_name = "TIME", value_parser = humantime::parse_duration, default_value = "60s")]
    time: Duration,
    /// How many calls at once; those that find no sandbox free wait for one
    #[arg(long, value_name = "N", default_value_t = 256)]
    in_flight: usize,
    /// What actions and faults are drawn by; another one each time without it
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    #[command(flatten)]
    component: ComponentArguments,
}

/// Runs the command.
///
/// # Errors
///
/// When the component cannot be run or the server cannot listen.
pub async fn run(arguments: Arguments) -> Result<ExitCode, CommandError> {
    let plugin = arguments.component.connector()?;
    let manifest = plugin.manifest().await?;
    let plan = Plan {
        time: arguments.time,
        in_flight: arguments.in_flight,
        // Without random bytes any seed will do.
        seed: arguments
            .seed
            .unwrap_or_else(|| getrandom::u64().unwrap_or_default()),
    };
    let figures = soak(plugin, manifest, plan).await?;
    println!("{}", printable::lines(&figures.to_string()));
    Ok(match figures.broken().is_empty() {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    })
}
