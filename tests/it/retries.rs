//! Retries: which requests, after which waits and for how long, over scripts of
//! faults.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use crate::wire_model::{Did, Event, World, cut, failed, failure, one_line, response};
use intercom_connector::internals::types::FailureReason;
use intercom_connector::internals::{BodyCut, Phase, SendErrorKind};
use proptest::prelude::*;
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

#[test]
fn waits_follow_the_response() {
    for (what, event, least, most) in [
        ("reset by Date", response(429, &IN_7_S, ""), 7000, 8400),
        (
            "seconds",
            response(429, &[("retry-after", "3")], ""),
            3000,
            3600,
        ),
        (
            "a date",
            response(
                503,
                &[("retry-after", "Tue, 14 Nov 2023 22:13:22 GMT"), DATE],
                "",
            ),
            2000,
            2500,
        ),
        (
            "a reset in the past",
            response(429, &[("x-ratelimit-reset", "1699999990"), DATE], ""),
            0,
            500,
        ),
        (
            "a reset in a year: not believed",
            response(429, &[("x-ratelimit-reset", "1731536000"), DATE], ""),
            0,
            500,
        ),
        ("nothing", response(429, &[], ""), 0, 500),
        (
            "a reset that is not for this",
            response(503, &IN_7_S, ""),
            0,
            500,
        ),
    ] {
        for seed in ["1", "2", "3"] {
            let world = World::new([event.clone()]);
            world
                .invoke(READ.0, READ.1, &[("JITTER_SEED", seed)])
                .unwrap();
            let [wait] = world.waits()[..] else {
                panic!("{what}: {:?}", world.log())
            };
            let wait = wait.as_millis();
            assert!((least..=most).contains(&wait), "{what}: {wait} ms");
        }
    }
}

/// Variables, script, action; the failure's `retry-after-ms`, its message and hint.
type Told<'a> = (
    &'a [(&'a str, &'a str)],
    &'a [Event],
    (&'a str, &'a str),
    Option<u64>,
    &'a str,
);

#[test]
fn a_failure_says_why_it_is_not_retried() {
    let unavailable = response(503, &[], "");
    let limited = response(429, &IN_7_S, "");
    let cases: &[Told<'_>] = &[
        (
            &[("MAX_RETRIES", "0")],
            std::slice::from_ref(&limited),
            READ,
            Some(7000),
            "get-contact-by-id: Intercom's rate limit is reached (429); try again after 7000 ms",
        ),
        (
            &[],
            &[
                unavailable.clone(),
                unavailable.clone(),
                unavailable.clone(),
            ],
            READ,
            None,
            "get-contact-by-id: Intercom failed (503) (3 attempts were made); try again later",
        ),
        (
            &[("RETRY_BUDGET_MS", "5000")],
            std::slice::from_ref(&limited),
            SEARCH,
            Some(7000),
            "search-contacts: Intercom's rate limit is reached (429), and a wait of 7000 ms does \
             not fit into the 5000 ms left of INTERCOM_RETRY_BUDGET_MS; try again after 7000 ms",
        ),
        (
            &[("ACTION_TIMEOUT_MS", "7500")],
            std::slice::from_ref(&limited),
            ONCE,
            Some(7000),
            "send-message: Intercom's rate limit is reached (429), and a wait of 7000 ms does not \
             fit into the 6400 ms left of INTERCOM_ACTION_TIMEOUT_MS; try again after 7000 ms",
        ),
        (
            &[],
            &[refused(), response(404, &[], "")],
            READ,
            None,
            "get-contact-by-id: the object does not exist in Intercom (404) (2 attempts were \
             made); check contact_id, which is in the URL of the contact's page; it is not the \
             external_id, and each workspace has its own",
        ),
        (
            &[],
            &[reset()],
            ONCE,
            None,
            "send-message: sent once, and whether it took effect is unknown: as scripted; check \
             the contact's conversations before you send it again",
        ),
        (
            &[],
            &[limited.clone(), reset()],
            ONCE,
            None,
            "send-message: sent on attempt 2 (earlier attempts had no effect), and whether it took \
             effect is unknown: as scripted; check the contact's conversations before you send it \
             again",
        ),
    ];
    for (variables, script, (action, input), retry_after_ms, message) in cases {
        let world = World::new(script.to_vec());
        let error = world.invoke(action, input, variables).unwrap_err();
        let (failure, _) = failure(&error);
        assert_eq!(one_line(failure), *message);
        assert_eq!(failure.retry_after_ms, *retry_after_ms, "{message}");
    }
}

