//! Polls: changes in Intercom since a cursor, as events.
//!
//! A walk goes through all rows that changed since a second, page by page, and may need several
//! polls. It begins a little before the start of the previous walk, since searches lag
//! ([`LAG`]), and skips the events that were already returned ([`seen`]). Its own start, by
//! Intercom's clock, is where the next walk begins: later changes, and rows that move during the
//! walk, are found then. So nothing depends on the order of the rows. `docs/intercom-api.md`,
//! Polling, has the facts.
//!
//! [`source`] defines how each trigger is polled, [`cursor`] is the state that the engine
//! stores, [`walk`] reads pages and objects, and [`events`] collects the events.

mod cursor;
mod events;
mod seen;
mod source;
mod walk;

use super::matches::{Inputs, about_trigger, known};
use crate::actions::{HostContext, environment};
use crate::api::{Client, Effect, Hints, Token};
use crate::input::{InputError, InputErrors};
use crate::world::triggers::EventPage;
use crate::world::types::ActionError;
use cursor::Cursor;
pub use source::Source;
use walk::Poll;

/// The overlap of walks, in seconds: longer than a change takes to be found by a search
/// (`docs/intercom-api.md`, Polling).
const LAG: i64 = 600;

/// The events since a cursor that match the inputs, oldest first. Without a cursor there are
/// none, and nothing is sent: inputs and variables are checked alone.
///
/// An unknown trigger or one that is not polled, all problems of the inputs and the variables, a
/// cursor of another trigger, and errors of the requests. After a successful request, a rate
/// limit ends the page instead.
pub fn poll(
    trigger: &str,
    input: &str,
    cursor: Option<&str>,
    now_ms: u64,
    host: HostContext<'_>,
) -> Result<EventPage, ActionError> {
    let trigger = known(trigger)?;
    let source = Source::of(&trigger.id).ok_or_else(|| {
        let hint = "receive its webhook";
        about_trigger(InputError::new(
            format!("{} is not polled", trigger.id),
            hint,
        ))
    })?;
    let inputs = Inputs::read(&trigger, input, &host.variables);
    let inputs = inputs.map_err(|errors| errors.into_error(&trigger.id))?;
    // The first poll needs no token, but an engine should not learn at the second that it is
    // missing.
    let (settings, token) = environment::<Token>(&trigger.id, host.variables)?;
    let now = i64::try_from(now_ms / 1000).unwrap_or(i64::MAX);
    let cursor = match cursor {
        Some(text) => Cursor::read(text, &trigger.id).map_err(|error| {
            let mut errors = InputErrors::default();
            errors.note("cursor", error);
            errors.into_error(&trigger.id)
        })?,
        None => {
            return Ok(EventPage {
                events: Vec::new(),
                cursor: Cursor::begin(now).to_text(&trigger.id),
                more: false,
                wait_ms: None,
            });
        }
    };
    let mut client = Client::new(
        &trigger.id,
        Effect::Read,
        Hints::OF_READS,
        &settings,
        &token,
        host.transport,
        host.clock,
    );
    let version = settings.version;
    let polled = Poll::new(&trigger, source, &inputs, now, version, cursor).run(&mut client);
    polled.map_err(|mut error| {
        client.redact(&mut error);
        error
    })
}
