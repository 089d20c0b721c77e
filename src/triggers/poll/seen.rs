//! The events that polls have returned, by the second in which they happened.

use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// Maximum number of events in a cursor, about 40 KB: two hundred a minute, for the overlap of
/// polls. Beyond that an event may be returned again, with the same id.
pub const MAX_SEEN: usize = 2000;

/// Events by second. Each is 48 bits of a hash of its id: among two thousand, the probability of
/// a collision is 10^-11.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Seen {
    by_second: BTreeMap<i64, BTreeSet<u64>>,
    count: usize,
}

impl Seen {
    /// Whether an event was added.
    pub fn has(&self, second: i64, id: &str) -> bool {
        let ids = self.by_second.get(&second);
        ids.is_some_and(|ids| ids.contains(&short(id)))
    }

    /// Adds an event.
    pub fn add(&mut self, second: i64, id: &str) {
        self.insert(second, short(id));
    }

    /// Removes events before a second.
    pub fn forget_before(&mut self, second: i64) {
        self.by_second = self.by_second.split_off(&second);
        self.count = self.by_second.values().map(BTreeSet::len).sum();
    }

    /// Removes events until at most [`MAX_SEEN`] are left: first those of `dispensable` seconds,
    /// then the oldest.
    pub fn bound(&mut self, dispensable: Range<i64>) {
        while self.count > MAX_SEEN {
            let mut middle = self.by_second.range(dispensable.clone());
            let second = middle.next().or_else(|| self.by_second.first_key_value());
            let Some(second) = second.map(|(second, _)| *second) else {
                return;
            };
            let Some(ids) = self.by_second.get_mut(&second) else {
                return;
            };
            ids.pop_first();
            self.count -= 1;
            if ids.is_empty() {
                self.by_second.remove(&second);
            }
        }
    }

    /// As JSON: ids by their second.
    pub fn to_json(&self) -> Value {
        let seconds = self.by_second.iter();
        let seconds = seconds.map(|(second, ids)| (second.to_string(), json!(ids)));
        Value::Object(seconds.collect())
    }

    /// Parses the output of [`Seen::to_json`]. `None` if it is invalid.
    pub fn from_json(json: &Map<String, Value>) -> Option<Self> {
        let mut seen = Self::default();
        for (second, ids) in json {
            let second = second.parse().ok()?;
            for id in ids.as_array()? {
                seen.insert(second, id.as_u64()?);
            }
        }
        (seen.count <= MAX_SEEN).then_some(seen)
    }

    fn insert(&mut self, second: i64, id: u64) {
        let ids = self.by_second.entry(second).or_default();
        self.count += usize::from(ids.insert(id));
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
        assert_eq!(seen.count, MAX_SEEN);
        assert!(seen.has(1, "first") && seen.has(9, "last"));
        seen.add(9, "more");
        seen.bound(2..5);
        assert!(!seen.has(1, "first") && seen.has(9, "more"));
    }
}
