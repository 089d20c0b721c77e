//! `bench`: drives a load of actions, and serves what such loads are measured
//! against.

use std::io::{self, BufRead, BufReader, Read};
use std::num::NonZeroU32;
use std::process::{Child, Command, ExitCode, Stdio};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use clap::{ArgGroup, Args, Subcommand};
use http::Uri;
use tokio::runtime;

use super::CommandError;
use crate::load::figures::SandboxFigures;
use crate::load::memory::resident_per_sandbox;
use crate::load::work::{self, environment, way_out};
use crate::load::{Canned, End, Figures, Plan, Sandboxes, Work, drive};
use connector_host::{ConnectorPre, Engine, Manifest, Transport};
use host_test::arguments::ComponentArguments;
use host_test::commands::print_json;
use intercom_double::FixedServer;
use intercom_double::server::until_interrupted;
use tokio::task::spawn_blocking;

/// Measure what actions cost, on this machine.
#[derive(Debug, Args)]
pub struct Arguments {
    #[command(subcommand)]
    command: Bench,
}

#[derive(Debug, Subcommand)]
enum Bench {
    Load(LoadArguments),
    Serve(ServeArguments),
}

/// Run one action over and over, many at once, and print what each call costs.
///
/// The calls go to a server on the loopback that answers at once; it is a
/// process of its own, so that what it computes is not counted, and ends with the
/// command. Nothing is sent anywhere else. No call may fail.
#[derive(Debug, Args)]
#[command(
    group = ArgGroup::new("end").args(["time", "calls"]),
    after_help = "Examples:\n  \
    lab bench load\n  \
    lab bench load --in-flight 4096 --threads 2 --calls 50000\n  \
    lab bench load --in-flight 1 --threads 1 --reuse 100 --action search-contacts\n  \
    lab bench load --url http://127.0.0.1:8402 --json\n\n\
    Figures mean something in a release build on a machine that does nothing else\n\
    (cargo run --release -p lab -- bench load). To give caller and server a core\n\
    each, start `lab bench serve` under taskset and pass its --url. A sandbox that\n\
    waits takes a descriptor of this process and one of the server's: for many, raise\n\
    the limit (ulimit -n).\n\n\
    Exit status: 0 every call succeeded, 1 one failed, 2 the command line is wrong."
)]
struct LoadArguments {
    /// How many calls at once; those that find no sandbox free wait for one
    #[arg(long, value_name = "N", default_value_t = 64, value_parser = at_least_one)]
    in_flight: usize,
    /// How many threads run them
    #[arg(long, value_name = "T", default_value_t = 1, value_parser = at_least_one)]
    threads: usize,
    /// How long to begin calls, such as 10s, which it is without --calls
    #[arg(long = "for", id = "time", value_name = "TIME", value_parser = humantime::parse_duration)]
    time: Option<Duration>,
    /// How many calls to make
    #[arg(long, value_name = "N")]
    calls: Option<u64>,
    /// How long to call before anything is counted
    #[arg(long, value_name = "TIME", value_parser = humantime::parse_duration, default_value = "0s")]
    warm_up: Duration,
    /// Run this many calls in each sandbox, one after the other; a fresh one for
    /// each call without it
    #[arg(long, value_name = "N", default_value = "1", hide_default_value = true)]
    reuse: NonZeroU32,
    /// How many sandboxes may live at once
    #[arg(long, value_name = "N", default_value = "1024")]
    sandboxes: NonZeroU32,
    /// What to call
    #[arg(long, value_name = "ACTION", value_enum, default_value_t = Work::GetContactById)]
    action: Work,
    /// A server of this machine that answers these actions, in place of one that is
    /// started
    #[arg(long, value_name = "URL", value_parser = of_this_machine)]
    url: Option<String>,
    /// Answer without a server and a socket: what is left is the sandbox
    #[arg(long, conflicts_with = "url")]
    no_socket: bool,
    /// Print the figures as JSON
    #[arg(long)]
    json: bool,
    /// Leave out the memory of waiting sandboxes
    #[arg(long, hide = true)]
    no_memory: bool,
    #[command(flatten)]
    component: ComponentArguments,
}

/// Serve what `bench load` calls, on the loopback: one contact, whatever is asked
/// for, and a page of it.
///
/// It prints its URL as soon as it listens. Its one thread does nothing but
/// answer, so that it stands in nobody's way.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    taskset -c 1 lab bench serve --port 8402\n  \
    lab bench serve --for 10m\n\n\
    Exit status: 0 it was ended, 1 it could not start, 2 the command line is wrong.")]
