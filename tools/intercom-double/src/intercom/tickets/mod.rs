//! Tickets: their types, states and attributes (`docs/intercom-api.md`, Tickets).

mod fields;
mod store;
mod ticket;
mod types;

pub use fields::TICKETS;
pub use store::Tickets;
pub use ticket::Ticket;
pub use types::{STATES, TYPES, TicketState, TicketType};
