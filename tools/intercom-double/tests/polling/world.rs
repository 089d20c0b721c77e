//! A workspace on the double, and an engine that polls it.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::{Duration, UNIX_EPOCH};

use bytes::Bytes;
use http::Request;
use intercom_connector::internals::triggers::{Event, EventPage};
use intercom_connector::internals::types::ActionError;
use intercom_connector::internals::{
    Clock, Headers, HostContext, Response, SendError, Transport, WireRequest, poll,
};
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
    setting: Setting,
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
    requests: usize,
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
    fn engine_ms(&self) -> u64 {
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

    /// One poll of the component's code.
    pub fn poll(&mut self, trigger: &str, cursor: Option<&str>) -> Result<EventPage, ActionError> {
        let variables = [
            ("INTERCOM_ACCESS_TOKEN", TOKEN),
            ("INTERCOM_MAX_RETRIES", "0"),
            ("INTERCOM_VERSION", self.setting.version),
        ];
        let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let engine_ms = self.engine_ms();
        let begun = self.now;
        let mut clock = Stopwatch::default();
        let mut network = Network {
            world: self,
            begun,
            clock: clock.clone(),
        };
        let host = HostContext {
            variables: variables.to_vec(),
            transport: &mut network,
            clock: &mut clock,
        };
        poll(trigger, "{}", cursor, engine_ms, host)
    }
}

/// The last part of an object.
fn last_of<'a>(object: &'a Value, list: &str) -> &'a Value {
    object[list][list].as_array().unwrap().last().unwrap()
}

/// The monotonic clock of a poll; the network moves it on.
#[derive(Debug, Clone, Default)]
struct Stopwatch(std::rc::Rc<std::cell::Cell<Duration>>);

impl Clock for Stopwatch {
    fn now(&mut self) -> Duration {
        self.0.get()
    }

    fn sleep(&mut self, wait: Duration) {
        self.0.set(self.0.get() + wait);
    }
}

/// Between the component and the double: time passes, and things happen.
struct Network<'a> {
    world: &'a mut World,
    begun: i64,
    clock: Stopwatch,
}

impl Transport for Network<'_> {
    fn send(&mut self, wire: &WireRequest) -> Result<Response, SendError> {
        let world = &mut *self.world;
        world.requests += 1;
        if let Some(change) = world.during.pop_front() {
            world.apply(&change);
        }
        let mut body: Value = serde_json::from_slice(&wire.body).unwrap_or_default();
        if let Some(asked) = body.pointer_mut("/pagination/per_page") {
            *asked = json!(asked.as_u64().unwrap().min(world.setting.page));
        }
        let mut request = Request::builder()
            .method(wire.method.name())
            .uri(&wire.path_with_query);
        for (name, value) in &wire.headers {
            request = request.header(name, value);
        }
        let body = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        let request = request.body(Bytes::from(body)).unwrap();
        let mut response = respond(&mut world.state, &request, world.now);
        let limited = world.setting.limited;
        if limited > 0 && world.requests.is_multiple_of(limited) {
            *response.status_mut() = http::StatusCode::TOO_MANY_REQUESTS;
        }
        let slowness = &world.setting.slowness;
        world.now += slowness[world.requests % slowness.len()];
        self.clock
            .0
            .set(Duration::from_secs((world.now - self.begun) as u64));
        let sent = UNIX_EPOCH + Duration::from_secs(world.now as u64);
        let date = ("date".to_owned(), httpdate::fmt_http_date(sent));
        let headers = response.headers().iter();
        let headers = headers.map(|(n, v)| (n.to_string(), v.to_str().unwrap().to_owned()));
        Ok(Response {
            status: response.status().as_u16(),
            headers: Headers(headers.chain([date]).collect()),
            body: response.body().to_vec(),
            cut: None,
        })
    }
}

/// An engine that polls one trigger.
#[derive(Debug, Default)]
pub struct Engine {
    pub cursor: Option<String>,
    /// The events of the polls whose cursor was kept.
    pub kept: Vec<Event>,
    /// The ids of the polls whose cursor was lost.
    pub lost: BTreeSet<String>,
    pub polls: usize,
    /// When the walk in progress began.
    begun: Option<i64>,
    /// When each finished walk began and ended.
    pub walks: Vec<(i64, i64)>,
}

impl Engine {
    /// Polls once. Returns whether more is to come.
    pub fn poll(&mut self, world: &mut World, trigger: &str, keeps_cursor: bool) -> bool {
        self.polls += 1;
        let begun = world.now;
        let page = match world.poll(trigger, self.cursor.as_deref()) {
            Ok(page) => page,
            Err(ActionError::Retryable(failure)) if failure.status == Some(429) => return true,
            Err(error) => panic!("{trigger}: {error:?}"),
        };
        let times: Vec<_> = page
            .events
            .iter()
            .map(|event| event.occurred_at_ms)
            .collect();
        assert!(times.is_sorted(), "{trigger}: oldest first");
        assert!(page.cursor.len() < 100_000);
        if !keeps_cursor {
            self.lost
                .extend(page.events.into_iter().map(|event| event.id));
            return true;
        }
        let begun = *self.begun.get_or_insert(begun);
        if !page.more {
            self.walks.push((begun, world.now));
            self.begun = None;
        }
        self.kept.extend(page.events);
        self.cursor = Some(page.cursor);
        page.more
    }
}
