//! Collects the events of one poll.

use super::seen::Seen;
use super::source::{Of, Source};
use crate::input::number_text;
use crate::triggers::item::data;
use crate::triggers::matches::Inputs;
use crate::triggers::table::Trigger;
use crate::world::triggers::Event;
use serde_json::{Value, json};

/// Maximum number of events of a poll, after which no further request is sent.
const MAX_EVENTS: usize = 250;

/// Maximum size of the events of a poll, in bytes: a quarter of the memory beside a response in
/// a sandbox of 64 MB.
const MAX_BYTES: usize = 4 * 1024 * 1024;

/// Maximum number of parts that Intercom keeps with a conversation or a ticket
/// (`docs/intercom-api.md`, Polling).
const MAX_PARTS: usize = 500;

/// The events that a poll has found.
pub struct Events<'a> {
    trigger: &'a Trigger,
    source: &'static Source,
    inputs: &'a Inputs,
    /// Oldest first.
    found: Vec<Event>,
    bytes: usize,
}

impl<'a> Events<'a> {
    /// No events.
    pub fn new(trigger: &'a Trigger, source: &'static Source, inputs: &'a Inputs) -> Self {
        Self {
            trigger,
            source,
            inputs,
            found: Vec::new(),
            bytes: 0,
        }
    }

    /// Whether it is full.
    pub fn is_full(&self) -> bool {
        self.found.len() >= MAX_EVENTS || self.bytes >= MAX_BYTES
    }

    /// The events, oldest first.
    pub fn into_found(self) -> Vec<Event> {
        self.found
    }

    /// Adds a row that is new at a second, unless it was already returned.
    pub fn take_row(&mut self, row: &Value, second: i64, seen: &mut Seen) {
        let Some(id) = id_of(row) else {
            return;
        };
        let id = match self.source.of {
            Of::Change => format!("{}:{id}:{second}", self.trigger.id),
            Of::Creation | Of::Parts => format!("{}:{id}", self.trigger.id),
        };
        if (self.source.accepts)(row) && !seen.has(second, &id) {
            self.push(id, second, row, seen);
        }
    }

    /// Adds the parts of an object that were added since a second, unless they were already
    /// returned. The event's item is the object with only that part. Returns whether all parts
    /// fitted.
    pub fn take_parts(&mut self, mut object: Value, since: i64, seen: &mut Seen) -> bool {
        let [outer, inner] = self.source.object.parts;
        let list = object.get_mut(outer).and_then(|outer| outer.get_mut(inner));
        let parts = match list.map(Value::take) {
            Some(Value::Array(parts)) => parts,
            _ => return true,
        };
        let owner = id_of(&object).unwrap_or_default();
        let mut oldest = i64::MAX;
        for part in parts.iter().filter_map(date_of_part) {
            oldest = oldest.min(part);
        }
        // Parts between `since` and the oldest one are gone.
        if parts.len() >= MAX_PARTS && oldest > since {
            set(&mut object, outer, "older_parts_missing", true.into());
        }
        for part in parts {
            let (Some(part_id), Some(second)) = (id_of(&part), date_of_part(&part)) else {
                continue;
            };
            let id = format!("{}:{owner}:{part_id}", self.trigger.id);
            if second < since || !(self.source.accepts)(&part) || seen.has(second, &id) {
                continue;
            }
            if self.is_full() {
                return false;
            }
            set(&mut object, outer, inner, json!([part]));
            self.push(id, second, &object, seen);
        }
        true
    }

    fn push(&mut self, id: String, second: i64, item: &Value, seen: &mut Seen) {
        let topic = self.topic(item);
        let scope = item.get("workspace_id").and_then(Value::as_str);
        let event = Event {
            id,
            trigger: self.trigger.id.clone(),
            topic: topic.to_owned(),
            scope: scope.map(str::to_owned),
            occurred_at_ms: u64::try_from(second).ok().map(|second| second * 1000),
            first_sent_at_ms: None,
            attempt: 1,
            data: Value::Object(data(self.trigger, topic, item)).to_string(),
        };
        if self.inputs.want_polled(&event) {
            seen.add(second, &event.id);
            self.bytes += event.data.len();
            let index = self.found.partition_point(|other| {
                (other.occurred_at_ms, &other.id) <= (event.occurred_at_ms, &event.id)
            });
            self.found.insert(index, event);
        }
    }

    /// The topic of the corresponding webhook, if the trigger has one.
    fn topic(&self, item: &Value) -> &'a str {
        let role = item.get("role").and_then(Value::as_str);
        let role = format!(".{}.", role.unwrap_or_default());
        let topics = || self.trigger.topics.iter().map(String::as_str);
        let found = topics().find(|topic| topic.contains(&role));
        found.or_else(|| topics().next()).unwrap_or_default()
    }
}

/// The id of an object, which may be a number.
pub fn id_of(object: &Value) -> Option<String> {
    match object.get("id")? {
        Value::String(id) if !id.is_empty() => Some(id.clone()),
        Value::Number(id) => Some(number_text(id)),
        _ => None,
    }
}

/// A date in Unix seconds, which may be text.
pub fn date(object: &Value, name: &str) -> Option<i64> {
    let date = object.get(name)?;
    let second = date.as_i64().or_else(|| date.as_str()?.parse().ok());
    second.filter(|second| *second >= 0)
}

fn date_of_part(part: &Value) -> Option<i64> {
    date(part, "created_at")
}

fn set(object: &mut Value, outer: &str, key: &str, value: Value) {
    if let Some(outer) = object.get_mut(outer).and_then(Value::as_object_mut) {
        outer.insert(key.to_owned(), value);
    }
}
