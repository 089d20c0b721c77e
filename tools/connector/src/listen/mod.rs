//! Receives webhooks on loopback, and polls: what `listen` does, apart from its
//! arguments.
//!
//! - [`Desk`]: prints events, and has them passed on.
//! - [`Server`]: the requests, their limits and the stop.
//! - [`Receiver`]: a request as a delivery, by the component.
//! - [`Poller`]: polls a trigger, and keeps its cursor.
//! - [`Seen`]: which events came before.
//! - [`Outbox`]: passes events on, and keeps those that it could not.
//! - `table`: an event as a line of a table; `clock`: the time of day.

mod clock;
mod desk;
mod outbox;
mod poller;
mod receiver;
mod seen;
mod server;
mod table;

pub use desk::Desk;
pub use outbox::{Outbox, OutboxError};
pub use poller::{Next, Poller, PollerError};
pub use receiver::{Received, Receiver, ReceiverError};
pub use seen::Seen;
pub use server::{ListenError, MAX_BODY_BYTES, Server};
pub use table::HEADING;
