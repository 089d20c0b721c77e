//! A session's sandbox serves as many actions as it may, and none after one that
//! ended badly. The components count how often they were called: `1` is what a
//! fresh one says.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use connector_cases::{Case, Replay};
use connector_host::{ConnectorPre, Engine, Environment, Limits, SandboxError, Session};
use serde_json::json;
use test_support::tiny::{OK, component};
use tokio::time::timeout;
use wasmtime::component::Component;

const SOON: Duration = Duration::from_millis(100);

fn session(body: &str, limits: Limits, actions: u32) -> Session {
    let engine = Engine::new().unwrap();
    let component = Component::new(engine.wasmtime(), component(body)).unwrap();
    let plugin = ConnectorPre::new(&engine, &component, limits).unwrap();
    Session::new(&plugin, NonZeroU32::new(actions).unwrap())
}

/// What the next action comes to.
async fn next(session: &mut Session) -> Result<String, SandboxError> {
    let transport = Arc::new(Replay::new(&[]));
    let sandbox = session.sandbox(&Environment::new(), transport).await;
    let ended = sandbox.unwrap().invoke("any", "{}").await;
    ended.map(|result| result.unwrap())
}

/// `body` in the second call of a sandbox, `OK` in the others.
fn second(body: &str) -> String {
    format!("(if (i32.eq (global.get $calls) (i32.const 1)) (then {body})) {OK}")
}

const ENDLESS: &str = "(loop $l (br $l))";

#[tokio::test]
async fn a_sandbox_serves_as_many_actions_as_it_may() {
    for (actions, expected) in [(1, "11111"), (2, "12121"), (3, "12312"), (9, "12345")] {
        let mut session = session(OK, Limits::default(), actions);
        let mut told = String::new();
        for _ in 0..5 {
            told += &next(&mut session).await.unwrap();
        }
        assert_eq!(told, expected, "{actions}");
    }
}

#[tokio::test]
async fn a_sandbox_whose_action_ended_badly_is_not_used_again() {
    let short = |cpu, wall| Limits {
        cpu,
        wall,
        ..Limits::default()
    };
    let long = Duration::from_secs(60);
    for (body, limits) in [
        ("unreachable", Limits::default()),
        (ENDLESS, short(SOON, long)),
        (ENDLESS, short(long, SOON)),
    ] {
        let mut session = session(&second(body), limits, 9);
        assert_eq!(next(&mut session).await.unwrap(), "1");
        next(&mut session).await.unwrap_err();
        assert_eq!(next(&mut session).await.unwrap(), "1", "{body}");
    }
}

#[tokio::test]
async fn nor_one_that_was_refused_memory_and_went_on() {
    let limits = Limits {
        memory_bytes: 1 << 20,
        ..Limits::default()
    };
    let tries = "(drop (memory.grow (i32.const 1000)))";
    let mut session = session(&second(tries), limits, 9);
    for expected in ["1", "2", "1"] {
        assert_eq!(next(&mut session).await.unwrap(), expected);
    }
    // What it may have, it may keep.
    let within = "(drop (memory.grow (i32.const 1)))";
    let mut session = self::session(&second(within), limits, 9);
    for expected in ["1", "2", "3"] {
        assert_eq!(next(&mut session).await.unwrap(), expected);
    }
}

#[tokio::test]
async fn nor_one_whose_action_was_given_up() {
    let mut session = session(&second(ENDLESS), Limits::default(), 9);
    assert_eq!(next(&mut session).await.unwrap(), "1");
    let given_up = timeout(SOON, next(&mut session)).await;
    assert!(given_up.is_err(), "it does not end by itself");
    assert_eq!(next(&mut session).await.unwrap(), "1");
}

#[tokio::test]
async fn nor_one_that_was_called_past_the_session() {
    let mut session = session(OK, Limits::default(), 9);
    assert_eq!(next(&mut session).await.unwrap(), "1");
    let transport = Arc::new(Replay::new(&[]));
    let sandbox = session.sandbox(&Environment::new(), transport).await;
    let _ = sandbox.unwrap().parts();
    assert_eq!(next(&mut session).await.unwrap(), "1");
}

#[tokio::test]
async fn what_actions_leave_on_the_hosts_side_does_not_pile_up() {
    let plugin = test_support::connector();
    let mut session = Session::new(&plugin, NonZeroU32::MAX);
    let cases = test_support::all_cases();
    let named = |case: &&Case| case.name.to_string() == "test-connection/works";
    let case = cases.iter().find(named).unwrap();
    // More than a sandbox may hold resources.
    for number in 0..300 {
        let outcome = connector_cases::run_in(&mut session, case).await;
        assert!(outcome.passed(), "{number}: {}", outcome.report());
    }
}

#[tokio::test]
async fn each_action_has_its_own_environment() {
    let plugin = test_support::connector();
    let mut session = Session::new(&plugin, NonZeroU32::MAX);
    for (region, host) in [
        ("eu", "https://api.eu.intercom.io/"),
        ("au", "https://api.au.intercom.io/"),
        ("us", "https://api.intercom.io/"),
    ] {
        let variables = [("INTERCOM_ACCESS_TOKEN", "t"), ("INTERCOM_REGION", region)];
        let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let transport = Arc::new(Replay::new(&[]));
        let environment = Environment::from(variables);
        let sandbox = session.sandbox(&environment, transport).await.unwrap();
        let input = json!({ "contact_id": "1" }).to_string();
        let requests = sandbox.preview("get-contact-by-id", &input).await;
        let url = requests.unwrap().unwrap().remove(0).url;
        assert!(url.starts_with(host), "{region}: {url}");
    }
}
