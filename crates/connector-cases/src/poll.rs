//! Cases of polls: the cursor of a poll, and the resulting page of events.

use connector_host::bindings::triggers::EventPage;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::delivery::event_json;

/// The poll in `case.json`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordedPoll {
    /// The cursor as text or as its JSON; absent for the first poll.
    #[serde(default)]
    pub cursor: Value,
    /// The engine's time, in Unix milliseconds.
    pub now_ms: u64,
}

impl RecordedPoll {
    /// The cursor as the engine passes it to the component.
    pub fn cursor(&self) -> Option<String> {
        match &self.cursor {
            Value::Null => None,
            Value::String(verbatim) => Some(verbatim.clone()),
            json => Some(json.to_string()),
        }
    }
}

/// A page of events as JSON. A JSON cursor is written as JSON.
pub fn page_json(page: &EventPage) -> Value {
    let cursor = serde_json::from_str(&page.cursor);
    let events: Vec<Value> = page.events.iter().map(event_json).collect();
    let mut shown = json!({
        "events": events,
        "cursor": cursor.unwrap_or_else(|_| json!(page.cursor)),
        "more": page.more,
    });
    if let (Some(shown), Some(wait)) = (shown.as_object_mut(), page.wait_ms) {
        shown.insert("wait_ms".to_owned(), json!(wait));
    }
    shown
}
