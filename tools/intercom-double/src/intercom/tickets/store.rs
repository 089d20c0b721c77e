//! The tickets of a workspace.

use std::collections::BTreeMap;

use super::ticket::Ticket;
use crate::intercom::response::ApiError;

/// All tickets by their ids.
#[derive(Debug, Default)]
pub struct Tickets {
    by_id: BTreeMap<String, Ticket>,
}

/// The first id, and the first number in the inbox.
const FIRST: u64 = 10_494;
const FIRST_NUMBER: u64 = 40;

impl Tickets {
    /// Adds a ticket with the next id and number.
    pub fn add(&mut self, mut ticket: Ticket) -> String {
        let count = self.by_id.len() as u64;
        ticket.id = (FIRST + count).to_string();
        ticket.number = FIRST_NUMBER + count;
        let id = ticket.id.clone();
        self.by_id.insert(id.clone(), ticket);
        id
    }

    /// The ticket with this id, which is not its number.
    ///
    /// # Errors
    ///
    /// 404 `ticket_not_found`.
    pub fn find(&self, id: &str) -> Result<&Ticket, ApiError> {
        let missing = || {
            let status = http::StatusCode::NOT_FOUND;
            ApiError::new(status, "ticket_not_found", "Ticket not found")
        };
        self.by_id.get(id).ok_or_else(missing)
    }

    /// Stores a changed ticket.
    pub fn store(&mut self, ticket: Ticket) {
        self.by_id.insert(ticket.id.clone(), ticket);
    }

    /// All of them.
    pub fn all(&self) -> impl Iterator<Item = &Ticket> {
        self.by_id.values()
    }
}