struct ServeArguments {
    /// The port to listen on; 0 for a free one
    #[arg(long, value_name = "N", default_value_t = 0)]
    port: u16,
    /// End after this time, such as 60s; without it, on Ctrl-C
    #[arg(long = "for", value_name = "TIME", value_parser = humantime::parse_duration)]
    bound: Option<Duration>,
    /// End when standard input does
    #[arg(long, hide = true, conflicts_with = "bound")]
    attached: bool,
}

/// Runs the command.
///
/// # Errors
///
/// When the component cannot be run, or nothing can listen or be reached.
pub async fn run(arguments: Arguments) -> Result<ExitCode, CommandError> {
    match arguments.command {
        Bench::Load(arguments) => load(arguments).await,
        Bench::Serve(arguments) => serve(arguments).await,
    }
}

async fn serve(arguments: ServeArguments) -> Result<ExitCode, CommandError> {
    let port = arguments.port;
    let server = FixedServer::start(port, work::body_of)
        .map_err(|source| CommandError::Listen { port, source })?;
    println!("{}", server.url());
    match arguments.attached {
        // An input that can't be read has ended, too.
        true => drop(spawn_blocking(|| io::copy(&mut io::stdin(), &mut io::sink())).await?),
        false => until_interrupted(arguments.bound).await,
    }
    Ok(ExitCode::SUCCESS)
}

async fn load(arguments: LoadArguments) -> Result<ExitCode, CommandError> {
    let began = SystemTime::now();
    let engine = Engine::with_sandboxes(arguments.sandboxes)?;
    let plugin = arguments.component.connector_in(&engine)?;
    let manifest = plugin.manifest().await?;
    let server = match arguments.url.is_some() || arguments.no_socket {
        true => None,
        false => Some(OwnServer::start()?),
    };
    let as_json = arguments.json;
    // Threads of its own, so that there are as many as were asked for.
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
        false => println!("{figures}"),
    }
    Ok(match figures.failures {
        0 => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    })
}

async fn measure(
    arguments: &LoadArguments,
    plugin: ConnectorPre,
    manifest: &Manifest,
    url: &str,
    began: SystemTime,
) -> Result<Figures, CommandError> {
    let work = arguments.action;
    let capacity = plugin.capacity();
    // First, while no sandbox has been in the pool.
    let resident_bytes = match arguments.no_memory {
        true => None,
        false => resident_per_sandbox(&plugin, work, arguments.in_flight.min(capacity)).await,
    };
    let (environment, transport) = match arguments.no_socket {
        true => (environment(NOWHERE), canned(work)),
        false => way_out(manifest, url)?,
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
    let first = driven.first_answer;
    let first = first.and_then(|first| first.duration_since(began).ok());
    let mut figures = Figures::of(work, arguments.in_flight, driven);
    figures.sandboxes = Some(SandboxFigures {
        most_alive: sandboxes.most_alive(),
        capacity,
        resident_bytes,
        first_answer_ms: first.map(|first| first.as_secs_f64() * 1e3),
    });
    Ok(figures)
}

/// An address that nothing is sent to.
const NOWHERE: &str = "http://127.0.0.1:1";

fn canned(work: Work) -> Arc<dyn Transport> {
    Arc::new(Canned::new(work.answer()))
}

/// How long calls are begun where nothing else is said.
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

/// A load is for a server of one's own: others would take it for an attack.
fn of_this_machine(text: &str) -> Result<String, &'static str> {
    let uri = text.parse::<Uri>().ok();
    let host = uri.as_ref().and_then(Uri::host);
    match host {
        Some("127.0.0.1" | "localhost" | "[::1]") => Ok(text.to_owned()),
        _ => Err("give an address of this machine, such as http://127.0.0.1:8402"),
    }
}

fn at_least_one(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(number) if number > 0 => Ok(number),
        _ => Err("give a whole number from 1 on".to_owned()),
    }
}

/// `bench serve` as a process of our own. It ends with us, however we end: its
/// standard input does.
struct OwnServer {
    process: Child,
    url: String,
}

impl OwnServer {
    fn start() -> Result<Self, CommandError> {
        let start = || {
            let mut process = Command::new(std::env::current_exe()?)
                .args(["bench", "serve", "--attached"])
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
        // It has ended or will; nothing can be done about it here.
        let _ = self.process.wait();
    }
}

fn first_line(output: Option<impl Read>) -> io::Result<String> {
    let mut line = String::new();
    if let Some(output) = output {
        BufReader::new(output).read_line(&mut line)?;
    }
    match line.trim() {
        "" => Err(io::Error::other("it ended before it listened")),
        url => Ok(url.to_owned()),
    }
}
