//! `listen`: receives webhooks on this machine, and polls triggers.

use std::convert::Infallible;
use std::future::Future;
use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use clap::{ArgGroup, Args};
use serde_json::{Map, Value, json};
use tokio::task::JoinSet;

use super::host::{Host, HostArguments};
use super::{CommandError, print_causes};
use crate::listen::{Desk, HEADING, Outbox, Poller, PollerError, Receiver, Server};
use command_output as output;
use connector_host::{Environment, Manifest, printable};
use host_test::arguments::CONTEXT;

/// How long to forward events after the stop; the rest is kept.
const PATIENCE: Duration = Duration::from_secs(5);

/// Receive webhooks on a local port, or poll, and print the events.
///
/// Any path is the webhook address. The component verifies each delivery with the
/// client secret, INTERCOM_CLIENT_SECRET for Intercom. A tunnel makes the port
/// reachable for the service; docs/triggers.md shows how. With --poll it polls the
/// service with the access token, and needs no address; give --port to receive
/// webhooks as well. Ctrl-C or SIGTERM stops it, once it has replied to the requests
/// in progress.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    connector listen --port 8080\n  \
    connector listen --port 8080 --trigger contact-replied \\\n    \
    --filter \"author_email ENDS WITH '@example.com'\"\n  \
    connector listen --port 8080 --forward http://127.0.0.1:3000/events\n  \
    connector listen --poll contact-replied --every 60\n\n\
    Events are printed to standard output: a table on a terminal, else a line of\n\
    JSON each. Refused deliveries are reported on standard error, without their bodies.\n\n\
    Exit status: 0 stopped, 1 it cannot listen or poll, 2 the command line is wrong.")]
#[command(group = ArgGroup::new("selected").args(["trigger", "poll"]).multiple(true))]
#[command(group = ArgGroup::new("keeping").args(["forward", "poll"]).multiple(true))]
pub struct Arguments {
    /// Listen on this port of the loopback; 0 takes any that is free [default: 0, or
    /// none with --poll]
    #[arg(long, value_name = "N")]
    port: Option<u16>,
    /// Poll this trigger; may be repeated. The first poll starts now, without older
    /// events; each later one continues where the last one ended, also after a restart
    #[arg(long, value_name = "ID")]
    poll: Vec<String>,
    /// Seconds between polls
    #[arg(
        long,
        value_name = "SECONDS",
        default_value_t = 60,
        value_parser = clap::value_parser!(u32).range(1..),
        requires = "poll"
    )]
    every: u32,
    /// Receive webhooks of this trigger alone; may be repeated
    #[arg(long, value_name = "ID")]
    trigger: Vec<String>,
    /// Only events of this workspace
    #[arg(long, value_name = "ID")]
    workspace: Option<String>,
    /// Only events for which this formula holds; needs --trigger or --poll
    #[arg(long = "filter", value_name = "FORMULA", requires = "selected")]
    formula: Option<String>,
    /// Print lines of JSON on a terminal as well
    #[arg(long)]
    json: bool,
    /// Forward each event to this address on this machine, as JSON by POST
    #[arg(long, value_name = "URL")]
    forward: Option<http::Uri>,
    /// Folder for the cursors of polls, and for events until they are forwarded
    #[arg(
        long,
        value_name = "DIR",
        default_value = "undelivered-events",
        requires = "keeping"
    )]
    keep: PathBuf,
    #[command(flatten)]
    host: HostArguments,
}

/// Runs the command.
///
/// # Errors
///
/// When it cannot listen or poll, or the component refuses the inputs or has no key.
pub async fn run(arguments: Arguments) -> Result<ExitCode, CommandError> {
    let input = input(&arguments).to_string();
    let as_json = arguments.json || !io::stdout().is_terminal();
    let outbox = match &arguments.forward {
        Some(address) => Some(Outbox::new(address, &arguments.keep)?),
        None => None,
    };
    let mut host = arguments.host.open().await?;
    let port = arguments.port.or(arguments.poll.is_empty().then_some(0));
    let listening = match port {
        Some(port) => Some(listening(&host, port, arguments.trigger, &input).await?),
        None => None,
    };
    let pollers = pollers(&mut host, arguments.poll, &input, &arguments.keep).await?;
    let (desk, passing) = Desk::new(outbox.clone(), as_json);
    let desk = Arc::new(desk);
    let mut waits = Vec::new();
    for poller in &pollers {
        waits.push(polled(&desk, poller).await?);
    }
    let stop = stopped().map_err(CommandError::Signal)?;
    if let Some((_, server)) = &listening {
        output::error_line(format_args!(
            "listening on http://{}/; Ctrl-C stops",
            server.address()
        ));
    }
    if !as_json {
        output::line(HEADING);
    }
    let every = Duration::from_secs(arguments.every.into());
    let mut polling = JoinSet::new();
    for (poller, wait) in pollers.into_iter().zip(waits) {
        output::error_line(format_args!(
            "polling {} every {} s; Ctrl-C stops",
            poller.trigger(),
            arguments.every
        ));
        polling.spawn(poll_on(Arc::clone(&desk), poller, every, wait));
    }
    serve(listening, Arc::clone(&desk), stop).await;
    // An interrupted poll is repeated at the next start.
    polling.shutdown().await;
    drop(desk);
    let _ = tokio::time::timeout(PATIENCE, passing).await;
    let kept = outbox.and_then(|outbox| outbox.kept().ok());
    output::error_line(match kept.map_or(0, |kept| kept.len()) {
        0 => "stopped".to_owned(),
        kept => format!(
            "stopped; events kept in {}: {kept}, forwarded at the next start",
            arguments.keep.display()
        ),
    });
    Ok(ExitCode::SUCCESS)
}

