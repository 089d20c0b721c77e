//! What a double was asked, what it answered, and which writes it was sent twice.

use std::collections::{BTreeMap, HashSet};

use bytes::Bytes;
use http::{Request, StatusCode};
use serde::Serialize;
use sha2::{Digest, Sha256};

/// The counts of a [`Ledger`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Tally {
    /// How often each method and path was asked, such as `POST /messages`.
    pub requests: BTreeMap<String, u64>,
    /// How often each status was answered.
    pub answers: BTreeMap<u16, u64>,
    /// The writes that must not be repeated and were: method, path and body,
    /// once for each time too many.
    pub duplicated_writes: Vec<String>,
}

impl Tally {
    /// How often `operation`, such as `POST /messages`, was asked.
    pub fn requests_to(&self, operation: &str) -> u64 {
        self.requests.get(operation).copied().unwrap_or_default()
    }
}

/// Counts exchanges, and remembers writes by the digest of their bytes: a soak
/// sends more of them than are worth keeping.
#[derive(Debug, Default)]
pub struct Ledger {
    tally: Tally,
    writes: HashSet<[u8; 32]>,
}

impl Ledger {
    /// What was counted so far.
    pub fn tally(&self) -> &Tally {
        &self.tally
    }

    /// Takes note of an exchange.
    pub fn exchange(&mut self, request: &Request<Bytes>, answer: StatusCode) {
        *self.tally.requests.entry(operation(request)).or_default() += 1;
        *self.tally.answers.entry(answer.as_u16()).or_default() += 1;
    }

    /// Takes note of a write that must not be repeated. Two are the same if
    /// their method, path and body are: so a test that means to write twice
    /// writes something else the second time.
    pub fn write(&mut self, request: &Request<Bytes>) {
        let operation = operation(request);
        let mut digest = Sha256::new();
        digest.update(&operation);
        digest.update([0]);
        digest.update(request.body());
        if !self.writes.insert(digest.finalize().into()) {
            let body = String::from_utf8_lossy(request.body());
            let write = format!("{operation} {body}");
            self.tally.duplicated_writes.push(write);
        }
    }
}

fn operation(request: &Request<Bytes>) -> String {
    format!("{} {}", request.method(), request.uri().path())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn request(method: &str, path: &str, body: &'static str) -> Request<Bytes> {
        let builder = Request::builder().method(method).uri(path);
        builder.body(Bytes::from_static(body.as_bytes())).unwrap()
    }

    #[test]
    fn a_write_is_repeated_when_method_path_and_body_are_the_same() {
        let mut ledger = Ledger::default();
        for (method, path, body) in [
            ("POST", "/messages", "a"),
            ("POST", "/messages", "b"),
            ("POST", "/contacts", "a"),
            ("PUT", "/messages", "a"),
            ("POST", "/messages", "a"),
        ] {
            ledger.write(&request(method, path, body));
        }
        assert_eq!(ledger.tally().duplicated_writes, ["POST /messages a"]);
    }

    #[test]
    fn exchanges_are_counted_without_their_query() {
        let mut ledger = Ledger::default();
        for path in ["/contacts?per_page=1", "/contacts?per_page=2", "/me"] {
            ledger.exchange(&request("GET", path, ""), StatusCode::OK);
        }
        assert_eq!(ledger.tally().requests_to("GET /contacts"), 2);
        assert_eq!(ledger.tally().requests_to("GET /nothing"), 0);
        assert_eq!(ledger.tally().answers.get(&200), Some(&3));
    }
}
