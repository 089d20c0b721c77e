//! What a fault server received: counts for each open call, and duplicated writes.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use http::Request;

use super::fault::Step;
use super::request::RequestHead;
use crate::ledger::Ledger;

/// What the server received of one call.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Seen {
    /// Requests whose head arrived.
    pub arrived: u64,
    /// Requests that were read completely.
    pub read: u64,
    /// Of these, writes that must not be sent twice, and that may have taken effect
    /// given how the server responded.
    pub written: u64,
}

/// A log that outlives the server, which tests kill and restart.
#[derive(Debug, Clone, Default)]
pub struct RequestLog(Arc<Mutex<Entries>>);

#[derive(Debug, Default)]
struct Entries {
    calls: HashMap<u64, Seen>,
    ledger: Ledger,
}

impl RequestLog {
    /// Removes a finished call, and returns what was received of it.
    pub fn close(&self, call: u64) -> Seen {
        self.entries().calls.remove(&call).unwrap_or_default()
    }

    /// Writes that were sent again and must not be: method, path and body, one
    /// entry for each duplicate.
    pub fn duplicated_writes(&self) -> Vec<String> {
        self.entries().ledger.tally().duplicated_writes.clone()
    }

    /// Records the head of a request, and returns its number in the call, from zero.
    pub(super) fn record_head(&self, call: u64) -> u64 {
        let mut entries = self.entries();
        let seen = entries.calls.entry(call).or_default();
        seen.arrived += 1;
        seen.arrived - 1
    }

    /// Records a complete request and the step that applies to it.
    pub(super) fn record_request(&self, request: &RequestHead, body: Bytes, step: &Step) {
        let written = step.may_take_effect() && is_write_once(&request.method, &request.path);
        let mut entries = self.entries();
        let seen = entries.calls.entry(request.call).or_default();
        seen.read += 1;
        if written {
            seen.written += 1;
            let mut write = Request::new(body);
            // An invalid method or path falls back to the default: then only the
            // body tells two writes apart.
            *write.method_mut() = request.method.parse().unwrap_or_default();
            *write.uri_mut() = request.path.parse().unwrap_or_default();
            entries.ledger.record_write(&write);
        }
    }

    /// The entries, even after a task panicked.
    fn entries(&self) -> MutexGuard<'_, Entries> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether a retry of a request may take effect twice. A search only reads.
fn is_write_once(method: &str, path: &str) -> bool {
    matches!(method, "POST" | "PATCH") && !path.ends_with("/search")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_creating_requests_must_not_be_sent_twice() {
        for (method, path, once) in [
            ("POST", "/contacts", true),
            ("POST", "/messages", true),
            ("PATCH", "/x", true),
            ("POST", "/contacts/search", false),
            ("PUT", "/contacts/1", false),
            ("GET", "/me", false),
            ("DELETE", "/contacts/1", false),
        ] {
            assert_eq!(is_write_once(method, path), once, "{method} {path}");
        }
    }
}
