//! `serve`: the server that `bench` calls.

use std::io;
use std::process::ExitCode;
use std::time::Duration;

use clap::Args;
use command_output as output;
use tokio::task::spawn_blocking;

use super::CommandError;
use crate::load::work::body_of;
use intercom_double::FixedServer;
use intercom_double::server::until_interrupted;

/// Serve the responses for `bench` on loopback: one contact for every request, and a page of it
/// for every search.
///
/// It prints its URL as soon as it listens. It uses a single thread, to leave the other cores to
/// its callers.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    taskset -c 1 lab serve --port 8402\n  \
    lab serve --for 10m\n\n\
    Exit status: 0 it was ended, 1 it could not start, 2 the command line is wrong.")]
pub struct Arguments {
    /// The port to listen on; 0 for a free one
    #[arg(long, value_name = "N", default_value_t = 0)]
    port: u16,
    /// End after this time, such as 60s; without it, on Ctrl-C
    #[arg(long = "for", value_name = "TIME", value_parser = humantime::parse_duration)]
    time: Option<Duration>,
    /// End when standard input does
    #[arg(long, hide = true, conflicts_with = "time")]
    attached: bool,
}

/// Runs the command.
///
/// # Errors
///
/// When the server cannot listen.
pub async fn run(arguments: Arguments) -> Result<ExitCode, CommandError> {
    let port = arguments.port;
    let server = FixedServer::start(port, body_of)
        .map_err(|source| CommandError::Listen { port, source })?;
    output::line(server.url());
    match arguments.attached {
        // An input that cannot be read has ended, too.
        true => drop(spawn_blocking(|| io::copy(&mut io::stdin(), &mut io::sink())).await?),
        false => until_interrupted(arguments.time).await,
    }
    Ok(ExitCode::SUCCESS)
}
