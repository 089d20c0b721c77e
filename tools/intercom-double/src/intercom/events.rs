//! Submitted events (`docs/intercom-api.md`, Events).

use serde_json::{Map, Value, json};

/// All events, in the order in which they were submitted.
#[derive(Debug, Default)]
pub struct Events(Vec<Event>);

/// An event of a contact.
#[derive(Debug)]
pub struct Event {
    /// The id of the contact.
    pub contact: String,
    /// The external id of the contact, by which duplicates are recognised.
    pub external_id: Option<String>,
    pub name: String,
    pub created_at: i64,
    pub metadata: Map<String, Value>,
}

/// The number of details that are kept of an event.
const MAX_KEYS: usize = 10;

impl Events {
    /// Adds an event, unless it has the external id, name and second of an earlier one.
    pub fn submit(&mut self, mut event: Event) {
        let is_same = |other: &Event| {
            (&event.external_id, &event.name, event.created_at)
                == (&other.external_id, &other.name, other.created_at)
        };
        if event.external_id.is_some() && self.0.iter().any(is_same) {
            return;
        }
        event.metadata = event.metadata.into_iter().take(MAX_KEYS).collect();
        self.0.push(event);
    }

    /// The events of a contact, the latest first.
    pub fn of(&self, contact: &str) -> impl Iterator<Item = &Event> {
        let contact = contact.to_owned();
        self.0
            .iter()
            .rev()
            .filter(move |event| event.contact == contact)
    }
}

impl Event {
    /// The event as lists show it.
    pub fn to_json(&self) -> Value {
        json!({
            "type": "event",
            "event_name": self.name,
            "created_at": self.created_at,
            "intercom_user_id": self.contact,
            "user_id": self.external_id,
            "metadata": self.metadata,
        })
    }
}
