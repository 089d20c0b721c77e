//! The parts of a conversation or a ticket: replies, notes and operations.

use serde_json::{Value, json};

/// Maximum number of parts in a response: the latest.
const MAX_PARTS: usize = 500;

/// The author of a part: an admin or a contact.
#[derive(Debug, Clone)]
pub struct Author(pub Value);

impl Author {
    /// Whether it is an admin.
    pub fn is_admin(&self) -> bool {
        let Self(author) = self;
        author.get("type").and_then(Value::as_str) == Some("admin")
    }
}

/// The parts of one object, in the order in which they were added.
#[derive(Debug, Clone)]
pub struct Parts {
    /// The `type` of a part.
    kind: &'static str,
    all: Vec<Value>,
}

impl Parts {
    /// No parts, of the given `type`.
    pub fn new(kind: &'static str) -> Self {
        let all = Vec::new();
        Self { kind, all }
    }

    /// Adds a part to the object with the id `of`, at `now` in Unix seconds.
    pub fn add(&mut self, of: &str, kind: &str, body: Option<&str>, author: &Author, now: i64) {
        let number = self.all.len() + 1;
        let Author(author) = author;
        self.all.push(json!({
            "type": self.kind, "id": format!("{of}{number:03}"), "part_type": kind,
            "body": body, "created_at": now, "updated_at": now, "notified_at": now,
            "assigned_to": null, "author": author, "attachments": [], "external_id": null,
            "redacted": false,
        }));
    }

    /// The number of parts.
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// The last part; null if there is none.
    pub fn last(&self) -> Value {
        self.all.last().cloned().unwrap_or_default()
    }

    /// The list as responses show it.
    pub fn to_json(&self) -> Value {
        let first = self.all.len().saturating_sub(MAX_PARTS);
        let latest = self.all.get(first..).unwrap_or_default();
        json!({
            "type": format!("{}.list", self.kind), (format!("{}s", self.kind)): latest,
            "total_count": self.all.len(),
        })
    }
}