#[test]
fn each_timeout_names_its_variable() {
    let once = &[("MAX_RETRIES", "0")];
    for (event, message) in [
        (
            slow(Phase::Connect),
            "no connection to api.intercom.io in time (as scripted); try again later, or allow \
             more time (INTERCOM_CONNECT_TIMEOUT_MS is 30000)",
        ),
        (
            slow(Phase::FirstByte),
            "api.intercom.io did not respond in time (as scripted); try again later, or allow more \
             time (INTERCOM_FIRST_BYTE_TIMEOUT_MS is 30000)",
        ),
        (
            cut(200, BodyCut::TimedOut(Phase::BetweenBytes)),
            "Intercom's response can't be read: the rest did not arrive in time (200); try again later, \
             or allow more time (INTERCOM_BETWEEN_BYTES_TIMEOUT_MS is 30000)",
        ),
        (
            cut(200, BodyCut::TimedOut(Phase::Action)),
            "Intercom's response can't be read: the rest did not arrive in time (200); try again later, \
             or allow more time (INTERCOM_ACTION_TIMEOUT_MS is 120000)",
        ),
        (
            slow(Phase::Action),
            "api.intercom.io did not respond within the action's timeout (as scripted); try again \
             later, or allow more time (INTERCOM_ACTION_TIMEOUT_MS is 120000)",
        ),
    ] {
        let world = World::new([event]);
        let error = world.invoke(READ.0, READ.1, once).unwrap_err();
        let (failure, retryable) = failure(&error);
        assert_eq!(one_line(failure), format!("get-contact-by-id: {message}"));
        assert!(retryable && matches!(failure.reason, FailureReason::Timeout));
    }
    let world = World::new([slow(Phase::FirstByte)]);
    let error = world.invoke(ONCE.0, ONCE.1, once).unwrap_err();
    let (failure, _) = failure(&error);
    assert!(
        failure
            .message
            .contains("unknown: as scripted (INTERCOM_FIRST_BYTE_TIMEOUT_MS is 30000)"),
        "{}",
        failure.message
    );
}

/// A page of a search, with the cursor of the next one.
fn page(next: u64, takes: Duration) -> Event {
    let body = format!(
        r#"{{"data": [{{"id": "c{next}"}}], "pages": {{"next": {{"starting_after": "{next}"}}}}}}"#
    );
    Event {
        takes,
        ..response(200, &[], body)
    }
}

const SEARCH_ALL: &str =
    r#"{"filter_formula": "role = 'user'", "pagination_parameters": "all=true"}"#;

#[test]
fn the_budget_is_one_for_all_pages_of_a_search() {
    let pages = |next| page(next, Duration::ZERO);
    let script = [1, 2, 3].map(|next| [pages(next), response(503, &[], "")]);
    let world = World::new(script.into_iter().flatten());
    let error = world.invoke(SEARCH.0, SEARCH_ALL, &[]).unwrap_err();
    assert_eq!(
        world.sent().len(),
        6,
        "two of the three failures are repeated"
    );
    assert!(failure(&error).1);
}

#[test]
fn the_actions_time_bounds_requests_and_waits() {
    let variables = [("ACTION_TIMEOUT_MS", "10000")];
    // An endless search ends when its time runs out.
    let script = (1..).take(20).map(|next| page(next, seconds(3)));
    let world = World::new(script);
    let error = world.invoke(SEARCH.0, SEARCH_ALL, &variables).unwrap_err();
    assert_eq!(world.time(), seconds(10));
    assert_eq!(
        one_line(failure(&error).0),
        "search-contacts: api.intercom.io did not respond within the action's timeout (as scripted); \
         try again later, or allow more time (INTERCOM_ACTION_TIMEOUT_MS is 10000)"
    );
    // The remaining time caps the timeouts of each request.
    let capped = world.log().into_iter().map(|did| match did {
        Did::Send(_, timeouts) => (timeouts.first_byte, timeouts.action),
        Did::Wait(_) => panic!("nothing to wait for"),
    });
    let left = [10, 7, 4, 1].map(|left| (seconds(left), seconds(left)));
    assert_eq!(capped.collect::<Vec<_>>(), left);
    // A capped phase ended with the action.
    let world = World::new([page(1, seconds(9)), slow(Phase::FirstByte)]);
    let error = world.invoke(SEARCH.0, SEARCH_ALL, &variables).unwrap_err();
    assert!(one_line(failure(&error).0).contains("INTERCOM_ACTION_TIMEOUT_MS"));
    // No request is sent without time.
    let world = World::new([page(1, seconds(10)), page(2, seconds(1))]);
    let error = world.invoke(SEARCH.0, SEARCH_ALL, &variables).unwrap_err();
    assert_eq!(world.sent().len(), 1);
    assert_eq!(
        one_line(failure(&error).0),
        "search-contacts: the action timed out before its next request; try again later, or \
         allow more time (INTERCOM_ACTION_TIMEOUT_MS is 10000)"
    );
}

