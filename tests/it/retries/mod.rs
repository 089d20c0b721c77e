//! Retries: which requests, after which waits and for how long, over scripts of
//! faults.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod messages;
mod scripts;
mod waits;

use crate::wire_model::{Event, World, cut, failed, failure, response};
use intercom_connector::internals::{BodyCut, Phase, SendErrorKind};
use std::time::Duration;

const DATE: (&str, &str) = ("date", "Tue, 14 Nov 2023 22:13:20 GMT"); // 1700000000
const IN_7_S: [(&str, &str); 2] = [("x-ratelimit-reset", "1700000007"), DATE];

const MESSAGE: &str = r#"{"recipient_contact_type": "user", "recipient_contact_id": "c1",
    "message_type": "in-app", "from_id": "1", "body": "Hello"}"#;

/// One action of each class.
const READ: (&str, &str) = ("get-contact-by-id", r#"{"contact_id": "c1"}"#);

const SEARCH: (&str, &str) = ("search-contacts", r#"{"filter_formula": "role = 'user'"}"#);

const IDEMPOTENT: (&str, &str) = ("update-contact", r#"{"contact_id": "c1", "name": "Jo"}"#);

const IDEMPOTENT_POST: (&str, &str) = ("archive-contact", r#"{"contact_id": "c1"}"#);

const ONCE: (&str, &str) = ("send-message", MESSAGE);

const CUSTOM_POST: (&str, &str) = ("custom-action", r#"{"method": "POST", "path": "/tags"}"#);

const CUSTOM_PUT: (&str, &str) = ("custom-action", r#"{"method": "PUT", "path": "/tags"}"#);

fn refused() -> Event {
    failed(SendErrorKind::Network, false)
}

fn reset() -> Event {
    failed(SendErrorKind::Network, true)
}

fn slow(phase: Phase) -> Event {
    failed(SendErrorKind::Timeout(phase), true)
}

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

#[test]
fn each_class_retries_what_it_may() {
    let all: &[(&str, &str)] = &[
        READ,
        SEARCH,
        IDEMPOTENT,
        IDEMPOTENT_POST,
        CUSTOM_PUT,
        ONCE,
        CUSTOM_POST,
    ];
    let idempotent = &all[..5];
    let reads = &all[..2];
    let none = &all[..0];
    for (what, event, repeated_by) in [
        ("refused", refused(), all),
        ("not connected in time", slow(Phase::Connect), idempotent),
        ("429", response(429, &[], ""), all),
        ("reset", reset(), idempotent),
        ("no answer in time", slow(Phase::FirstByte), idempotent),
        ("408", response(408, &[], ""), idempotent),
        ("500", response(500, &[], ""), idempotent),
        ("502 in HTML", response(502, &[], "<html>"), idempotent),
        ("503", response(503, &[], ""), idempotent),
        ("504", response(504, &[], ""), idempotent),
        (
            "broken body",
            cut(200, BodyCut::Broken("reset".into())),
            reads,
        ),
        (
            "slow body",
            cut(200, BodyCut::TimedOut(Phase::BetweenBytes)),
            reads,
        ),
        ("denied", failed(SendErrorKind::Denied, false), none),
        ("unsendable", failed(SendErrorKind::Unsendable, false), none),
        (
            "unknown host",
            failed(SendErrorKind::UnknownHost, false),
            none,
        ),
        (
            "untrusted certificate",
            failed(SendErrorKind::Untrusted, false),
            none,
        ),
        ("login page", response(200, &[], "<html>"), none),
        ("gateway", response(403, &[], "<html>"), none),
        ("large body", cut(200, BodyCut::TooLarge(9)), none),
        ("redirect", response(302, &[], ""), none),
        ("304", response(304, &[], ""), none),
        ("400", response(400, &[], ""), none),
        ("401", response(401, &[], ""), none),
        ("404", response(404, &[], ""), none),
        ("409", response(409, &[], ""), none),
    ] {
        for &(action, input) in all {
            let world = World::new([event.clone()]);
            let result = world.invoke(action, input, &[]);
            let expected = 1 + usize::from(repeated_by.contains(&(action, input)));
            assert_eq!(
                world.sent().len(),
                expected,
                "{action} {input} after {what}"
            );
            assert_eq!(world.waits().len(), expected - 1, "{action} after {what}");
            // The second response is a success.
            assert!(expected == 1 || result.is_ok(), "{action} after {what}");
        }
    }
}

/// The lookup of a contact before a write-once action is a read; what follows is not.
#[test]
fn each_request_of_an_action_is_retried_by_its_own_class() {
    const NOTE: (&str, &str) = (
        "add-note",
        r#"{"target": "contact", "contact_id": "25", "contact_id_kind": "external_id", "body": "x"}"#,
    );
    const LINK: (&str, &str) = (
        "link-company",
        r#"{"contact_id": "25", "contact_id_kind": "external_id", "company_id": "7"}"#,
    );
    let found = || response(200, &[], r#"{"type": "contact", "id": "c1"}"#);
    for (what, (action, input), script, sent, succeeds) in [
        ("a lost lookup", NOTE, vec![reset(), found()], 3, true),
        ("a lost write", NOTE, vec![found(), reset()], 2, false),
        ("a refused write", NOTE, vec![found(), refused()], 3, true),
        ("a lost lookup", LINK, vec![reset(), found()], 3, true),
        ("a lost write", LINK, vec![found(), reset()], 3, true),
    ] {
        let world = World::new(script);
        let result = world.invoke(action, input, &[]);
        assert_eq!(world.sent().len(), sent, "{action} after {what}");
        assert_eq!(result.is_ok(), succeeds, "{action} after {what}");
    }
}

/// A response of a scroll moves it on, so the next request after a lost one would skip
/// what that held.
#[test]
fn a_scroll_is_not_retried_once_it_may_have_advanced() {
    const SCROLL: (&str, &str) = ("list-companies", r#"{"page": "69352cd2-ab5b"}"#);
    const ALL: (&str, &str) = ("list-companies", r#"{"all": true}"#);
    let first = || response(200, &[], r#"{"data": [{"id": "1"}], "scroll_param": "s1"}"#);
    for (what, event, repeats) in [
        ("refused", refused(), true),
        ("429", response(429, &[], ""), true),
        ("reset", reset(), false),
        ("500", response(500, &[], ""), false),
        ("no answer in time", slow(Phase::FirstByte), false),
        (
            "broken body",
            cut(200, BodyCut::Broken("reset".into())),
            false,
        ),
    ] {
        let world = World::new([event.clone()]);
        let (action, input) = SCROLL;
        let result = world.invoke(action, input, &[]);
        assert_eq!(world.sent().len(), 1 + usize::from(repeats), "{what}");
        // The caller's scroll is lost: the same call would go on behind the gap.
        let is_permanent = result.err().map(|error| !failure(&error).1);
        assert_eq!(is_permanent, (!repeats).then_some(true), "{what}");

        // A scroll of its own starts again with the next call.
        let world = World::new([first(), event]);
        let (action, input) = ALL;
        let result = world.invoke(action, input, &[]);
        assert_eq!(world.sent().len(), 2 + usize::from(repeats), "{what}");
        let wait = result.err().map(|error| {
            let (failure, retryable) = failure(&error);
            (retryable, failure.retry_after_ms)
        });
        assert_eq!(wait, (!repeats).then_some((true, Some(60_000))), "{what}");
    }
}
