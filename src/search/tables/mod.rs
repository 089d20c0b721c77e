//! What each search can find.

mod contacts;
mod conversations;
mod tickets;

pub use contacts::CONTACTS;
pub use conversations::CONVERSATIONS;
pub use tickets::TICKETS;

use super::fields::Table;

/// All of them.
pub const TABLES: [&Table; 3] = [&CONTACTS, &CONVERSATIONS, &TICKETS];
