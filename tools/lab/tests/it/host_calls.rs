//! How often an action crosses into the host: each call, by name for a request of
//! either kind, and by number for every action.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::fmt;
use std::sync::{Arc, Mutex};

use connector_cases::{Case, Replay};
use connector_host::Transport;
use host_test::build;
use lab::load::Canned;
use test_support::connector;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

fn case(name: &str) -> Case {
    Case::read(&build::workspace().join("fixtures").join(name)).unwrap()
}

fn replay(case: &Case) -> Arc<dyn Transport> {
    Arc::new(Replay::new(&case.exchanges))
}

/// Requests and calls of every action: two of an action itself, 22 for each request,
/// 26 for one with a body, and those of the waits between them.
const COUNTS: [(&str, usize, usize); 13] = [
    ("authorize-url/every-field", 0, 2),
    ("test-connection/works", 1, 24),
    ("list-admins/two", 1, 24),
    ("get-contact-by-id/page-example", 1, 24),
    ("custom-action/get-with-query", 1, 24),
    ("custom-action/head", 1, 24),
    ("create-contact/every-field", 1, 28),
    ("update-contact/every-field", 1, 28),
    ("send-message/email", 1, 28),
    ("exchange-code/works", 1, 28),
    ("search-contacts/formula-page-example", 1, 28),
    ("search-contacts/page-over-two-requests", 2, 55),
    ("get-contact-by-id/repeated-after-rate-limit", 2, 50),
];

#[tokio::test]
async fn every_action_makes_as_few_calls_as_its_requests_need() {
    for (name, requests, calls) in COUNTS {
        let case = case(name);
        let made = names(&case, replay(&case)).await;
        let found = (case.exchanges.len(), made.len());
        assert_eq!(found, (requests, calls), "{name}");
    }
}

#[tokio::test]
async fn nothing_is_asked_for_beyond_an_announced_length() {
    let case = case("get-contact-by-id/page-example");
    let reads = |calls: Vec<String>| {
        let reads = calls.iter().filter(|name| *name == "input-stream.read");
        reads.count()
    };
    assert_eq!(reads(names(&case, replay(&case)).await), 2);
    let announced = Arc::new(Canned::new(r#"{"type": "contact", "id": "1"}"#));
    assert_eq!(reads(names(&case, announced).await), 1);
}

/// The calls that a case makes, in order; the handing back of resources is not
/// among them.
async fn names(case: &Case, transport: Arc<dyn Transport>) -> Vec<String> {
    let names = Names::default();
    let sandbox = connector().sandbox(&case.environment, transport).await;
    let mut sandbox = sandbox.unwrap();
    let guard = tracing::subscriber::set_default(names.clone());
    let ended = sandbox.invoke(&case.name.action, &case.input).await;
    drop(guard);
    assert!(ended.unwrap().is_ok(), "{}", case.name);
    let names = names.0.lock().unwrap();
    names.clone()
}

/// The calls of an action that sends one request with a body, in order. What each
/// is for: `src/host/mod.rs`.
const CALLS: &str = "\
    get-environment
    now
    subscribe-duration
    fields.from-list
    outgoing-request
    outgoing-request.set-method
    outgoing-request.set-scheme
    outgoing-request.set-authority
    outgoing-request.set-path-with-query
    outgoing-request.body
    request-options
    request-options.set-connect-timeout
    request-options.set-first-byte-timeout
    handle
    outgoing-body.write
    output-stream.check-write
    output-stream.write
    outgoing-body.finish
    future-incoming-response.subscribe
    poll
    future-incoming-response.get
    incoming-response.headers
    fields.entries
    incoming-response.consume
    incoming-body.stream
    input-stream.read
    input-stream.read
    incoming-response.status";

/// Writes down the functions of WASI that are called: wasmtime opens a span for
/// each.
#[derive(Clone, Default)]
struct Names(Arc<Mutex<Vec<String>>>);

impl Subscriber for Names {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.is_span() && metadata.name() == "wit-bindgen import"
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        let mut function = Function::default();
        span.record(&mut function);
        self.0.lock().unwrap().push(function.0);
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn event(&self, _: &Event<'_>) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

#[derive(Default)]
struct Function(String);

impl Visit for Function {
    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "function" {
            let plain = value.split(']').next_back().unwrap();
            self.0 = plain.to_owned();
        }
    }

    fn record_debug(&mut self, _: &Field, _: &dyn fmt::Debug) {}
}

#[tokio::test]
async fn a_request_makes_these_calls_and_no_others() {
    let of_a_body = [
        "outgoing-request.set-method",
        "outgoing-body.write",
        "output-stream.check-write",
        "output-stream.write",
    ];
    for (name, has_body) in [
        ("get-contact-by-id/page-example", false),
        ("create-contact/every-field", true),
    ] {
        let mut expected: Vec<&str> = CALLS.lines().map(str::trim).collect();
        expected.retain(|call| has_body || !of_a_body.contains(call));
        assert_eq!(
            names(&case(name), replay(&case(name))).await,
            expected,
            "{name}"
        );
    }
}
