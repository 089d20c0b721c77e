//! Counts of requests and responses, and duplicated writes.

use std::collections::{BTreeMap, HashSet};

use bytes::Bytes;
use http::{Request, StatusCode};
use serde::Serialize;
use sha2::{Digest, Sha256};

/// The counts of a [`Ledger`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Tally {
    /// Requests by method and path, such as `POST /messages`.
    pub requests: BTreeMap<String, u64>,
    /// Responses by status.
    pub responses: BTreeMap<u16, u64>,
    /// Writes that were sent again and must not be: method, path and body, one
    /// entry for each duplicate.
    pub duplicated_writes: Vec<String>,
}

impl Tally {
    /// The number of requests to `operation`, such as `POST /messages`.
    pub fn requests_to(&self, operation: &str) -> u64 {
        self.requests.get(operation).copied().unwrap_or_default()
    }
}

/// Counts exchanges, and finds duplicated writes. Keeps only a digest of each write:
/// a soak test sends too many to keep them whole.
#[derive(Debug, Default)]
pub struct Ledger {
    tally: Tally,
    writes: HashSet<[u8; 32]>,
}

impl Ledger {
    /// The counts so far.
    pub fn tally(&self) -> &Tally {
        &self.tally
    }

    /// Records a request and the status of its response.
    pub fn record_exchange(&mut self, request: &Request<Bytes>, status: StatusCode) {
        *self.tally.requests.entry(operation(request)).or_default() += 1;
        *self.tally.responses.entry(status.as_u16()).or_default() += 1;
    }

    /// Records a write that must not be sent twice. Two writes are the same if
    /// their method, path and body are, so a test that writes twice on purpose
    /// varies the body.
    pub fn record_write(&mut self, request: &Request<Bytes>) {
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
    fn a_write_is_a_duplicate_if_method_path_and_body_are_the_same() {
        let mut ledger = Ledger::default();
        for (method, path, body) in [
            ("POST", "/messages", "a"),
            ("POST", "/messages", "b"),
            ("POST", "/contacts", "a"),
            ("PUT", "/messages", "a"),
            ("POST", "/messages", "a"),
        ] {
            ledger.record_write(&request(method, path, body));
        }
        assert_eq!(ledger.tally().duplicated_writes, ["POST /messages a"]);
    }

    #[test]
    fn requests_are_counted_without_their_query() {
        let mut ledger = Ledger::default();
        for path in ["/contacts?per_page=1", "/contacts?per_page=2", "/me"] {
            ledger.record_exchange(&request("GET", path, ""), StatusCode::OK);
        }
        assert_eq!(ledger.tally().requests_to("GET /contacts"), 2);
        assert_eq!(ledger.tally().requests_to("GET /nothing"), 0);
        assert_eq!(ledger.tally().responses.get(&200), Some(&3));
    }
}
