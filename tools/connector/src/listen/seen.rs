//! The ids of the latest events, to recognise duplicates.

use std::collections::{BTreeSet, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// How many ids are remembered. Intercom sends an event at most twice, a minute apart; a
/// busy workspace has some thousand events in that time.
const REMEMBERED: usize = 10_000;

/// The ids of the latest events.
#[derive(Debug, Default)]
pub struct Seen(Mutex<Ids>);

#[derive(Debug, Default)]
struct Ids {
    known: BTreeSet<String>,
    order: VecDeque<String>,
}

impl Seen {
    /// Whether an event of this id came before.
    pub fn has(&self, id: &str) -> bool {
        self.ids().known.contains(id)
    }

    /// Remembers an id: an event that has it is a duplicate from now on.
    pub fn add(&self, id: &str) {
        let mut ids = self.ids();
        if !ids.known.insert(id.to_owned()) {
            return;
        }
        ids.order.push_back(id.to_owned());
        if ids.order.len() > REMEMBERED
            && let Some(oldest) = ids.order.pop_front()
        {
            ids.known.remove(&oldest);
        }
    }

    fn ids(&self) -> MutexGuard<'_, Ids> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_latest_ids_are_remembered() {
        let seen = Seen::default();
        for number in 0..=REMEMBERED {
            seen.add(&number.to_string());
            seen.add(&number.to_string());
        }
        let ids = seen.ids();
        assert_eq!((ids.known.len(), ids.order.len()), (REMEMBERED, REMEMBERED));
        drop(ids);
        assert!(!seen.has("0"));
        assert!(seen.has("1"));
    }
}
