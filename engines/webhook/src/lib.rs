//! A webhook address as a component: `wasi:http/incoming-handler` over the `triggers` of
//! any connector.
//!
//! The connector verifies and reads each delivery; [`serve`] replies to the service, and
//! only with success once every event is accepted. The caller decides what accepting means: the
//! component of this crate POSTs events to a URL (feature `forward`), that of
//! `engines/obelisk/webhook` starts a workflow.
//!
//! It stores nothing, so an event that is delivered twice is passed to `accept` twice, which must
//! ignore known ids.

#[cfg(feature = "forward")]
mod forward;
mod wanted;
pub mod wire;

use wasi::http::types::{IncomingRequest, ResponseOutparam};

use wanted::Wanted;
use workflow::plugin::triggers::{self, Delivery, HttpReply, Meaning};
use workflow::plugin::types::ActionError;

pub use workflow::plugin::triggers::Event;

wit_bindgen::generate!({
    path: "../../wit/deps/workflow-plugin",
    inline: "package workflow:webhook;
        world webhook {
            import workflow:plugin/triggers@0.2.0;
        }",
    generate_all,
});

/// Replies to a request of the service, after `accept` has accepted each event in it.
///
/// An error of `accept` goes to the log, and the reply is 500: the service sends the
/// delivery again.
pub fn serve(
    request: IncomingRequest,
    response: ResponseOutparam,
    accept: impl Fn(&Event) -> Result<(), String>,
) {
    let replied = wire::delivery(request).map(|delivery| {
        reply(&delivery, accept).unwrap_or_else(|problem| {
            wire::log(&problem);
            empty(500)
        })
    });
    wire::respond(response, replied.unwrap_or_else(empty));
}

fn reply(
    delivery: &Delivery,
    accept: impl Fn(&Event) -> Result<(), String>,
) -> Result<HttpReply, String> {
    let outcome = triggers::receive(delivery).map_err(explain)?;
    match outcome.meaning {
        Meaning::Events(events) => {
            let wanted = Wanted::from_environment();
            for event in events {
                if wanted.has(&event)? {
                    accept(&event)?;
                }
            }
        }
        Meaning::Check => {}
        Meaning::Uninstalled(scope) => {
            let scope = scope.as_deref().unwrap_or("a workspace");
            wire::log(&format!("uninstalled: the app was removed from {scope}"));
        }
        Meaning::Refused(refusal) => wire::log(&format!("refused: {}", refusal.message)),
    }
    Ok(outcome.reply)
}

fn empty(status: u16) -> HttpReply {
    HttpReply {
        status,
        headers: Vec::new(),
        body: String::new(),
    }
}

/// The message and the hint, on one line.
fn explain(error: ActionError) -> String {
    match error {
        ActionError::Permanent(failure) | ActionError::Retryable(failure) => match failure.hint {
            Some(hint) => format!("{}; {hint}", failure.message),
            None => failure.message,
        },
        ActionError::ExecutionFailed => "the connector failed".to_owned(),
    }
}
