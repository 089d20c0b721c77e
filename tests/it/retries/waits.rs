//! How long an action waits, and how often it retries.

use crate::wire_model::{Did, Event, World, failure, one_line, response};
use intercom_connector::internals::Phase;
use std::time::Duration;

use super::{DATE, IN_7_S, READ, SEARCH, seconds, slow};

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
