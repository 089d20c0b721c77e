//! Hostile responses: each leads to a typed error, or to a result whose JSON any
//! parser reads.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod sender;
mod shape;

use crate::wire_model::{World, failure, one_line, response};
use intercom_connector::internals::types::{ActionError, FailureReason};
use proptest::prelude::*;
use serde_json::Value;

const GET: (&str, &str) = ("get-contact-by-id", r#"{"contact_id": "c1"}"#);

const PUT: (&str, &str) = ("update-contact", r#"{"contact_id": "c1", "name": "Jo"}"#);

const CREATE: (&str, &str) = ("create-contact", r#"{"role": "lead"}"#);

const SEND: (&str, &str) = (
    "send-message",
    r#"{"recipient_contact_type": "user", "recipient_contact_id": "c1", "message_type": "in-app", "from_id": "1", "body": "Hello"}"#,
);

const SEARCH: (&str, &str) = (
    "search-contacts",
    r#"{"filter_formula": "created_at > '2023-01-01T10:00:00Z'", "pagination_parameters": "all=true"}"#,
);

const CUSTOM_GET: (&str, &str) = ("custom-action", r#"{"method": "GET", "path": "/x"}"#);

const ACTIONS: [(&str, &str); 6] = [
    GET,
    PUT,
    SEARCH,
    CUSTOM_GET,
    ("list-admins", "{}"),
    ("test-connection", "{}"),
];

type Header<'a> = (&'a str, &'a str);

fn run(
    (action, input): (&str, &str),
    status: u16,
    headers: &[Header<'_>],
    body: &[u8],
) -> Result<String, ActionError> {
    let world = World::new([response(status, headers, body)]);
    let result = world.invoke(action, input, &[("MAX_RETRIES", "0")]);
    assert!(world.sent().len() <= 20, "{:?}", world.sent());
    if let Ok(json) = &result {
        let parsed = serde_json::from_str::<Value>(json);
        assert!(parsed.is_ok(), "{action}: {parsed:?}");
    }
    result
}

fn nested(depth: usize) -> Vec<u8> {
    format!(
        r#"{{"id": "c1", "x": {}1{}}}"#,
        "[".repeat(depth),
        "]".repeat(depth)
    )
    .into_bytes()
}

const GZIP: &[u8] = &[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0xab, 0xae, 5, 0];

#[test]
fn cursors_that_lead_nowhere_end_the_walk() {
    let page = |next: &str| {
        let body = format!(r#"{{"data": [{{"id": "c"}}], "pages": {{"next": {next}}}}}"#);
        response(200, &[], body)
    };
    for (what, cursors, requests) in [
        ("its own", &[r#"{"starting_after": "a"}"#; 3][..], 2),
        (
            "two in a circle",
            &[
                r#"{"starting_after": "a"}"#,
                r#"{"starting_after": "b"}"#,
                r#"{"starting_after": "a"}"#,
            ],
            3,
        ),
        ("an empty one", &[r#"{"starting_after": ""}"#], 1),
        ("a number", &[r#"{"starting_after": 7}"#, "null"], 2),
        ("an object", &[r#"{"starting_after": {}}"#], 1),
        ("a URL", &[r#""https://elsewhere.example/""#], 1),
    ] {
        let world = World::new(cursors.iter().map(|next| page(next)));
        let result = world.invoke(SEARCH.0, SEARCH.1, &[]);
        assert!(result.is_ok(), "{what}: {result:?}");
        assert_eq!(world.sent().len(), requests, "{what}");
    }
    // New cursors for ever: the search stops by itself.
    let pages = (0..100).map(|n| page(&format!(r#"{{"starting_after": "{n}"}}"#)));
    let world = World::new(pages);
    let result = world.invoke(SEARCH.0, SEARCH.1, &[]).unwrap();
    assert_eq!(world.sent().len(), 20);
    assert!(
        result.contains("the search ends after 20 requests"),
        "{result}"
    );
}

#[test]
fn the_rows_of_a_search_are_bounded_together() {
    let row = format!(r#"{{"id": "{}"}}"#, "x".repeat(900));
    let pages = (0..9).map(|n| {
        let next = format!(r#"{{"next": {{"starting_after": "{n}"}}}}"#);
        response(200, &[], format!(r#"{{"data": [{row}], "pages": {next}}}"#))
    });
    let world = World::new(pages);
    let variables = [("MAX_BODY_BYTES", "4000")];
    let error = world.invoke(SEARCH.0, SEARCH.1, &variables).unwrap_err();
    let (failure, retryable) = failure(&error);
    assert_eq!(
        one_line(failure),
        "search-contacts: the result would contain 5514 bytes of responses; request less, such as a \
         smaller page, or allow more (INTERCOM_MAX_BODY_BYTES is 4000)"
    );
    assert!(!retryable && matches!(failure.reason, FailureReason::TooLarge));
    assert_eq!(world.sent().len(), 2);
}

#[test]
fn input_is_bounded_before_it_is_read() {
    let deep = |depth| format!("{}1{}", "[".repeat(depth), "]".repeat(depth));
    let wide = format!("[{}1]", "1,".repeat(60_000));
    let long = "x".repeat(5 << 20);
    let quoted = |json: &str| serde_json::to_string(json).unwrap();
    for (input, why) in [
        (
            deep(100_000),
            "input: is nested more than 100 levels deep; nest it less deeply",
        ),
        (
            format!(r#"{{"contact_id": {}}}"#, deep(100)),
            "input: is nested more than 100 levels deep; nest it less deeply",
        ),
        (
            format!(r#"{{"contact_id": "c1", "custom_attribute": {wide}}}"#),
            "input: contains more than 50000 values; give less",
        ),
        (
            format!(r#"{{"contact_id": "{long}"}}"#),
            "input: is longer than 4194304 bytes; give less",
        ),
        (
            r#"{"$serde_json::private::RawValue": "[[1"}"#.to_owned(),
            "input: contains an object whose first key begins with $serde_json::private::; rename \
             the key",
        ),
        (
            format!(
                r#"{{"contact_id": "c1", "custom_attribute": {}}}"#,
                quoted(&deep(200))
            ),
            "custom_attribute: is nested more than 100 levels deep; nest it less deeply",
        ),
    ] {
        let error = World::default().invoke(PUT.0, &input, &[]).unwrap_err();
        let failure = failure(&error).0;
        assert_eq!(one_line(failure), format!("update-contact: {why}"));
    }
    let filter = format!(
        r#"{{"filter_formula": {}}}"#,
        quoted(&format!(r#"{{"value": {}}}"#, deep(200)))
    );
    let error = World::default().invoke(SEARCH.0, &filter, &[]).unwrap_err();
    assert_eq!(
        one_line(failure(&error).0),
        "search-contacts: filter_formula: starts like JSON, but is nested more than 100 levels deep; \
         nest it less deeply"
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    /// No action panics, whatever a server responds, and what succeeds is JSON.
    #[test]
    fn any_response_has_a_typed_result(
        action in prop::sample::select(&ACTIONS[..]),
        status in prop::sample::select(&[200, 201, 204, 302, 400, 404, 409, 410, 422, 429, 500][..]),
        body in body(),
    ) {
        let _ = run(action, status, &[], &body);
    }
}

/// Bytes, text made of JSON's pieces, and a response that is nearly Intercom's.
fn body() -> impl Strategy<Value = Vec<u8>> {
    const ANSWER: &str = r#"{"type": "list", "id": "c1", "data": [{"id": 7, "created_at": 1677628800, "custom_attributes": {"a": [1.5]}}], "errors": [{"code": "x", "message": "id=1"}], "total_count": 1, "pages": {"next": {"starting_after": "W"}}, "admins": [{"id": "1"}], "app": {"id_code": "a"}}"#;
    let piece = r#"([\[\]{},:"\\ ]|null|true|-?[0-9]{1,20}(e[0-9]{3})?|"id"|"data"|"pages"|"\\u[dD][89cC][0-9]{2}"){0,40}"#;
    let cut = 0..ANSWER.len();
    prop_oneof![
        prop::collection::vec(any::<u8>(), 0..60),
        piece.prop_map(String::into_bytes),
        (cut, any::<u8>()).prop_map(|(at, byte)| {
            let mut answer = ANSWER.as_bytes().to_vec();
            answer[at] = byte;
            answer
        }),
        (0..ANSWER.len()).prop_map(|at| ANSWER.as_bytes()[..at].to_vec()),
    ]
}
