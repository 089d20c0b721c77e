//! The requests of each call at a fault server, and the calls that may have been executed twice.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::fault::Step;

/// What the server received of one call.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Seen {
    /// Requests whose head arrived.
    pub arrived: u64,
    /// Requests that were read completely.
    pub read: u64,
    /// Of these, requests that a server with this behaviour may have executed.
    pub carried_out: u64,
}

/// A log that outlives the server, which tests kill and restart.
#[derive(Debug, Clone, Default)]
pub struct RequestLog(Arc<Mutex<Calls>>);

#[derive(Debug, Default)]
struct Calls {
    open: HashMap<u64, Seen>,
    /// All calls with a request that may have been executed, open or closed.
    carried_out: HashSet<u64>,
    /// Of these, calls with more than one such request.
    repeated: BTreeSet<u64>,
}

impl RequestLog {
    /// Returns and removes the data of a call that is over.
    pub fn close(&self, call: u64) -> Seen {
        self.calls().open.remove(&call).unwrap_or_default()
    }

    /// The calls with more than one request that may have been executed, including closed ones.
    /// For an action that is not idempotent, each is a duplicated write.
    pub fn repeated(&self) -> BTreeSet<u64> {
        self.calls().repeated.clone()
    }

    /// Counts a head; returns how many the call has sent before.
    pub(super) fn record_head(&self, call: u64) -> u64 {
        let mut calls = self.calls();
        let seen = calls.open.entry(call).or_default();
        seen.arrived += 1;
        seen.arrived - 1
    }

    /// Counts a complete request that gets this step.
    pub(super) fn record_request(&self, call: u64, step: &Step) {
        let mut calls = self.calls();
        let seen = calls.open.entry(call).or_default();
        seen.read += 1;
        if step.may_take_effect() {
            seen.carried_out += 1;
            if !calls.carried_out.insert(call) {
                calls.repeated.insert(call);
            }
        }
    }

    /// The calls, also after a task that panicked.
    fn calls(&self) -> MutexGuard<'_, Calls> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repeated_call_is_found_after_it_was_closed() {
        let log = RequestLog::default();
        for (call, step) in [
            (1, Step::Silence),
            (2, Step::ResetUnread),
            (2, Step::Silence),
            (1, Step::Silence),
        ] {
            log.record_request(call, &step);
            log.close(call);
        }
        assert_eq!(log.repeated(), BTreeSet::from([1]));
    }
}
