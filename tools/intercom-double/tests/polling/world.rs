//! A workspace on the double: what happens in it, and the events that must come of it.

use std::collections::{BTreeMap, VecDeque};

use bytes::Bytes;
use http::Request;
use intercom_double::intercom::{Options, State, TOKEN, respond};
use serde_json::{Value, json};

/// What happens in the workspace. Objects are named by their number, modulo how many
/// there are.
#[derive(Debug, Clone)]
pub enum Change {
    CreateContact { is_lead: bool },
    UpdateContact(usize),
    BeginConversation(usize),
    Reply { to: usize, kind: &'static str },
    CloseConversation(usize),
    CreateTicket,
    UpdateTicket(usize),
    MoveTicket(usize),
    ReplyToTicket { to: usize, kind: &'static str },
}

/// How the workspace and its surroundings are.
#[derive(Debug, Clone)]
pub struct Setting {
    pub version: &'static str,
    pub utc_offset: i64,
    /// When the engine begins, in Unix seconds by Intercom's clock.
    pub start: i64,
    /// How far the engine's clock is ahead of Intercom's, in seconds.
    pub skew: i64,
    /// How long searches lag behind changes, in seconds; an object has one of them.
    pub lags: Vec<i64>,
    /// The largest page that searches give.
    pub page: u64,
    /// How many seconds pass with each request.
    pub slowness: Vec<i64>,
    /// One of so many requests is over the rate limit; 0 for none.
    pub limited: usize,
}

/// What must come of it: by trigger, the ids of events.
pub type Ids = BTreeMap<&'static str, Vec<String>>;

/// A change of an object, as far as events of changes tell it.
#[derive(Debug, Clone)]
pub struct Version {
    pub id: String,
    pub at: i64,
    pub found_from: i64,
    /// What the change wrote.
    pub mark: String,
}

pub struct World {
    pub state: State,
    pub now: i64,
    pub setting: Setting,
    contacts: Vec<String>,
    conversations: Vec<String>,
    tickets: Vec<String>,
    /// The creations and parts that are to come as events.
    pub expected: Ids,
    /// The versions of contacts, and of tickets.
    pub versions: [Vec<Version>; 2],
    /// What happens between the next requests.
    pub during: VecDeque<Change>,
    changes: usize,
    /// How many requests the engine has sent.
    pub requests: usize,
}

impl World {
    pub fn new(setting: &Setting) -> Self {
        let mut state = State::new(Options::default(), setting.start);
        state.set_utc_offset(setting.utc_offset);
        Self {
            state,
            now: setting.start,
            setting: setting.clone(),
            contacts: Vec::new(),
            conversations: Vec::new(),
            tickets: Vec::new(),
            expected: Ids::new(),
            versions: [Vec::new(), Vec::new()],
            during: VecDeque::new(),
            changes: 0,
            requests: 0,
        }
    }

    /// The time by the engine's clock, in Unix milliseconds.
    pub fn engine_ms(&self) -> u64 {
        ((self.now + self.setting.skew) * 1000) as u64
    }

    fn send_as_somebody(&mut self, method: &str, path: &str, body: &Value) -> Value {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("authorization", format!("Bearer {TOKEN}"))
            .body(Bytes::from(body.to_string()))
            .unwrap();
        let response = respond(&mut self.state, &request, self.now);
        assert!(response.status().is_success(), "{path}: {response:?}");
        serde_json::from_slice(response.body()).unwrap()
    }

    /// The lag of an object's changes: always the same, as an index keeps their order.
    fn lag(&mut self, number: usize) -> i64 {
        let lag = self.setting.lags[number % self.setting.lags.len()];
        self.state.set_index_lag(lag);
        lag
    }

    fn expect(&mut self, trigger: &'static str, id: &str) {
        let ids = self.expected.entry(trigger).or_default();
        ids.push(format!("{trigger}:{id}"));
    }

    /// The last part of an object is an event.
    fn expect_part(&mut self, trigger: &'static str, object: &Value, list: &str) {
        let (id, part) = (object["id"].as_str(), last_of(object, list)["id"].as_str());
        self.expect(trigger, &format!("{}:{}", id.unwrap(), part.unwrap()));
    }

    fn version(&mut self, of: usize, id: &str, lag: i64, mark: String) {
        let (id, at) = (id.to_owned(), self.now);
        let found_from = at + lag;
        self.versions[of].push(Version {
            id,
            at,
            found_from,
            mark,
        });
    }

    pub fn apply(&mut self, change: &Change) {
        self.changes += 1;
        let mark = format!("change {}", self.changes);
        match change {
            Change::CreateContact { is_lead } => {
                let lag = self.lag(self.contacts.len());
                let role = if *is_lead { "lead" } else { "user" };
                let email = format!("c{}@example.com", self.changes);
                let body = json!({ "role": role, "email": email, "name": mark });
                let id = self.send_as_somebody("POST", "/contacts", &body)["id"].clone();
                let id = id.as_str().unwrap().to_owned();
                let trigger = if *is_lead {
                    "lead-created"
                } else {
                    "user-created"
                };
                self.expect(trigger, &id);
                self.version(0, &id, lag, mark);
                self.contacts.push(id);
            }
            Change::UpdateContact(number) if !self.contacts.is_empty() => {
                let number = number % self.contacts.len();
                let lag = self.lag(number);
                let id = self.contacts[number].clone();
                let body = json!({ "name": mark });
                self.send_as_somebody("PUT", &format!("/contacts/{id}"), &body);
                self.version(0, &id, lag, mark);
            }
            Change::BeginConversation(number) if !self.contacts.is_empty() => {
                self.lag(self.conversations.len());
                let contact = &self.contacts[number % self.contacts.len()];
                let body = json!({ "from": { "type": "user", "id": contact }, "body": mark });
                let begun = self.send_as_somebody("POST", "/conversations", &body);
                let id = begun["conversation_id"].as_str().unwrap().to_owned();
                self.expect("conversation-created", &id);
                self.conversations.push(id);
            }
            Change::Reply { to, kind } if !self.conversations.is_empty() => {
                let number = to % self.conversations.len();
                self.lag(number);
                let path = format!("/conversations/{}/reply", self.conversations[number]);
                let (trigger, body) = self.reply(kind, &mark);
                let replied = self.send_as_somebody("POST", &path, &body);
                self.expect_part(trigger, &replied, "conversation_parts");
                // A comment on a closed conversation opens it.
                let part = last_of(&replied, "conversation_parts");
                if part["part_type"] == "open" && *kind == "admin" {
                    self.expect_part("conversation-opened", &replied, "conversation_parts");
                }
            }
            Change::CloseConversation(number) if !self.conversations.is_empty() => {
                let number = number % self.conversations.len();
                self.lag(number);
                let path = format!("/conversations/{}/parts", self.conversations[number]);
                let body =
                    json!({ "message_type": "close", "type": "admin", "admin_id": "814860" });
                let closed = self.send_as_somebody("POST", &path, &body);
                self.expect_part("conversation-closed", &closed, "conversation_parts");
            }
            Change::CreateTicket if !self.contacts.is_empty() => {
                let lag = self.lag(self.tickets.len());
                let contact = &self.contacts[self.tickets.len() % self.contacts.len()];
                let body = json!({
                    "ticket_type_id": "1234",
                    "contacts": [{ "id": contact }],
                    "ticket_attributes": { "_default_title_": mark },
                });
                let id = self.send_as_somebody("POST", "/tickets", &body)["id"].clone();
                let id = id.as_str().unwrap().to_owned();
                self.expect("ticket-created", &id);
                self.version(1, &id, lag, mark);
                self.tickets.push(id);
            }
            Change::UpdateTicket(number) | Change::MoveTicket(number)
                if !self.tickets.is_empty() =>
            {
                let number = number % self.tickets.len();
                let lag = self.lag(number);
                let id = self.tickets[number].clone();
                let mut body = json!({ "ticket_attributes": { "_default_title_": mark } });
                let moves = matches!(change, Change::MoveTicket(_));
                if moves {
                    body["ticket_state_id"] = json!("8578");
                }
                let updated = self.send_as_somebody("PUT", &format!("/tickets/{id}"), &body);
                if moves {
                    self.expect_part("ticket-state-updated", &updated, "ticket_parts");
                }
                self.version(1, &id, lag, mark);
            }
            Change::ReplyToTicket { to, kind } if !self.tickets.is_empty() => {
                let number = to % self.tickets.len();
                let lag = self.lag(number);
                let id = self.tickets[number].clone();
                let (trigger, body) = self.reply(kind, &mark);
                let part = self.send_as_somebody("POST", &format!("/tickets/{id}/reply"), &body);
                let trigger = match trigger {
                    "contact-replied" => Some("ticket-contact-replied"),
                    "admin-replied" => Some("ticket-admin-replied"),
                    _ => None,
                };
                if let Some(trigger) = trigger {
                    let part = part["id"].as_str().unwrap();
                    self.expect(trigger, &format!("{id}:{part}"));
                }
                // The title stays.
                let known = self.versions[1].iter().rfind(|version| version.id == id);
                let title = known.unwrap().mark.clone();
                self.version(1, &id, lag, title);
            }
            _ => {}
        }
    }

    /// A reply of a kind, and the trigger of a conversation that it is an event of.
    fn reply(&self, kind: &str, mark: &str) -> (&'static str, Value) {
        let contact = &self.contacts[0];
        let (trigger, body) = match kind {
            "user" => (
                "contact-replied",
                json!({ "message_type": "comment", "type": "user", "intercom_user_id": contact }),
            ),
            "admin" => (
                "admin-replied",
                json!({ "message_type": "comment", "type": "admin", "admin_id": "814860" }),
            ),
            _ => (
                "note-added",
                json!({ "message_type": "note", "type": "admin", "admin_id": "814860" }),
            ),
        };
        let mut body = body;
        body["body"] = json!(mark);
        (trigger, body)
    }
}

/// The last part of an object.
fn last_of<'a>(object: &'a Value, list: &str) -> &'a Value {
    object[list][list].as_array().unwrap().last().unwrap()
}
