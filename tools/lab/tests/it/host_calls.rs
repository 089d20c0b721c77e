//! The calls from the component to the host: their names for a request with and
//! without a body, their number for every action.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::cell::RefCell;
use std::fmt;
use std::sync::{Arc, Once};

use connector_cases::{Case, Exchange, Replay};
use connector_host::Transport;
use lab::load::Canned;
use lab::load::cases::{case, examples};
use test_support::connector;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

fn replay(case: &Case) -> Arc<dyn Transport> {
    Arc::new(Replay::new(&case.exchanges))
}

/// Calls of an action that sends no request.
const OF_AN_ACTION: usize = 2;
/// Calls for each request, and the ones that a method other than GET and a body add.
const OF_A_REQUEST: usize = 22;
const OF_A_METHOD: usize = 1;
const OF_A_BODY: usize = 3;

fn expected(case: &Case) -> usize {
    let of_a_request = |exchange: &Exchange| {
        let method = exchange.request.method != "GET";
        let body = exchange.request.body.is_some();
        OF_A_REQUEST + OF_A_METHOD * usize::from(method) + OF_A_BODY * usize::from(body)
    };
    OF_AN_ACTION + case.exchanges.iter().map(of_a_request).sum::<usize>()
}

#[tokio::test]
async fn the_example_of_each_action_makes_as_few_calls_as_its_requests_need() {
    for case in examples(&test_support::manifest().await).unwrap() {
        let made = names(&case, replay(&case)).await;
        // Of an empty body, the first read is the end.
        let expected = expected(&case) - usize::from(case.name.action == "submit-event");
        assert_eq!(made.len(), expected, "{}: {made:?}", case.name);
    }
}

/// Cases with other calls: no body is read, the clock between two pages, a wait.
#[tokio::test]
async fn further_requests_and_waits_make_few_calls() {
    for (name, requests, calls) in [
        ("custom-action/head", 1, 24),
        ("search-contacts/page-over-two-requests", 2, 55),
        ("get-contact-by-id/retried-after-rate-limit", 2, 50),
    ] {
        let case = case(name).unwrap();
        let made = names(&case, replay(&case)).await;
        let found = (case.exchanges.len(), made.len());
        assert_eq!(found, (requests, calls), "{name}: {made:?}");
    }
}

#[tokio::test]
async fn nothing_is_read_beyond_the_content_length() {
    let case = case("get-contact-by-id/page-example").unwrap();
    let reads = |calls: Vec<String>| {
        let reads = calls.iter().filter(|name| *name == "input-stream.read");
        reads.count()
    };
    assert_eq!(reads(names(&case, replay(&case)).await), 2);
    let with_length = Arc::new(Canned::new(r#"{"type": "contact", "id": "1"}"#));
    assert_eq!(reads(names(&case, with_length).await), 1);
}

/// The names of a case's calls, in order, without drops of resources.
async fn names(case: &Case, transport: Arc<dyn Transport>) -> Vec<String> {
    static SUBSCRIBED: Once = Once::new();
    SUBSCRIBED.call_once(|| tracing::subscriber::set_global_default(Names).unwrap());
    let sandbox = connector().sandbox(&case.environment, transport).await;
    let mut sandbox = sandbox.unwrap();
    NAMES.set(Some(Vec::new()));
    let ended = sandbox.invoke(&case.name.action, &case.input).await;
    let names = NAMES.take().unwrap();
    assert!(ended.unwrap().is_ok(), "{}", case.name);
    names
}

/// The calls of an action that sends one request with a body, in order;
/// `src/host/mod.rs` says what each is for.
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

thread_local! {
    /// The names of this thread's calls, while they are collected.
    static NAMES: RefCell<Option<Vec<String>>> = const { RefCell::new(None) };
}

/// Collects the WASI functions that are called: wasmtime opens a span for each. It is
/// the process's subscriber, not a thread's: tracing decides once whether a span is
/// enabled, and tests on other threads may be the first to open it.
struct Names;

impl Subscriber for Names {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.is_span() && metadata.name() == "wit-bindgen import"
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        let mut function = Function::default();
        span.record(&mut function);
        NAMES.with_borrow_mut(|names| {
            if let Some(names) = names {
                names.push(function.0);
            }
        });
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
        let case = case(name).unwrap();
        let mut expected: Vec<&str> = CALLS.lines().map(str::trim).collect();
        expected.retain(|call| has_body || !of_a_body.contains(call));
        assert_eq!(names(&case, replay(&case)).await, expected, "{name}");
    }
}
