//! `bench`: measures one action under concurrent calls.

use std::io::{self, BufRead, BufReader, Read};
use std::num::NonZeroU32;
use std::process::{Child, Command, ExitCode, Stdio};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use clap::{ArgGroup, Args};
use command_output as output;
use http::Uri;
use tokio::runtime;

use super::CommandError;
use crate::load::figures::SandboxFigures;
use crate::load::memory::resident_per_sandbox;
use crate::load::work::{egress, environment};
use crate::load::{Canned, End, Figures, Plan, Sandboxes, Work, drive};
use connector_host::{ConnectorPre, Engine, Manifest, Transport};
use host_test::arguments::ComponentArguments;
use host_test::commands::print_json;
use tokio::task::spawn_blocking;

/// Run one action repeatedly with concurrent calls, and print rate, latencies, CPU time and
/// memory.
///
/// The calls go to a loopback server that responds at once. It is a separate process, so that
/// its CPU time is not counted, and ends with the command. Nothing is sent anywhere else. No
/// call may fail.
#[derive(Debug, Args)]
#[command(
    group = ArgGroup::new("end").args(["time", "calls"]),
    after_help = "Examples:\n  \
    lab bench\n  \
    lab bench --in-flight 4096 --threads 2 --calls 50000\n  \
    lab bench --in-flight 1 --threads 1 --reuse 100 --action search-contacts\n  \
    lab bench --url http://127.0.0.1:8402 --json\n\n\
    Use a release build on an idle machine (cargo run --release -p lab -- bench).\n\
    To give caller and server a core each, start `lab serve` under taskset and pass\n\
    its URL as --url. Each call in flight takes a descriptor of this process and one\n\
    of the server: for many calls, raise the limit (ulimit -n).\n\n\
    Exit status: 0 every call succeeded, 1 one failed, 2 the command line is wrong."
)]
pub struct Arguments {
    /// The number of calls in flight; without a free sandbox, a call waits for one
    #[arg(long, value_name = "N", default_value_t = 64, value_parser = at_least_one)]
    in_flight: usize,
    /// The number of threads that run them
    #[arg(long, value_name = "T", default_value_t = 1, value_parser = at_least_one)]
    threads: usize,
    /// How long to start calls, such as 30s [default: 10s, or no limit with --calls]
    #[arg(long = "for", id = "time", value_name = "TIME", value_parser = humantime::parse_duration)]
    time: Option<Duration>,
    /// The number of calls
    #[arg(long, value_name = "N")]
    calls: Option<u64>,
    /// How long to call before the measurement starts
    #[arg(long, value_name = "TIME", value_parser = humantime::parse_duration, default_value = "0s")]
    warm_up: Duration,
    /// Run this many calls in each sandbox, one after the other [default: 1]
    #[arg(long, value_name = "N", default_value = "1", hide_default_value = true)]
    reuse: NonZeroU32,
    /// Maximum number of concurrent sandboxes
    #[arg(long, value_name = "N", default_value = "1024")]
    sandboxes: NonZeroU32,
    /// The action to call
    #[arg(long, value_name = "ACTION", value_enum, default_value_t = Work::GetContactById)]
    action: Work,
    /// Call this server on loopback, such as `lab serve`, instead of starting one
    #[arg(long, value_name = "URL", value_parser = loopback)]
    url: Option<String>,
    /// Respond without a server or socket, to measure the sandbox alone
    #[arg(long, conflicts_with = "url")]
    no_socket: bool,
    /// Print the figures as JSON
    #[arg(long)]
    json: bool,
    /// Do not measure the memory of waiting sandboxes
    #[arg(long, hide = true)]
    no_memory: bool,
    #[command(flatten)]
    component: ComponentArguments,
}

/// Runs the command.
///
/// # Errors
///
/// When the component cannot be run, or the server does not start or cannot be
/// reached.
pub async fn run(arguments: Arguments) -> Result<ExitCode, CommandError> {
    let began = SystemTime::now();
    let engine = Engine::with_sandboxes(arguments.sandboxes)?;
    let plugin = arguments.component.connector_in(&engine)?;
    let manifest = plugin.manifest().await?;
    let server = match arguments.url.is_some() || arguments.no_socket {
        true => None,
        false => Some(OwnServer::start()?),
    };
    let as_json = arguments.json;
    // Its own runtime, with this number of threads.
    let figures = spawn_blocking(move || {
        let url = arguments.url.as_deref();
        let url = url.or(server.as_ref().map(|server| server.url.as_str()));
        let runtime = runtime(arguments.threads).map_err(CommandError::Threads)?;
        runtime.block_on(measure(
            &arguments,
            plugin,
            &manifest,
            url.unwrap_or_default(),
            began,
        ))
    })
    .await??;
    match as_json {
        true => print_json(&figures),
        false => output::line(figures.to_string()),
    }
    Ok(match figures.failures {
        0 => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    })
}

