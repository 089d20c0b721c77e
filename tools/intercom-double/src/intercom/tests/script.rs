//! Scripted errors and delays: which requests they apply to, and how often.

use std::time::Duration;

use serde_json::{Value, json};

use super::{empty, get, send};
use crate::intercom::script::Script;

fn scripted(state: &mut super::State, steps: &Value) {
    let body = steps.to_string();
    state.script.replace(body.as_bytes()).unwrap();
}

#[test]
fn a_request_takes_the_first_matching_step_with_times_left() {
    let mut state = empty();
    scripted(
        &mut state,
        &json!([
            { "request": "POST /contacts", "containing": "maren@", "times": 2, "status": 503 },
            { "request": "POST /contacts", "status": 429 },
        ]),
    );
    for (email, expected) in [
        ("maren@example.com", "503 service_unavailable"),
        ("ada@example.com", "429 rate_limit_exceeded"),
        ("ada@example.com", "200"),
        ("maren@example.com", "503 service_unavailable"),
        ("maren@example.com", "200"),
    ] {
        let contact = json!({ "email": email });
        let response = send(&mut state, "POST /contacts", &contact);
        assert_eq!(response.outcome(), expected, "{email}");
    }
    assert_eq!(get(&mut state, "/contacts").body["total_count"], 2);
    let writes = &state.ledger.tally().duplicated_writes;
    assert_eq!(writes, &[""; 0], "a scripted error is not a write");
}

#[test]
fn a_step_applies_to_a_path_with_any_id() {
    let mut state = empty();
    let step = json!([{ "request": "GET /contacts/{id}", "status": 503, "times": 2 }]);
    scripted(&mut state, &step);
    for (path, expected) in [
        ("/contacts", "200"),
        ("/contacts/a", "503 service_unavailable"),
        ("/contacts/a/notes", "200"),
        ("/contacts/b", "503 service_unavailable"),
        ("/contacts/b", "404 not_found"),
    ] {
        assert_eq!(get(&mut state, path).outcome(), expected, "{path}");
    }
}

#[test]
fn a_new_script_replaces_the_old_one() {
    let mut state = empty();
    scripted(
        &mut state,
        &json!([{ "request": "GET /me", "status": 500, "times": 9 }]),
    );
    assert_eq!(get(&mut state, "/me").outcome(), "500 server_error");
    scripted(&mut state, &json!([]));
    assert_eq!(get(&mut state, "/me").outcome(), "200");
}

#[test]
fn a_response_is_delayed_as_scripted() {
    let mut script = Script::default();
    let steps = json!([{ "request": "GET /me", "hold_ms": 1500 }]).to_string();
    script.replace(steps.as_bytes()).unwrap();
    let request = http::Request::builder().uri("/me");
    let request = request.body(bytes::Bytes::new()).unwrap();
    assert_eq!(script.next(&request).delay, Duration::from_millis(1500));
    assert_eq!(script.next(&request).delay, Duration::ZERO);
}

#[test]
fn an_invalid_script_is_rejected() {
    let mut script = Script::default();
    for (body, problem) in [
        ("", "not a list of steps"),
        ("{}", "not a list of steps"),
        (r#"[{ "times": 2 }]"#, "missing field `request`"),
        (
            r#"[{ "request": "GET /me", "delay": 2 }]"#,
            "unknown field `delay`",
        ),
        (
            r#"[{ "request": "GET /me", "status": 200 }]"#,
            "200 is not an error status",
        ),
    ] {
        let error = script.replace(body.as_bytes()).unwrap_err();
        assert!(error.message.contains(problem), "{body}: {}", error.message);
    }
}
