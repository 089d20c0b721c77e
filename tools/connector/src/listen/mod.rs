//! Receives webhooks on the loopback: what `listen` does, apart from its arguments.
//!
//! - [`Server`]: the requests, their limits and the stop.
//! - [`Receiver`]: a request as a delivery, by the component; duplicates are told.
//! - [`Outbox`]: passes events on, and keeps those that it could not.
//! - [`row`]: an event as a line of a table.

mod outbox;
mod receiver;
mod server;
mod table;

pub use outbox::{Outbox, OutboxError};
pub use receiver::{Heard, Received, Receiver, ReceiverError};
pub use server::{ListenError, MAX_BODY_BYTES, Server};
pub use table::{HEADING, row};