/// The receiver of webhooks, on a port.
async fn listening(
    host: &Host,
    port: u16,
    triggers: Vec<String>,
    input: &str,
) -> Result<(Receiver, Server), CommandError> {
    let environment = narrowed(&host.manifest, host.environment.clone());
    let (connector, input) = (host.connector.clone(), input.to_owned());
    let receiver = Receiver::new(connector, environment, triggers, input).await?;
    Ok((receiver, Server::bind(port).await?))
}

/// A poller for each of these triggers.
async fn pollers(
    host: &mut Host,
    triggers: Vec<String>,
    input: &str,
    folder: &Path,
) -> Result<Vec<Poller>, CommandError> {
    if !triggers.is_empty() {
        host.connect(None).await?;
    }
    let triggers = triggers.into_iter();
    let pollers = triggers.map(|trigger| {
        let way_out = host.way_out(&host.environment, &trigger)?;
        let (connector, input) = (host.connector.clone(), input.to_owned());
        Ok(Poller::new(connector, way_out, trigger, input, folder))
    });
    pollers.collect()
}

/// Receives webhooks until the stop, if it listens.
async fn serve(
    listening: Option<(Receiver, Server)>,
    desk: Arc<Desk>,
    stop: impl Future<Output = ()>,
) {
    let Some((receiver, server)) = listening else {
        return stop.await;
    };
    let receiver = Arc::new(receiver);
    let respond = move |delivery| {
        let (desk, receiver) = (Arc::clone(&desk), Arc::clone(&receiver));
        async move { desk.respond(&receiver, &delivery).await }
    };
    server.serve(respond, stop).await;
}

/// Waits for Ctrl-C or SIGTERM, by which service managers stop a program. Both are caught
/// from this call on.
#[cfg(unix)]
fn stopped() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// Waits for Ctrl-C.
#[cfg(windows)]
fn stopped() -> io::Result<impl Future<Output = ()>> {
    let mut interrupt = tokio::signal::windows::ctrl_c()?;
    Ok(async move { interrupt.recv().await.unwrap_or_default() })
}

/// Polls forever, first after `wait`.
async fn poll_on(desk: Arc<Desk>, poller: Poller, every: Duration, wait: Wait) -> Infallible {
    let mut wait = wait;
    loop {
        tokio::time::sleep(wait.of(every)).await;
        wait = match polled(&desk, &poller).await {
            Ok(wait) => wait,
            Err(error) => {
                told(poller.trigger(), &error);
                Wait::AtLeast(Duration::ZERO)
            }
        };
    }
}

/// The wait before the next poll.
#[derive(Debug, Clone, Copy)]
enum Wait {
    /// This long: more events wait.
    Only(Duration),
    /// The usual interval, but at least this long.
    AtLeast(Duration),
}

impl Wait {
    fn of(self, every: Duration) -> Duration {
        match self {
            Self::Only(wait) => wait,
            Self::AtLeast(wait) => wait.max(every),
        }
    }
}

/// Polls once. A temporary failure is only reported.
async fn polled(desk: &Desk, poller: &Poller) -> Result<Wait, PollerError> {
    match desk.poll(poller).await {
        Ok(next) if next.more => Ok(Wait::Only(next.wait)),
        Ok(next) => Ok(Wait::AtLeast(next.wait)),
        Err(error) => match error.wait() {
            Some(wait) => {
                told(poller.trigger(), &error);
                Ok(Wait::AtLeast(wait))
            }
            None => Err(error),
        },
    }
}

fn told(trigger: &str, error: &PollerError) {
    output::error_line(printable::line(&format!("{trigger}: {error}")));
    if let PollerError::Failed { causes, .. } = error {
        print_causes(causes);
    }
}

/// The inputs that events are matched with.
fn input(arguments: &Arguments) -> Value {
    let given = [
        ("workspace", &arguments.workspace),
        ("filter", &arguments.formula),
    ];
    let given = given.into_iter();
    let given = given.filter_map(|(key, value)| Some((key.to_owned(), json!(value.as_ref()?))));
    Value::Object(given.collect::<Map<_, _>>())
}

/// The environment for receiving: the signing key and the workflow context, without a token.
fn narrowed(manifest: &Manifest, mut environment: Environment) -> Environment {
    let key = manifest
        .signature
        .as_ref()
        .map(|signature| &signature.variable);
    environment.retain(|name, _| Some(name) == key || name == CONTEXT);
    environment
}
