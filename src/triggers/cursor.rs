//! Where polling goes on: a text that engines keep and give back.

use crate::input::InputError;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How long an object may take to show up in a search, in seconds. Intercom documents
/// no figure; minutes were seen. Too short loses events, longer reads more rows twice.
pub const LAG: i64 = 10 * 60;

/// How often in a row a walk that lost rows may leave [`Cursor::from`] where it is.
const MOST_REPEATS: u8 = 3;

/// What is known after a poll.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor {
    /// Everything before this second was found, in Unix seconds.
    pub from: i64,
    /// The keys of the events from then on that were given out, each with its second.
    pub seen: BTreeMap<String, i64>,
    /// A walk that was interrupted, since a poll sends a bounded number of requests.
    pub walk: Option<Walk>,
    /// How often in a row `from` was left where it is.
    pub repeats: u8,
}

/// An interrupted walk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Walk {
    /// When it began, by Intercom's clock, in Unix seconds.
    pub began: i64,
    /// Intercom's cursor of the next page.
    pub after: String,
}

impl Cursor {
    /// The cursor that begins at a second.
    pub fn beginning(from: i64) -> Self {
        Self {
            from,
            seen: BTreeMap::new(),
            walk: None,
            repeats: 0,
        }
    }

    /// Reads a cursor.
    ///
    /// # Errors
    /// It is not one of this connector's.
    pub fn parse(text: &str) -> Result<Self, InputError> {
        let hint = "give the one of the last poll, or none to begin now";
        serde_json::from_str(text).map_err(|_| InputError::new("is not a cursor", hint))
    }

    /// As text.
    pub fn to_text(&self) -> String {
        // Of texts and numbers, so that it can always be written.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Goes on after a walk that began at a second. One that may have lost rows is done
    /// again.
    pub fn advance(&mut self, began: i64, is_whole: bool) {
        self.walk = None;
        if !is_whole && self.repeats < MOST_REPEATS {
            self.repeats += 1;
            return;
        }
        self.repeats = 0;
        self.from = self.from.max(began.saturating_sub(LAG));
        let from = self.from;
        self.seen.retain(|_, second| *second >= from);
    }
}
