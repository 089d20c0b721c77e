//! The tickets of a workspace.

use std::collections::BTreeMap;

use super::ticket::Ticket;
use crate::intercom::response::ApiError;
use crate::intercom::search::Index;

/// All tickets by their ids.
#[derive(Debug, Default)]
pub struct Tickets {
    by_id: BTreeMap<String, Ticket>,
    /// What searches find.
    pub index: Index<Ticket>,
}

/// The first id, and the first number in the inbox.
const FIRST: u64 = 10_494;
const FIRST_NUMBER: u64 = 40;

impl Tickets {
    /// Adds a ticket at `now`, in Unix seconds, with the next id and number.
    pub fn add(&mut self, mut ticket: Ticket, now: i64) -> String {
        let count = self.by_id.len() as u64;
        ticket.id = (FIRST + count).to_string();
        ticket.number = FIRST_NUMBER + count;
        let id = ticket.id.clone();
        self.store(ticket, now);
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

    /// Stores a ticket that changed at `now`, in Unix seconds.
    pub fn store(&mut self, ticket: Ticket, now: i64) {
        self.index.put(&ticket.id, ticket.clone(), now);
        self.by_id.insert(ticket.id.clone(), ticket);
    }
}
