//! What a server of faults has seen: of each call that is open, and the writes
//! that came twice.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use http::Request;

use super::fault::Step;
use super::request::Asked;
use crate::ledger::Ledger;

/// What the server has seen of one call.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Seen {
    /// Requests whose head arrived.
    pub arrived: u64,
    /// Requests that were read whole.
    pub read: u64,
    /// Of these, writes that must not be repeated, and that a server which
    /// behaves as this one did may have carried out.
    pub written: u64,
}

/// Kept beside the server, so that it outlasts one that is killed.
#[derive(Debug, Clone, Default)]
pub struct RequestLog(Arc<Mutex<Pages>>);

#[derive(Debug, Default)]
struct Pages {
    calls: HashMap<u64, Seen>,
    ledger: Ledger,
}

impl RequestLog {
    /// What was seen of a call, which is over: its page is torn out.
    pub fn close(&self, call: u64) -> Seen {
        self.pages().calls.remove(&call).unwrap_or_default()
    }

    /// The writes that must not be repeated and were: method, path and body,
    /// once for each time too many.
    pub fn duplicated_writes(&self) -> Vec<String> {
        self.pages().ledger.tally().duplicated_writes.clone()
    }

    /// Takes note of a head; says how many the call has sent before.
    pub(super) fn arrived(&self, call: u64) -> u64 {
        let mut pages = self.pages();
        let seen = pages.calls.entry(call).or_default();
        seen.arrived += 1;
        seen.arrived - 1
    }

    /// Takes note of a whole request that meets this step.
    pub(super) fn read(&self, asked: &Asked, body: Bytes, step: &Step) {
        let written = step.may_carry_out() && is_write_once(&asked.method, &asked.path);
        let mut pages = self.pages();
        let seen = pages.calls.entry(asked.call).or_default();
        seen.read += 1;
        if written {
            seen.written += 1;
            let mut request = Request::new(body);
            // What is no method or path is told apart by the body alone.
            *request.method_mut() = asked.method.parse().unwrap_or_default();
            *request.uri_mut() = asked.path.parse().unwrap_or_default();
            pages.ledger.write(&request);
        }
    }

    /// The pages, also after a task that broke off.
    fn pages(&self) -> MutexGuard<'_, Pages> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether repeating a request may do a thing twice: a search only reads.
fn is_write_once(method: &str, path: &str) -> bool {
    matches!(method, "POST" | "PATCH") && !path.ends_with("/search")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_creates_must_not_be_repeated() {
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
