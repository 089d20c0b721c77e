//! The double without a socket: requests and their responses.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod companies;
mod contacts;
mod conversations;
mod events;
mod lists;
mod messages;
mod notes;
mod oauth;
mod router;
mod script;
mod search;
mod tags;
mod tickets;

use bytes::Bytes;
use http::{HeaderMap, Request};
use serde_json::Value;

use super::{Options, State, TOKEN, respond};

/// The time of every request: 2023-11-14T22:13:20Z.
const NOW: i64 = 1_700_000_000;

/// A response, for assertions.
#[derive(Debug)]
struct TestResponse {
    status: u16,
    headers: HeaderMap,
    body: Value,
}

impl TestResponse {
    /// Status and error code, such as `404 not_found`; only the status on success.
    fn outcome(&self) -> String {
        match self.body["errors"][0]["code"].as_str() {
            Some(code) => format!("{} {code}", self.status),
            None => self.status.to_string(),
        }
    }

    fn message(&self) -> &str {
        let message = self.body["errors"][0]["message"].as_str();
        message.unwrap_or_default()
    }

    fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name);
        value.map_or("", |value| value.to_str().unwrap())
    }

    fn id(&self) -> String {
        let id = self.body["id"].as_str();
        id.unwrap_or_else(|| panic!("no id: {self:?}")).to_owned()
    }
}

fn empty() -> State {
    State::new(Options::default(), NOW)
}

fn with_contacts(contacts: usize) -> State {
    let options = Options {
        contacts,
        ..Options::default()
    };
    State::new(options, NOW)
}

/// Sends `operation`, such as `GET /me`, with headers and a body that may be
/// empty.
fn send_raw(
    state: &mut State,
    operation: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> TestResponse {
    let (method, path) = operation.split_once(' ').unwrap();
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let request = request.body(Bytes::copy_from_slice(body.as_bytes()));
    let response = respond(state, &request.unwrap(), NOW);
    TestResponse {
        status: response.status().as_u16(),
        headers: response.headers().clone(),
        body: serde_json::from_slice(response.body()).unwrap_or_default(),
    }
}

/// Sends a request with a token, for a version of the API.
fn send_version(state: &mut State, version: &str, operation: &str, body: &Value) -> TestResponse {
    let token = format!("Bearer {TOKEN}");
    let headers = [
        ("authorization", token.as_str()),
        ("intercom-version", version),
    ];
    let body = if body.is_null() {
        String::new()
    } else {
        body.to_string()
    };
    send_raw(state, operation, &headers, &body)
}

/// Sends a request with a token.
fn send(state: &mut State, operation: &str, body: &Value) -> TestResponse {
    send_version(state, "2.16", operation, body)
}

fn get(state: &mut State, path: &str) -> TestResponse {
    send(state, &format!("GET {path}"), &Value::Null)
}
