//! `deliver`: sends webhooks to an address, many at once, and measures them.

use std::process::ExitCode;
use std::time::Duration;

use bytes::Bytes;
use clap::Args;
use command_output as output;
use http::Uri;
use intercom_double::FixedServer;
use intercom_double::intercom::CLIENT_SECRET;
use secrecy::SecretString;

use super::CommandError;
use super::bench::{at_least_one, loopback};
use crate::load::deliveries::Deliveries;
use crate::load::drive::Driven;
use crate::load::{End, Plan, drive};

/// Send webhooks to an address of this machine, many at once, and print rate and
/// latencies.
///
/// Each is signed and a new event. A bare HTTP server, which responds without a look
/// at them, gets as many first: the ratio of the rates says what the address costs.
/// Every delivery must be accepted.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    lab deliver http://127.0.0.1:8080/\n  \
    lab deliver http://127.0.0.1:8080/ --in-flight 64 --for 30s\n\n\
    Start the receiver first, such as\n  \
    INTERCOM_CLIENT_SECRET=double-secret connector listen --port 8080 >events.json\n\n\
    Exit status: 0 every delivery was accepted, 1 one was not, 2 the command line\n\
    is wrong.")]
pub struct Arguments {
    /// The webhook address
    #[arg(value_name = "URL", value_parser = address)]
    address: Uri,
    /// The number of deliveries in flight
    #[arg(long, value_name = "N", default_value_t = 16, value_parser = at_least_one)]
    in_flight: usize,
    /// How long to send to each, such as 30s
    #[arg(long = "for", value_name = "TIME", value_parser = humantime::parse_duration, default_value = "5s")]
    time: Duration,
    /// The client secret that they are signed with
    #[arg(long, value_name = "SECRET", default_value = CLIENT_SECRET)]
    client_secret: SecretString,
}

/// Runs the command.
///
/// # Errors
///
/// When the bare server cannot listen.
pub async fn run(arguments: Arguments) -> Result<ExitCode, CommandError> {
    let bare = FixedServer::start(0, |_| Some(Bytes::new()))
        .map_err(|source| CommandError::Listen { port: 0, source })?;
    let plan = Plan {
        in_flight: arguments.in_flight,
        end: End::After(arguments.time),
    };
    let send = async |address: Uri| {
        let deliveries = Deliveries::new(address, arguments.client_secret.clone());
        drive(plan, || deliveries.caller()).await
    };
    let least = send(bare.url().parse().unwrap_or_default()).await?;
    drop(bare);
    let driven = send(arguments.address).await?;
    output::line(row("bare server", &least));
    output::line(row("this address", &driven));
    output::line(format_args!(
        "ratio of rates  {:.3}",
        driven.rate() / least.rate()
    ));
    for message in &driven.messages {
        output::line(format_args!("  failed: {message}"));
    }
    Ok(match driven.failures {
        0 => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    })
}

fn row(name: &str, driven: &Driven) -> String {
    let [median, most] = [500, 990].map(|share| driven.permille(share).as_micros());
    let (rate, failures) = (driven.rate(), driven.failures);
    format!(
        "{name:14} {rate:6.0} per second, median {median} µs, 99 % {most} µs, {failures} failed"
    )
}

fn address(text: &str) -> Result<Uri, &'static str> {
    let unreadable = "give an address on loopback, such as http://127.0.0.1:8080/";
    loopback(text)?.parse().map_err(|_| unreadable)
}