fn event() -> impl Strategy<Value = Event> {
    let phase = prop::sample::select(&[Phase::Connect, Phase::FirstByte, Phase::Action][..]);
    let status = prop::sample::select(&[200, 400, 404, 408, 409, 429, 500, 502, 503, 504, 302][..]);
    let headers = prop::sample::select(vec![
        vec![],
        vec![("retry-after", "0")],
        vec![("retry-after", "4")],
        IN_7_S.to_vec(),
    ]);
    let event = prop_oneof![
        2 => any::<bool>().prop_map(|received| failed(SendErrorKind::Network, received)),
        1 => Just(failed(SendErrorKind::Denied, false)),
        1 => phase.prop_map(slow),
        1 => Just(cut(200, BodyCut::Broken("reset".into()))),
        1 => Just(cut(200, BodyCut::TimedOut(Phase::BetweenBytes))),
        6 => (status, headers).prop_map(|(status, headers)| response(status, &headers, "{}")),
    ];
    (event, 0..20_000_u64).prop_map(|(event, takes)| Event {
        takes: Duration::from_millis(takes),
        ..event
    })
}

/// Whether Intercom may have carried out the request.
fn maybe_processed(event: &Event) -> bool {
    match &event.outcome {
        Ok(response) => response.status != 429,
        Err(error) => error.maybe_received,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    /// Retries, waits and time stay within limits whatever happens, and a call
    /// without retries never waits.
    #[test]
    fn every_script_stays_within_bounds(
        action in prop::sample::select(&[READ, SEARCH, IDEMPOTENT, CUSTOM_PUT, ONCE, CUSTOM_POST][..]),
        script in prop::collection::vec(event(), 0..14),
        max_retries in 0..=10_usize,
        budget in 0..30_000_u64,
        limit in 1..60_000_u64,
        seed: u64,
    ) {
        let world = World::new(script);
        let result = world.invoke(action.0, action.1, &[
            ("MAX_RETRIES", &max_retries.to_string()),
            ("RETRY_BUDGET_MS", &budget.to_string()),
            ("ACTION_TIMEOUT_MS", &limit.to_string()),
            ("JITTER_SEED", &seed.to_string()),
        ]);
        prop_assert!(world.sent().len() <= 1 + max_retries);
        prop_assert!(world.waits().len() <= max_retries);
        prop_assert!(world.waits().into_iter().sum::<Duration>() <= Duration::from_millis(budget));
        prop_assert!(world.time() <= Duration::from_millis(limit));
        if let Err(error) = &result {
            let (failure, _) = failure(error);
            let several = ["attempts were made", "sent on attempt", " times, and whether"];
            let told = several.iter().any(|several| failure.message.contains(several));
            prop_assert_eq!(told, world.sent().len() > 1, "{}", failure.message);
        }
    }

    /// A write that may have been carried out is the last request.
    #[test]
    fn a_write_once_is_sent_once(
        action in prop::sample::select(&[ONCE, CUSTOM_POST][..]),
        script in prop::collection::vec(event(), 0..8),
        seed: u64,
    ) {
        let variables = [("MAX_RETRIES", "10"), ("RETRY_BUDGET_MS", "3600000"), ("ACTION_TIMEOUT_MS", "3600000")];
        let world = World::new(script.clone());
        let result = world.invoke(action.0, action.1, &[&variables[..], &[("JITTER_SEED", &seed.to_string())]].concat());
        let sent = world.sent().len();
        for (index, event) in script.iter().enumerate().take(sent.saturating_sub(1)) {
            prop_assert!(!maybe_processed(event), "sent again after {index}: {event:?}");
        }
        // And its error is not retryable.
        if let (Some(last), Err(error)) = (script.get(sent - 1), &result) {
            prop_assert!(!(maybe_processed(last) && failure(error).1), "{last:?} gave {error:?}");
        }
    }
}
