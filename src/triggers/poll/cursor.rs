//! The cursor: the state that a poll needs of earlier polls, as text that the engine stores.

use super::seen::{MAX_SEEN, Seen};
use crate::input::{Bounds, InputError};
use serde_json::{Map, Value, json};

/// The version of the cursor's format.
const VERSION: u64 = 1;

/// Maximum length of a cursor: several times that of this connector's.
const BOUNDS: Bounds = Bounds {
    bytes: 256 * 1024,
    values: 4 * MAX_SEEN,
};

/// The state of polling.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    /// The Unix second from which events count.
    pub since: i64,
    /// Whether `since` is by the engine's clock, since there was no response of Intercom yet.
    pub by_engine: bool,
    /// The unfinished walk, if any.
    pub walk: Option<Walk>,
    /// Returned events that the next walk finds again.
    pub seen: Seen,
}

/// A walk through all rows that changed since a second.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Walk {
    /// Its start, in Unix seconds by Intercom's clock.
    pub start: i64,
    /// Intercom's cursor of the next page. `None` for the first page.
    pub page: Option<String>,
    /// Whether the last page was read.
    pub is_read: bool,
    /// The objects whose parts are not read yet: id, and the date of the row.
    pub pending: Vec<(String, i64)>,
}

impl Cursor {
    /// Begins at a Unix second of the engine's clock.
    pub fn begin(since: i64) -> Self {
        Self {
            since,
            by_engine: true,
            walk: None,
            seen: Seen::default(),
        }
    }

    /// The text for the engine.
    pub fn to_text(&self, trigger: &str) -> String {
        let mut cursor = json!({
            "version": VERSION,
            "trigger": trigger,
            "since": self.since,
            "by_engine": self.by_engine,
            "seen": self.seen.to_json(),
        });
        if let (Some(cursor), Some(walk)) = (cursor.as_object_mut(), &self.walk) {
            cursor.insert("walk".to_owned(), walk.to_json());
        }
        cursor.to_string()
    }

    /// Parses the text of a trigger's cursor.
    ///
    /// # Errors
    /// It is not a cursor, or that of another trigger or version.
    pub fn read(text: &str, trigger: &str) -> Result<Self, InputError> {
        const HINT: &str = "pass the unchanged cursor of this trigger's last poll, or no cursor to \
                            begin now";
        let none = || InputError::new("is not a cursor of this connector", HINT);
        let json = BOUNDS.parse(text, HINT).map_err(|_| none())?;
        let number = |key| json.get(key).and_then(Value::as_u64);
        match (number("version"), json.get("trigger")) {
            (Some(VERSION), Some(Value::String(of))) if of == trigger => {}
            (Some(VERSION), Some(of @ Value::String(_))) => {
                return Err(InputError::of_value(of, "is of another trigger", HINT));
            }
            (Some(version), Some(_)) => {
                let problem =
                    format!("has version {version}, but this connector supports {VERSION}");
                let hint = "use the connector that wrote it, or pass no cursor to begin now";
                return Err(InputError::new(problem, hint));
            }
            _ => return Err(none()),
        }
        Self::from_json(&json).ok_or_else(none)
    }

    fn from_json(json: &Value) -> Option<Self> {
        let walk = match json.get("walk") {
            Some(walk) => Some(Walk::from_json(walk)?),
            None => None,
        };
        Some(Self {
            since: second(json.get("since")?)?,
            by_engine: json.get("by_engine")?.as_bool()?,
            walk,
            seen: Seen::from_json(json.get("seen")?.as_object()?)?,
        })
    }
}

impl Walk {
    fn to_json(&self) -> Value {
        let pending = self.pending.iter();
        let pending: Vec<Value> = pending.map(|(id, date)| json!([id, date])).collect();
        let mut walk = Map::new();
        walk.insert("start".to_owned(), json!(self.start));
        walk.insert("page".to_owned(), json!(self.page));
        walk.insert("is_read".to_owned(), json!(self.is_read));
        walk.insert("pending".to_owned(), json!(pending));
        walk.into()
    }

    fn from_json(json: &Value) -> Option<Self> {
        let page = match json.get("page")? {
            Value::Null => None,
            page => Some(page.as_str()?.to_owned()),
        };
        let pending = json.get("pending")?.as_array()?.iter();
        let pending = pending.map(|object| match object.as_array()?.as_slice() {
            [id, date] => Some((id.as_str()?.to_owned(), second(date)?)),
            _ => None,
        });
        Some(Self {
            start: second(json.get("start")?)?,
            page,
            is_read: json.get("is_read")?.as_bool()?,
            pending: pending.collect::<Option<_>>()?,
        })
    }
}

/// A Unix second in the range of dates.
fn second(value: &Value) -> Option<i64> {
    // The year 9999.
    const LAST: i64 = 253_402_300_799;
    value.as_i64().filter(|second| (0..=LAST).contains(second))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn cursor() -> Cursor {
        let mut seen = Seen::default();
        seen.add(1_700_000_000, "contact-updated:1");
        Cursor {
            since: 1_700_000_000,
            by_engine: false,
            walk: Some(Walk {
                start: 1_700_000_060,
                page: Some("WzE3XQ==".to_owned()),
                is_read: false,
                pending: vec![("215".to_owned(), 1_700_000_001)],
            }),
            seen,
        }
    }

    #[test]
    fn a_cursor_is_read_as_it_was_written() {
        for cursor in [cursor(), Cursor::begin(1_700_000_000)] {
            let text = cursor.to_text("contact-updated");
            assert_eq!(Cursor::read(&text, "contact-updated"), Ok(cursor));
        }
    }

    #[test]
    fn a_full_cursor_is_small() {
        let mut cursor = cursor();
        for number in 0..3000 {
            cursor.seen.add(1_700_000_000 + number, &number.to_string());
        }
        cursor.seen.bound(0..0);
        let text = cursor.to_text("contact-updated");
        assert!(text.len() < 70_000, "{}", text.len());
        assert!(Cursor::read(&text, "contact-updated").is_ok());
    }

    #[test]
    fn cursors_of_others_are_refused() {
        let text = cursor().to_text("contact-updated");
        let cut = text.get(..text.len() - 1).unwrap();
        let newer = text.replace(r#""version":1"#, r#""version":2"#);
        let wrong = text.replace("1700000060", "\"soon\"");
        let far = text.replace("1700000060", "9223372036854775807");
        for (text, trigger, problem) in [
            ("", "contact-updated", "is not a cursor of this connector"),
            (cut, "contact-updated", "is not a cursor of this connector"),
            ("7", "contact-updated", "is not a cursor of this connector"),
            ("{}", "contact-updated", "is not a cursor of this connector"),
            (
                &wrong,
                "contact-updated",
                "is not a cursor of this connector",
            ),
            (&far, "contact-updated", "is not a cursor of this connector"),
            (
                &newer,
                "contact-updated",
                "has version 2, but this connector supports 1",
            ),
            (
                &text,
                "user-created",
                "\"contact-updated\" is of another trigger",
            ),
        ] {
            let error = Cursor::read(text, trigger).unwrap_err().to_string();
            assert!(error.starts_with(problem), "{text}: {error}");
        }
    }
}
