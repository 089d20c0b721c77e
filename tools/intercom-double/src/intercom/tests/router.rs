//! The checks that every request passes, and the headers of every response.

use serde_json::{Value, json};

use super::{NOW, TOKEN, empty, get, respond, send, send_raw};
use crate::intercom::{Options, Region, State};
use crate::openapi::Description;

#[test]
fn a_request_needs_a_token_then_a_version_then_a_path() {
    let token = format!("Bearer {TOKEN}");
    let good = ("authorization", token.as_str());
    for (operation, headers, expected) in [
        ("GET /me", vec![], "401 unauthorized"),
        (
            "GET /me",
            vec![("authorization", "Bearer other")],
            "401 unauthorized",
        ),
        (
            "GET /me",
            vec![("authorization", TOKEN)],
            "401 unauthorized",
        ),
        ("GET /nothing", vec![], "401 unauthorized"),
        ("GET /me", vec![good], "200"),
        ("GET /me", vec![good, ("intercom-version", "2.9")], "200"),
        (
            "GET /me",
            vec![good, ("intercom-version", "latest")],
            "400 intercom_version_invalid",
        ),
        (
            "GET /me",
            vec![("intercom-version", "latest")],
            "401 unauthorized",
        ),
        ("GET /nothing", vec![good], "404 not_found"),
        ("PATCH /me", vec![good], "404 not_found"),
        ("POST /contacts", vec![good], "400 parameter_invalid"),
    ] {
        let response = send_raw(&mut empty(), operation, &headers, "");
        assert_eq!(response.outcome(), expected, "{operation} {headers:?}");
    }
}

#[test]
fn every_response_has_a_request_id_and_with_a_token_the_rate_limit() {
    let mut state = empty();
    let first = get(&mut state, "/me");
    assert_eq!(
        first.header("content-type"),
        "application/json; charset=utf-8"
    );
    assert_eq!(first.header("intercom-version"), "2.16");
    assert_eq!(first.header("x-ratelimit-limit"), "1667");
    assert_eq!(first.header("x-ratelimit-remaining"), "1666");
    assert_eq!(first.header("x-ratelimit-reset"), (NOW + 10).to_string());
    let rejected = send_raw(&mut state, "GET /me", &[], "");
    assert_eq!(rejected.header("x-ratelimit-limit"), "");
    let id = rejected.header("x-request-id");
    assert_eq!(id, "00000000-0000-4000-8000-000000000002");
    assert_eq!(rejected.body["request_id"], id);
}

#[test]
fn requests_over_the_rate_limit_are_rejected_and_write_nothing() {
    let options = Options {
        rate_limit: Some(1),
        ..Options::default()
    };
    let mut state = State::new(options, NOW);
    let contact = json!({ "email": "maren@example.com" });
    assert_eq!(get(&mut state, "/me").outcome(), "200");
    for _ in 0..2 {
        let rejected = send(&mut state, "POST /contacts", &contact);
        assert_eq!(rejected.outcome(), "429 rate_limit_exceeded");
        assert_eq!(rejected.header("x-ratelimit-remaining"), "0");
        assert_eq!(rejected.message(), "Exceeded rate limit of 1 in 10_seconds");
    }
    let tally = state.ledger.tally();
    assert_eq!(tally.requests_to("POST /contacts"), 2);
    assert_eq!(tally.responses.get(&429), Some(&2));
    assert_eq!(tally.duplicated_writes, [""; 0]);

    let token = format!("Bearer {TOKEN}");
    let request = http::Request::builder()
        .uri("/me")
        .header("authorization", token)
        .body(bytes::Bytes::new());
    assert_eq!(
        respond(&mut state, &request.unwrap(), NOW + 10).status(),
        200
    );
}

#[test]
fn the_token_belongs_to_the_first_admin() {
    let options = Options {
        region: Region::Au,
        ..Options::default()
    };
    let me = get(&mut State::new(options, NOW), "/me").body;
    assert_eq!(me["type"], "admin");
    assert_eq!(me["id"], "814860");
    assert_eq!(me["app"]["region"], "AU");
    assert_eq!(me["app"]["name"], "Larkspur Tea");
    let admins = get(&mut empty(), "/admins").body;
    let ids: Vec<&Value> = admins["admins"]
        .as_array()
        .unwrap()
        .iter()
        .map(|admin| &admin["id"])
        .collect();
    assert_eq!(ids, ["814860", "814861", "814862"]);
}

#[test]
fn a_duplicated_write_is_reported() {
    let mut state = empty();
    let contact = json!({ "email": "maren@example.com" });
    for expected in ["200", "409 conflict"] {
        let response = send(&mut state, "POST /contacts", &contact);
        assert_eq!(response.outcome(), expected);
    }
    for _ in 0..2 {
        let body = json!({ "query": { "field": "role", "operator": "=", "value": "user" } });
        assert_eq!(send(&mut state, "POST /contacts/search", &body).status, 200);
    }
    assert_eq!(
        state.ledger.tally().duplicated_writes,
        [r#"POST /contacts {"email":"maren@example.com"}"#]
    );
}

#[test]
fn requests_are_validated_against_the_description() {
    let description = Description::parse(
        r#"{ "components": { "schemas": {} }, "paths": { "/contacts": { "post": {
            "requestBody": { "content": { "application/json": { "schema": {
                "type": "object", "properties": { "email": { "type": "string" } } } } } } } } } }"#,
    );
    let options = Options {
        description: Some(description.unwrap()),
        ..Options::default()
    };
    let mut state = State::new(options, NOW);
    for (operation, body, expected) in [
        ("POST /contacts", json!({ "email": "a@example.com" }), "200"),
        (
            "POST /contacts",
            json!({ "email": "b@example.com", "nmae": "b" }),
            "400 parameter_invalid",
        ),
        ("GET /me", Value::Null, "200"),
    ] {
        let response = send(&mut state, operation, &body);
        assert_eq!(response.outcome(), expected, "{operation} {body}");
        assert_eq!(response.message().contains("nmae"), expected != "200");
    }
    let [violation] = state.violations.found() else {
        panic!("{:?}", state.violations.found());
    };
    assert!(violation.starts_with("POST /contacts: body"), "{violation}");
}
