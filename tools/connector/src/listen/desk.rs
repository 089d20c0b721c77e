//! Where events arrive: keeps them, prints them and has them passed on.

use std::io;
use std::path::PathBuf;

use command_output as output;
use connector_cases::event_json;
use connector_host::bindings::triggers::{Delivery, Event, HttpReply};
use connector_host::printable;
use serde_json::Value;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use super::table::row;
use super::{Next, Outbox, Poller, PollerError, Receiver, Seen};

/// Prints events, and has them passed on.
pub struct Desk {
    outbox: Option<Outbox>,
    as_json: bool,
    events: mpsc::UnboundedSender<PathBuf>,
    seen: Seen,
}

impl Desk {
    /// A desk, and the task that passes on what an outbox keeps and what comes. It ends
    /// with the desk. Without an outbox events are printed alone.
    pub fn new(outbox: Option<Outbox>, as_json: bool) -> (Self, JoinHandle<()>) {
        let (events, passing) = pass_on(outbox.clone());
        let desk = Self {
            outbox,
            as_json,
            events,
            seen: Seen::default(),
        };
        (desk, passing)
    }

    /// Replies to a delivery, and takes its events.
    pub async fn respond(&self, receiver: &Receiver, delivery: &Delivery) -> HttpReply {
        let mut received = receiver.receive(delivery).await;
        if let Some(note) = &received.note {
            output::error_line(printable::line(note));
        }
        for event in &received.events {
            // The service sends it again.
            if let Err(error) = self.take(event) {
                output::error_line(format_args!("--keep: {error}"));
                received.reply.status = 500;
            }
        }
        received.reply
    }

    /// Polls once, and takes the events.
    ///
    /// # Errors
    ///
    /// As [`Poller::poll`].
    pub async fn poll(&self, poller: &Poller) -> Result<Next, PollerError> {
        poller.poll(|event| self.take(&event)).await
    }

    /// Takes an event: it is kept on disk before it is printed.
    fn take(&self, event: &Event) -> io::Result<()> {
        let is_duplicate = self.seen.has(&event.id);
        if let Some(outbox) = self.outbox.as_ref().filter(|_| !is_duplicate) {
            let path = outbox.keep(event)?;
            // The other end lives until this one is dropped.
            let _ = self.events.send(path);
        }
        self.print(event, is_duplicate);
        self.seen.add(&event.id);
        Ok(())
    }

    fn print(&self, event: &Event, is_duplicate: bool) {
        if !self.as_json {
            return output::line(row(event, is_duplicate));
        }
        let mut json = event_json(event);
        if let (true, Value::Object(json)) = (is_duplicate, &mut json) {
            json.insert("duplicate".to_owned(), true.into());
        }
        output::line(json);
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
