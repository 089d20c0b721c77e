//! Parses a verified body.

use super::item::data;
use super::table::of_topic;
use crate::input::{Bounds, number_text};
use crate::world::triggers::Event;
use serde_json::Value;

/// Limits of a body: several times a conversation with its longest message.
pub const BODY: Bounds = Bounds {
    bytes: 4 * 1024 * 1024,
    values: 100_000,
};

/// The kinds of notifications.
#[derive(Debug)]
pub enum Notification {
    /// An event.
    Event(Box<Event>),
    /// It tests the address.
    Ping,
    /// It asks whether the app works in a workspace.
    Health,
    /// The app was removed from the workspace, or from this one.
    Uninstalled(Option<String>),
}

impl Notification {
    /// Parses a body.
    ///
    /// # Errors
    /// Why it is invalid, without content of the body.
    pub fn read(body: &[u8]) -> Result<Self, &'static str> {
        let text = std::str::from_utf8(body).map_err(|_| "the body is not UTF-8")?;
        let body = BODY
            .parse(text, "")
            .map_err(|_| "the body is not JSON that can be read")?;
        let Some(topic) = body.get("topic").and_then(Value::as_str) else {
            return Self::about_the_app(&body);
        };
        if topic == "ping" {
            return Ok(Self::Ping);
        }
        let item = body.get("data").and_then(|data| data.get("item"));
        let item = item.filter(|item| item.is_object());
        let item = item.ok_or("the body has no data.item")?;
        let id = text_of(&body, "id").ok_or("the body has no id")?;
        let trigger = of_topic(topic);
        Ok(Self::Event(Box::new(Event {
            id,
            data: Value::Object(data(&trigger, topic, item)).to_string(),
            trigger: trigger.id,
            topic: topic.to_owned(),
            scope: text_of(&body, "app_id"),
            occurred_at_ms: milliseconds(&body, "created_at"),
            first_sent_at_ms: milliseconds(&body, "first_sent_at"),
            attempt: attempt(&body),
        })))
    }

    /// A call about the app itself has only the workspace's id.
    fn about_the_app(body: &Value) -> Result<Self, &'static str> {
        let has = |key: &str| body.get(key).is_some();
        if has("workspace_id") && !has("app_id") {
            return Ok(Self::Health);
        }
        match has("app_id") && !has("data") {
            true => Ok(Self::Uninstalled(text_of(body, "app_id"))),
            false => Err("the body has no topic"),
        }
    }
}

/// An id, which may be a number.
fn text_of(body: &Value, key: &str) -> Option<String> {
    match body.get(key)? {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number_text(number)),
        _ => None,
    }
}

/// Unix seconds as milliseconds.
fn milliseconds(body: &Value, key: &str) -> Option<u64> {
    let seconds = body.get(key)?.as_u64().filter(|seconds| *seconds > 0)?;
    seconds.checked_mul(1000)
}

fn attempt(body: &Value) -> u32 {
    let attempts = body.get("delivery_attempts").and_then(Value::as_u64);
    let attempts = attempts.and_then(|attempts| u32::try_from(attempts).ok());
    attempts.unwrap_or(1).max(1)
}
