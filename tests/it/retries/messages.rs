//! What the error of a failed request says.

use crate::wire_model::{Event, World, cut, failure, one_line, response};
use intercom_connector::internals::types::FailureReason;
use intercom_connector::internals::{BodyCut, Phase};

use super::{IN_7_S, ONCE, READ, SEARCH, refused, reset, slow};

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
