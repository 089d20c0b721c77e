//! The fields that tickets can be searched by (`docs/intercom-api.md`, Search).

use serde_json::{Value, json};

use super::ticket::Ticket;
use crate::intercom::search::{Kind, Rules, Table};

/// The search for tickets.
pub const TICKETS: Table = Table {
    rows: "tickets",
    kind,
};

const ATTRIBUTE: &str = "ticket_attribute.";

/// Dates compare by the second in every version.
fn kind(field: &str, _: Rules) -> Option<Kind> {
    Some(match field {
        "id" | "title" | "description" | "category" | "ticket_type_id" | "admin_assignee_id"
        | "team_assignee_id" | "state" => Kind::Text,
        "contact_ids" | "teammate_ids" => Kind::Ids,
        "open" => Kind::Boolean,
        "created_at" | "updated_at" | "snoozed_until" => Kind::Second,
        _ if field.starts_with(ATTRIBUTE) => Kind::Custom,
        _ => return None,
    })
}

impl Ticket {
    /// The value of a field. Some have another name or form than in a ticket.
    pub fn value(&self, field: &str) -> Value {
        let attribute = |name: &str| self.attributes.get(name).cloned().unwrap_or_default();
        match field {
            "title" => attribute("_default_title_"),
            "description" => attribute("_default_description_"),
            "category" => json!(self.kind.searched),
            "ticket_type_id" => json!(self.kind.id),
            "state" => json!(self.state.category),
            "contact_ids" => json!(self.contacts),
            "teammate_ids" => json!([]),
            _ => match field.strip_prefix(ATTRIBUTE) {
                Some(id) => {
                    let mut attributes = self.kind.attributes.iter();
                    let found = attributes.find(|(known, _)| *known == id);
                    found.map_or(Value::Null, |(_, name)| attribute(name))
                }
                None => self.to_json(false).get(field).cloned().unwrap_or_default(),
            },
        }
    }
}
