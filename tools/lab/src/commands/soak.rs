//! `soak`: runs concurrent calls under random faults, for a given time.

use std::process::ExitCode;
use std::time::Duration;

use clap::Args;
use command_output as output;

use super::CommandError;
use crate::resilience::{Plan, soak};
use connector_host::printable;
use host_test::arguments::ComponentArguments;

/// Run random actions concurrently against a server with random faults.
///
/// The server is on loopback, is killed halfway and restarted, and ends with the
/// command; nothing is sent anywhere else. Every call must end with a result or an
/// error of its action, no write may be received twice, and at the end no memory,
/// descriptor or sandbox may have leaked.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    lab soak\n  \
    lab soak --for 10m --in-flight 64 --seed 7\n\n\
    Exit status: 0 every guarantee held, 1 one did not, 2 the command line is wrong.")]
pub struct Arguments {
    /// How long to start calls, such as 10m
    #[arg(long = "for", value_name = "TIME", value_parser = humantime::parse_duration, default_value = "60s")]
    time: Duration,
    /// The number of calls in flight; without a free sandbox, a call waits for one
    #[arg(long, value_name = "N", default_value_t = 256)]
    in_flight: usize,
    /// The seed of the random actions and faults [default: random]
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
        // Any seed will do if the system has no random bytes.
        seed: arguments
            .seed
            .unwrap_or_else(|| getrandom::u64().unwrap_or_default()),
    };
    let figures = soak(plugin, manifest, plan).await?;
    output::line(printable::lines(&figures.to_string()));
    Ok(match figures.violations().is_empty() {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    })
}
