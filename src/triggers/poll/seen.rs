//! The events that polls have returned, by the second in which they happened.

use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use std::ops::Range;

/// Maximum number of events in a cursor, about 40 KB: two hundred a minute, for the overlap of
/// polls. Beyond that an event may be returned again, with the same id.
pub const MAX_SEEN: usize = 2000;

/// Events in the order of their seconds. Each is 48 bits of a hash of its id: among two thousand,
/// the probability of a collision is 10^-11.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Seen(Vec<(i64, u64)>);

impl Seen {
    /// Whether an event was added.
    pub fn has(&self, second: i64, id: &str) -> bool {
        self.0.binary_search(&(second, short(id))).is_ok()
    }

    /// Adds an event.
    pub fn add(&mut self, second: i64, id: &str) {
        self.insert((second, short(id)));
    }

    /// Removes events before a second.
    pub fn forget_before(&mut self, first: i64) {
        self.0.retain(|(second, _)| *second >= first);
    }

    /// Removes events until at most [`MAX_SEEN`] are left: first those of `dispensable` seconds,
    /// then the oldest.
    pub fn bound(&mut self, dispensable: Range<i64>) {
        let mut excess = self.0.len().saturating_sub(MAX_SEEN);
        for seconds in [dispensable, i64::MIN..i64::MAX] {
            self.0.retain(|(second, _)| {
                let is_removed = excess > 0 && seconds.contains(second);
                excess -= usize::from(is_removed);
                !is_removed
            });
        }
    }

    /// As JSON: ids by their second.
    pub fn to_json(&self) -> Value {
        let mut seconds = Map::new();
        for events in self.0.chunk_by(|(one, _), (other, _)| one == other) {
            let second = events.first().map(|(second, _)| second.to_string());
            let ids = events.iter().map(|(_, id)| Value::from(*id)).collect();
            seconds.insert(second.unwrap_or_default(), Value::Array(ids));
        }
        seconds.into()
    }

    /// Parses the output of [`Seen::to_json`]. `None` if it is invalid.
    pub fn from_json(json: &Map<String, Value>) -> Option<Self> {
        let mut seen = Self::default();
        for (second, ids) in json {
            let second = second.parse().ok()?;
            for id in ids.as_array()? {
                seen.insert((second, id.as_u64()?));
            }
        }
        (seen.0.len() <= MAX_SEEN).then_some(seen)
    }

    fn insert(&mut self, event: (i64, u64)) {
        if let Err(index) = self.0.binary_search(&event) {
            self.0.insert(index, event);
        }
    }
}

fn short(id: &str) -> u64 {
    let hash = Sha256::digest(id.as_bytes());
    let bytes = hash.iter().take(6);
    bytes.fold(0, |number, byte| number << 8 | u64::from(*byte))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn events_are_known_by_second_and_id_until_they_are_forgotten() {
        let mut seen = Seen::default();
        seen.add(7, "a");
        seen.add(7, "b");
        seen.add(9, "a");
        assert!(seen.has(7, "a") && seen.has(7, "b") && seen.has(9, "a"));
        assert!(!seen.has(8, "a") && !seen.has(9, "b"));
        let read = Seen::from_json(seen.to_json().as_object().unwrap());
        assert_eq!(read, Some(seen.clone()));
        seen.forget_before(8);
        assert!(!seen.has(7, "a") && seen.has(9, "a"));
    }

    #[test]
    fn no_more_are_kept_than_the_bound_and_the_dispensable_go_first() {
        let mut seen = Seen::default();
        seen.add(1, "first");
        for number in 0..MAX_SEEN {
            seen.add(5, &number.to_string());
        }
        seen.add(9, "last");
        seen.bound(2..9);
        assert_eq!(seen.0.len(), MAX_SEEN);
        assert!(seen.has(1, "first") && seen.has(9, "last"));
        seen.add(9, "more");
        seen.bound(2..5);
        assert!(!seen.has(1, "first") && seen.has(9, "more"));
    }
}
