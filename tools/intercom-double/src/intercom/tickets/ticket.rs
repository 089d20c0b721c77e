//! One ticket.

use serde_json::{Map, Value, json};

use super::types::{TicketState, TicketType};
use crate::intercom::parts::{Author, Parts};

/// One ticket.
#[derive(Debug, Clone)]
pub struct Ticket {
    pub id: String,
    /// The number in the inbox.
    pub number: u64,
    pub kind: &'static TicketType,
    pub state: &'static TicketState,
    pub attributes: Map<String, Value>,
    pub contacts: Vec<String>,
    pub company: Value,
    pub open: bool,
    pub shared: bool,
    pub snoozed_until: Option<i64>,
    pub admin_assignee: u64,
    pub team_assignee: u64,
    pub created_at: i64,
    pub updated_at: i64,
    pub parts: Parts,
}

impl Ticket {
    /// Sets attributes by name; null removes one.
    pub fn set_attributes(&mut self, attributes: &Map<String, Value>) {
        for (name, value) in attributes {
            match value {
                Value::Null => _ = self.attributes.shift_remove(name),
                value => _ = self.attributes.insert(name.clone(), value.clone()),
            }
        }
    }

    /// Sets the state, which adds a part each time.
    pub fn set_state(&mut self, state: &'static TicketState, author: &Author, now: i64) {
        self.state = state;
        let kind = "ticket_state_updated_by_admin";
        self.parts.add(&self.id, kind, None, author, now);
    }

    /// Adds a reply or a note, and returns the part.
    pub fn reply(&mut self, kind: &str, body: &str, author: &Author, now: i64) -> Value {
        self.updated_at = now;
        self.parts.add(&self.id, kind, Some(body), author, now);
        self.parts.last()
    }

    /// The ticket as responses show it; with its parts where it is read alone.
    pub fn to_json(&self, with_parts: bool) -> Value {
        let contacts = self.contacts.iter();
        let contacts: Vec<Value> = contacts
            .map(|id| json!({"type": "contact", "id": id}))
            .collect();
        let mut all = json!({
            "type": "ticket", "id": self.id, "ticket_id": self.number.to_string(),
            "category": self.kind.category, "ticket_attributes": self.attributes,
            "ticket_state": self.state.to_json(), "ticket_type": self.kind.to_json(),
            "contacts": {"type": "contact.list", "contacts": contacts},
            "admin_assignee_id": self.admin_assignee, "team_assignee_id": self.team_assignee,
            "company_id": self.company, "open": self.open, "is_shared": self.shared,
            "snoozed_until": self.snoozed_until, "created_at": self.created_at,
            "updated_at": self.updated_at,
        });
        if let (true, Some(all)) = (with_parts, all.as_object_mut()) {
            all.insert("ticket_parts".to_owned(), self.parts.to_json());
        }
        all
    }
}
