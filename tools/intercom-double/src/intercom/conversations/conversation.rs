//! One conversation.

use serde_json::{Value, json};

use crate::intercom::parts::{Author, Parts};

/// What a conversation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    Open,
    Closed,
    /// Until a time, in Unix seconds.
    Snoozed(i64),
}

/// One conversation.
#[derive(Debug, Clone)]
pub struct Conversation {
    id: String,
    created_at: i64,
    updated_at: i64,
    waiting_since: Option<i64>,
    status: Status,
    source: Value,
    contact: String,
    admin_assignee: u64,
    team_assignee: u64,
    reopens: u64,
    parts: Parts,
}

impl Conversation {
    /// A conversation that a contact begins with a message.
    pub fn new(id: String, contact: String, author: &Author, body: &str, now: i64) -> Self {
        let Author(author) = author;
        let source = json!({
            "type": "conversation", "id": format!("4{id}"), "delivered_as": "customer_initiated",
            "subject": "", "body": format!("<p>{body}</p>"), "author": author, "attachments": [],
            "url": null, "redacted": false,
        });
        Self {
            id,
            created_at: now,
            updated_at: now,
            waiting_since: Some(now),
            status: Status::Open,
            source,
            contact,
            admin_assignee: 0,
            team_assignee: 0,
            reopens: 0,
            parts: Parts::new("conversation_part"),
        }
    }

    /// Its id.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The id of its contact.
    pub fn contact(&self) -> &str {
        &self.contact
    }

    /// Adds a reply or a note. A comment opens a closed conversation.
    pub fn reply(&mut self, kind: &str, body: &str, author: &Author, now: i64) {
        if kind == "note" {
            self.add(kind, Some(body), author, now);
            return;
        }
        let reopens = self.status(now) != Status::Open;
        self.waiting_since = (!author.is_admin()).then(|| self.waiting_since.unwrap_or(now));
        self.add(if reopens { "open" } else { kind }, Some(body), author, now);
        if reopens {
            self.reopens += 1;
            self.status = Status::Open;
        }
    }

    /// Sets the status, which adds a part each time.
    pub fn set_status(&mut self, status: Status, body: Option<&str>, author: &Author, now: i64) {
        let kind = match status {
            Status::Open => "open",
            Status::Closed => "close",
            Status::Snoozed(_) => "snoozed",
        };
        if status == Status::Open && self.status(now) != Status::Open {
            self.reopens += 1;
        }
        self.status = status;
        self.add(kind, body, author, now);
    }

    /// Assigns it, 0 for nobody, which adds a part each time.
    pub fn assign(&mut self, team: bool, id: u64, body: Option<&str>, author: &Author, now: i64) {
        match team {
            true => self.team_assignee = id,
            false => self.admin_assignee = id,
        }
        self.add("assignment", body, author, now);
    }

    fn add(&mut self, kind: &str, body: Option<&str>, author: &Author, now: i64) {
        self.updated_at = now;
        self.parts.add(&self.id, kind, body, author, now);
    }

    /// The status now: a snooze ends by itself.
    fn status(&self, now: i64) -> Status {
        match self.status {
            Status::Snoozed(until) if until <= now => Status::Open,
            status => status,
        }
    }

    /// The conversation as responses show it; with its parts where it is read alone.
    pub fn to_json(&self, now: i64, with_parts: bool) -> Value {
        let status = self.status(now);
        let (state, until) = match status {
            Status::Open => ("open", None),
            Status::Closed => ("closed", None),
            Status::Snoozed(until) => ("snoozed", Some(until)),
        };
        let mut all = json!({
            "type": "conversation", "id": self.id, "created_at": self.created_at,
            "updated_at": self.updated_at, "waiting_since": self.waiting_since,
            "snoozed_until": until, "source": self.source,
            "contacts": {"type": "contact.list", "contacts": [{"type": "contact", "id": self.contact}]},
            "admin_assignee_id": self.admin_assignee, "team_assignee_id": self.team_assignee,
            "open": status == Status::Open, "state": state, "read": false,
            "tags": {"type": "tag.list", "tags": []}, "priority": "none", "title": null,
            "custom_attributes": {}, "ai_agent_participated": false,
            "statistics": {"type": "conversation_statistics", "count_reopens": self.reopens,
                "count_conversation_parts": self.parts.len()},
        });
        if let (true, Some(all)) = (with_parts, all.as_object_mut()) {
            all.insert("conversation_parts".to_owned(), self.parts.to_json());
        }
        all
    }
}
