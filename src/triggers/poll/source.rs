//! How triggers are polled: the search that finds changes, and the events in them.

use crate::actions::search::Endpoint;
use crate::actions::{contacts, conversations, tickets};
use connector_definitions::trigger::find;
use serde_json::Value;

/// The polling of a trigger.
#[derive(Debug)]
pub struct Source {
    /// The trigger's id.
    pub trigger: &'static str,
    /// The search.
    pub object: &'static Object,
    /// A condition of the search in addition to the time. Empty if there is none.
    pub condition: &'static str,
    /// The kind of change.
    pub of: Of,
    /// Whether a row is an event of the trigger; for [`Of::Parts`], whether a part is.
    pub accepts: fn(&Value) -> bool,
}

/// The kind of change of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Of {
    /// An object was created.
    Creation,
    /// An object changed.
    Change,
    /// A part was added.
    Parts,
}

/// The objects that can be searched and read with their parts.
#[derive(Debug)]
pub struct Object {
    /// The search.
    pub search: &'static Endpoint,
    /// Rows per page. Tickets include their parts, conversations their first message, so their
    /// pages are smaller than those of contacts.
    pub per_page: u32,
    /// Whether the search supports sorting (`docs/intercom-api.md`, Polling).
    pub sorts: bool,
    /// Its `type`.
    pub kind: &'static str,
    /// The prefix of its path.
    pub path: &'static str,
    /// The place of its parts: the object, and the list in it.
    pub parts: [&'static str; 2],
}

static CONTACT: Object = Object {
    search: &contacts::search_contacts::ENDPOINT,
    per_page: 150,
    sorts: true,
    kind: "contact",
    path: "/contacts/",
    parts: ["", ""],
};

static CONVERSATION: Object = Object {
    search: &conversations::search_conversations::ENDPOINT,
    per_page: 100,
    sorts: false,
    kind: "conversation",
    path: "/conversations/",
    parts: ["conversation_parts", "conversation_parts"],
};

static TICKET: Object = Object {
    search: &tickets::search_tickets::ENDPOINT,
    per_page: 20,
    sorts: false,
    kind: "ticket",
    path: "/tickets/",
    parts: ["ticket_parts", "ticket_parts"],
};

/// All triggers that are polled.
pub static SOURCES: [Source; 16] = [
    rows("user-created", &CONTACT, "role = 'user'", Of::Creation, any),
    rows("lead-created", &CONTACT, "role = 'lead'", Of::Creation, any),
    rows("contact-updated", &CONTACT, "", Of::Change, any),
    rows(
        "conversation-created",
        &CONVERSATION,
        "",
        Of::Creation,
        |row| {
            let author = find(row, "/source/author/type").and_then(Value::as_str);
            !matches!(author, Some("admin" | "bot" | "team"))
        },
    ),
    parts("contact-replied", &CONVERSATION, is_reply_of_contact),
    parts("admin-replied", &CONVERSATION, is_reply_of_admin),
    parts("note-added", &CONVERSATION, |part| {
        kind(part).starts_with("note")
    }),
    parts("conversation-assigned", &CONVERSATION, is_assignment),
    parts("conversation-closed", &CONVERSATION, |part| {
        kind(part) == "close" && author(part) == "admin"
    }),
    parts("conversation-opened", &CONVERSATION, |part| {
        kind(part) == "open" && author(part) == "admin"
    }),
    parts("conversation-snoozed", &CONVERSATION, |part| {
        kind(part) == "snoozed"
    }),
    rows("ticket-created", &TICKET, "", Of::Creation, any),
    rows("ticket-updated", &TICKET, "", Of::Change, any),
    parts("ticket-state-updated", &TICKET, |part| {
        kind(part).starts_with("ticket_state_updated")
    }),
    parts("ticket-contact-replied", &TICKET, is_reply_of_contact),
    parts("ticket-admin-replied", &TICKET, is_reply_of_admin),
];

const fn rows(
    trigger: &'static str,
    object: &'static Object,
    condition: &'static str,
    of: Of,
    accepts: fn(&Value) -> bool,
) -> Source {
    Source {
        trigger,
        object,
        condition,
        of,
        accepts,
    }
}

const fn parts(
    trigger: &'static str,
    object: &'static Object,
    accepts: fn(&Value) -> bool,
) -> Source {
    rows(trigger, object, "", Of::Parts, accepts)
}

fn any(_: &Value) -> bool {
    true
}

fn kind(part: &Value) -> &str {
    let kind = part.get("part_type").and_then(Value::as_str);
    kind.unwrap_or_default()
}

fn author(part: &Value) -> &str {
    let author = find(part, "/author/type").and_then(Value::as_str);
    author.unwrap_or_default()
}

/// A reply that opens, closes or assigns the conversation is a part of that type with a body.
fn is_reply(part: &Value) -> bool {
    let body = part.get("body").and_then(Value::as_str);
    let has_body = body.is_some_and(|body| !body.is_empty());
    kind(part) == "comment" || (has_body && !kind(part).starts_with("note"))
}

fn is_reply_of_contact(part: &Value) -> bool {
    is_reply(part) && matches!(author(part), "user" | "lead" | "contact" | "visitor")
}

fn is_reply_of_admin(part: &Value) -> bool {
    is_reply(part) && author(part) == "admin"
}

fn is_assignment(part: &Value) -> bool {
    matches!(
        kind(part),
        "assignment" | "default_assignment" | "assign_and_reopen" | "assign_and_unsnooze"
    )
}

impl Source {
    /// How a trigger is polled; `None` if it is not.
    pub fn of(trigger: &str) -> Option<&'static Self> {
        SOURCES.iter().find(|source| source.trigger == trigger)
    }

    /// The date at which a row became new.
    pub fn date(&self) -> &'static str {
        match self.of {
            Of::Creation => "created_at",
            Of::Change | Of::Parts => "updated_at",
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::triggers::table;
    use serde_json::json;

    #[test]
    fn every_source_is_one_of_a_trigger() {
        for source in &SOURCES {
            assert!(table::find(source.trigger).is_some(), "{source:?}");
        }
    }

    #[test]
    fn a_part_is_an_event_of_each_trigger_that_it_fits() {
        let part = |kind: &str, body: &str, author: &str| json!({"id": "1", "part_type": kind, "body": body, "author": {"type": author}});
        for (part, triggers) in [
            (part("comment", "Hi", "user"), vec!["contact-replied"]),
            (part("comment", "", "lead"), vec!["contact-replied"]),
            (part("open", "Hi", "user"), vec!["contact-replied"]),
            (part("comment", "Hi", "admin"), vec!["admin-replied"]),
            (part("comment", "Hi", "bot"), vec![]),
            (part("note", "Hi", "admin"), vec!["note-added"]),
            (part("note_and_reopen", "Hi", "admin"), vec!["note-added"]),
            (
                part("close", "Bye", "admin"),
                vec!["admin-replied", "conversation-closed"],
            ),
            (part("close", "", "bot"), vec![]),
            (
                part("assignment", "", "admin"),
                vec!["conversation-assigned"],
            ),
            (part("snoozed", "", "admin"), vec!["conversation-snoozed"]),
            (part("", "", ""), vec![]),
        ] {
            let sources = SOURCES.iter().filter(|source| {
                source.of == Of::Parts
                    && source.object.kind == "conversation"
                    && (source.accepts)(&part)
            });
            let found: Vec<&str> = sources.map(|source| source.trigger).collect();
            assert_eq!(found, triggers, "{part}");
        }
    }
}
