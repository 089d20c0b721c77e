//! `listen`: receives webhooks on this machine.

use std::io::{self, IsTerminal};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use serde_json::{Map, Value, json};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use super::CommandError;
use super::host::HostArguments;
use crate::listen::{HEADING, Heard, Outbox, Receiver, Server, row};
use command_output as output;
use connector_cases::event_json;
use connector_host::bindings::triggers::{Delivery, HttpReply};
use connector_host::{Environment, Manifest, printable};
use host_test::arguments::CONTEXT;

/// How long events are still passed on after the stop. What is left is kept.
const PATIENCE: Duration = Duration::from_secs(5);

/// Receive webhooks on a port of this machine and print their events.
///
/// Any path is the webhook address. The component verifies each delivery with the
/// client secret, INTERCOM_CLIENT_SECRET for Intercom. A tunnel makes the port
/// reachable for the service; docs/triggers.md shows how. Ctrl-C stops it, once
/// the requests that have begun are replied to.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    connector listen --port 8080\n  \
    connector listen --port 8080 --trigger contact-replied \\\n    \
    --filter \"author_email ENDS WITH '@example.com'\"\n  \
    connector listen --port 8080 --forward http://127.0.0.1:3000/events\n\n\
    Events are printed to standard output: a table on a terminal, else a line of\n\
    JSON each. Refused deliveries are told on standard error, without their bodies.\n\n\
    Exit status: 0 stopped, 1 it cannot listen, 2 the command line is wrong.")]
pub struct Arguments {
    /// Listen on this port of the loopback; 0 takes any that is free
    #[arg(long, value_name = "N", default_value_t = 0)]
    port: u16,
    /// Only events of this trigger; may be repeated
    #[arg(long, value_name = "ID")]
    trigger: Vec<String>,
    /// Only events of this workspace
    #[arg(long, value_name = "ID")]
    workspace: Option<String>,
    /// Only events for which this formula holds; needs --trigger
    #[arg(long = "filter", value_name = "FORMULA", requires = "trigger")]
    formula: Option<String>,
    /// Print lines of JSON on a terminal, too
    #[arg(long)]
    json: bool,
    /// Pass each event on to this address of this machine, as JSON by POST
    #[arg(long, value_name = "URL")]
    forward: Option<http::Uri>,
    /// Keep events here until they are passed on
    #[arg(
        long,
        value_name = "DIR",
        default_value = "undelivered-events",
        requires = "forward"
    )]
    keep: PathBuf,
    #[command(flatten)]
    host: HostArguments,
}

/// Runs the command.
///
/// # Errors
///
/// When it cannot listen, or the component refuses the inputs or has no key.
pub async fn run(arguments: Arguments) -> Result<ExitCode, CommandError> {
    let input = input(&arguments).to_string();
    let as_json = arguments.json || !io::stdout().is_terminal();
    let outbox = match &arguments.forward {
        Some(address) => Some(Outbox::new(address, &arguments.keep)?),
        None => None,
    };
    let host = arguments.host.open().await?;
    let environment = narrowed(&host.manifest, host.environment);
    let receiver = Receiver::new(host.connector, environment, arguments.trigger, input).await?;
    let server = Server::bind(arguments.port).await?;
    output::error_line(format_args!(
        "listening on http://{}/; Ctrl-C stops",
        server.address()
    ));
    if !as_json {
        output::line(HEADING);
    }
    let (events, passing) = pass_on(outbox.clone());
    let desk = Arc::new(Desk {
        receiver,
        outbox: outbox.clone(),
        as_json,
        events,
    });
    let respond = move |delivery| {
        let desk = Arc::clone(&desk);
        async move { desk.respond(&delivery).await }
    };
    let stop = async {
        // Where it can't be caught, it ends the program.
        let _ = tokio::signal::ctrl_c().await;
    };
    server.serve(respond, stop).await;
    let _ = tokio::time::timeout(PATIENCE, passing).await;
    let kept = outbox.and_then(|outbox| outbox.kept().ok());
    output::error_line(match kept.map_or(0, |kept| kept.len()) {
        0 => "stopped".to_owned(),
        kept => format!(
            "stopped; events kept in {}: {kept}, passed on at the next start",
            arguments.keep.display()
        ),
    });
    Ok(ExitCode::SUCCESS)
}

/// The inputs that events are held against.
fn input(arguments: &Arguments) -> Value {
    let given = [
        ("workspace", &arguments.workspace),
        ("filter", &arguments.formula),
    ];
    let given = given.into_iter();
    let given = given.filter_map(|(key, value)| Some((key.to_owned(), json!(value.as_ref()?))));
    Value::Object(given.collect::<Map<_, _>>())
}

/// What receiving needs: the signing key and the workflow context, and no token.
fn narrowed(manifest: &Manifest, mut environment: Environment) -> Environment {
    let key = manifest
        .signature
        .as_ref()
        .map(|signature| &signature.variable);
    environment.retain(|name, _| Some(name) == key || name == CONTEXT);
    environment
}

/// Replies to deliveries, prints their events and has them passed on.
struct Desk {
    receiver: Receiver,
    outbox: Option<Outbox>,
    as_json: bool,
    events: mpsc::UnboundedSender<PathBuf>,
}

impl Desk {
    async fn respond(&self, delivery: &Delivery) -> HttpReply {
        let mut received = self.receiver.receive(delivery).await;
        if let Some(note) = &received.note {
            output::error_line(printable::line(note));
        }
        for heard in &received.heard {
            match self.keep(heard) {
                Ok(()) => {
                    self.print(heard);
                    self.receiver.remember(&heard.event);
                }
                // The service sends it again.
                Err(error) => {
                    output::error_line(format_args!("--keep: {error}"));
                    received.reply.status = 500;
                }
            }
        }
        received.reply
    }

    fn print(&self, heard: &Heard) {
        if !self.as_json {
            return output::line(row(heard));
        }
        let mut event = event_json(&heard.event);
        if let (true, Value::Object(event)) = (heard.is_duplicate, &mut event) {
            event.insert("duplicate".to_owned(), true.into());
        }
        output::line(event);
    }

    /// Keeps an event on disk before the service learns that it was received.
    fn keep(&self, heard: &Heard) -> io::Result<()> {
        if let Some(outbox) = self.outbox.as_ref().filter(|_| !heard.is_duplicate) {
            let path = outbox.keep(&heard.event)?;
            // The other end lives until this one is dropped.
            let _ = self.events.send(path);
        }
        Ok(())
    }
}

/// Passes on what is kept and what comes, one event after the other.
fn pass_on(outbox: Option<Outbox>) -> (mpsc::UnboundedSender<PathBuf>, JoinHandle<()>) {
    let (sender, mut receiver) = mpsc::unbounded_channel::<PathBuf>();
    let passing = tokio::spawn(async move {
        let Some(outbox) = outbox else { return };
        let kept = outbox.kept().unwrap_or_default();
        for path in kept {
            told(outbox.pass_on(&path).await);
        }
        while let Some(path) = receiver.recv().await {
            told(outbox.pass_on(&path).await);
        }
    });
    (sender, passing)
}

fn told(passed: Result<(), String>) {
    if let Err(error) = passed {
        output::error_line(printable::line(&error));
    }
}
