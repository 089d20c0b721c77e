//! The ticket types of every double, and their states.

use serde_json::{Value, json};

/// A type of tickets.
#[derive(Debug)]
pub struct TicketType {
    pub id: &'static str,
    pub name: &'static str,
    /// As tickets show it.
    pub category: &'static str,
    /// As searches name it.
    pub searched: &'static str,
    /// The attributes: id and name.
    pub attributes: &'static [(&'static str, &'static str)],
}

/// A state that tickets of some types can have.
#[derive(Debug)]
pub struct TicketState {
    pub id: &'static str,
    pub category: &'static str,
    pub label: &'static str,
    pub external: &'static str,
    /// The ids of the types.
    pub types: &'static [&'static str],
}

pub const TYPES: [TicketType; 2] = [
    TicketType {
        id: "1234",
        name: "Repair",
        category: "Customer",
        searched: "request",
        attributes: &[
            ("4710", "_default_title_"),
            ("4711", "_default_description_"),
            ("4712", "City"),
            ("4713", "Urgent"),
        ],
    },
    TicketType {
        id: "1235",
        name: "Chore",
        category: "Back-office",
        searched: "task",
        attributes: &[
            ("4720", "_default_title_"),
            ("4721", "_default_description_"),
        ],
    },
];

/// Two types have a state named In progress each.
pub const STATES: [TicketState; 5] = [
    state(
        "8577",
        "submitted",
        "Submitted",
        "Received",
        &["1234", "1235"],
    ),
    state(
        "8578",
        "in_progress",
        "In progress",
        "In progress",
        &["1234"],
    ),
    state(
        "8579",
        "in_progress",
        "In progress",
        "We are on it",
        &["1235"],
    ),
    state(
        "8580",
        "waiting_on_customer",
        "Waiting on customer",
        "Waiting on you",
        &["1234"],
    ),
    state(
        "8581",
        "resolved",
        "Resolved",
        "Resolved",
        &["1234", "1235"],
    ),
];

const fn state(
    id: &'static str,
    category: &'static str,
    label: &'static str,
    external: &'static str,
    types: &'static [&'static str],
) -> TicketState {
    TicketState {
        id,
        category,
        label,
        external,
        types,
    }
}

impl TicketType {
    /// The type with this id.
    pub fn find(id: &str) -> Option<&'static Self> {
        TYPES.iter().find(|kind| kind.id == id)
    }

    /// The type as tickets show it.
    pub fn to_json(&self) -> Value {
        json!({
            "type": "ticket_type", "id": self.id, "name": self.name, "category": self.category,
            "archived": false, "is_internal": false,
        })
    }
}

impl TicketState {
    /// The state with this id, if tickets of a type can have it.
    pub fn of_type(id: &str, kind: &TicketType) -> Option<&'static Self> {
        let mut states = STATES.iter();
        states.find(|state| state.id == id && state.types.contains(&kind.id))
    }

    /// The state as tickets show it.
    pub fn to_json(&self) -> Value {
        json!({
            "type": "ticket_state", "id": self.id, "category": self.category,
            "internal_label": self.label, "external_label": self.external,
        })
    }

    /// The state as the list of states shows it.
    pub fn to_row(&self) -> Value {
        let types = TYPES.iter().filter(|kind| self.types.contains(&kind.id));
        let types: Vec<Value> = types.map(TicketType::to_json).collect();
        let mut row = self.to_json();
        if let Some(row) = row.as_object_mut() {
            row.insert("archived".to_owned(), json!(false));
            row.insert(
                "ticket_types".to_owned(),
                json!({"type": "list", "data": types}),
            );
        }
        row
    }
}