async fn measure(
    arguments: &Arguments,
    plugin: ConnectorPre,
    manifest: &Manifest,
    url: &str,
    began: SystemTime,
) -> Result<Figures, CommandError> {
    let work = arguments.action;
    let capacity = plugin.capacity();
    // First, while the pool is unused.
    let resident_bytes = match arguments.no_memory {
        true => None,
        false => resident_per_sandbox(&plugin, work, arguments.in_flight.min(capacity)).await,
    };
    let (environment, transport) = match arguments.no_socket {
        true => (environment(NOWHERE), canned(work)),
        false => egress(manifest, url)?,
    };
    let sandboxes = Sandboxes::new(plugin, environment, transport, work, arguments.reuse);
    let plan = |end| Plan {
        in_flight: arguments.in_flight,
        end,
    };
    if !arguments.warm_up.is_zero() {
        drive(plan(End::After(arguments.warm_up)), || sandboxes.caller()).await?;
    }
    let end = match arguments.calls {
        Some(calls) => End::Calls(calls),
        None => End::After(arguments.time.unwrap_or(TIME)),
    };
    let driven = drive(plan(end), || sandboxes.caller()).await?;
    let first = driven.first_end;
    let first = first.and_then(|first| first.duration_since(began).ok());
    let mut figures = Figures::of(work, arguments.in_flight, driven);
    figures.sandboxes = Some(SandboxFigures {
        most_alive: sandboxes.most_alive(),
        capacity,
        resident_bytes,
        first_end_ms: first.map(|first| first.as_secs_f64() * 1e3),
    });
    Ok(figures)
}

/// An address that nothing is sent to.
const NOWHERE: &str = "http://127.0.0.1:1";

fn canned(work: Work) -> Arc<dyn Transport> {
    Arc::new(Canned::new(work.response()))
}

/// How long calls are started by default.
const TIME: Duration = Duration::from_secs(10);

fn runtime(threads: usize) -> io::Result<runtime::Runtime> {
    match threads {
        1 => runtime::Builder::new_current_thread(),
        _ => runtime::Builder::new_multi_thread(),
    }
    .worker_threads(threads)
    .enable_all()
    .build()
}

/// Other servers would see an attack.
pub(super) fn loopback(text: &str) -> Result<String, &'static str> {
    let uri = text.parse::<Uri>().ok();
    let host = uri.as_ref().and_then(Uri::host);
    match host {
        Some("127.0.0.1" | "localhost" | "[::1]") => Ok(text.to_owned()),
        _ => Err("give an address on loopback, such as http://127.0.0.1:8402"),
    }
}

pub(super) fn at_least_one(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(number) if number > 0 => Ok(number),
        _ => Err("give a whole number, at least 1".to_owned()),
    }
}

/// `lab serve` as a child process, which ends when this one closes its standard input.
struct OwnServer {
    process: Child,
    url: String,
}

impl OwnServer {
    fn start() -> Result<Self, CommandError> {
        let start = || {
            let mut process = Command::new(std::env::current_exe()?)
                .args(["serve", "--attached"])
                .stdin(Stdio::piped())
                .stdout(Stdio::piped())
                .spawn()?;
            let url = first_line(process.stdout.take());
            Ok((process, url?))
        };
        let (process, url) = start().map_err(CommandError::Server)?;
        Ok(Self { process, url })
    }
}

impl Drop for OwnServer {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        // It ends by itself; there is nothing to do about an error.
        let _ = self.process.wait();
    }
}

fn first_line(output: Option<impl Read>) -> io::Result<String> {
    let mut line = String::new();
    if let Some(output) = output {
        BufReader::new(output).read_line(&mut line)?;
    }
    match line.trim() {
        "" => Err(io::Error::other("it ended before it printed its URL")),
        url => Ok(url.to_owned()),
    }
}
