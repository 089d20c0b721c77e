//! Hostile responses: each leads to a typed error, or to a result whose JSON any
//! parser reads.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

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
fn an_unreadable_response_says_what_it_is() {
    let ours = ("intercom-version", "2.16");
    let json = [("content-type", "application/json"), ours];
    let html = [("content-type", "text/html; charset=utf-8"), ours];
    let gzip = [json[0], ("content-encoding", "gzip"), ours];
    let values = format!(r#"{{"data": [{}1]}}"#, "1,".repeat(300_000));
    let (again, never) = (
        "try again later",
        "check INTERCOM_VERSION, or request less if it is too large",
    );
    for (headers, body, why, hint) in [
        (&json[..], &b""[..], "it is empty", again),
        (&json, b" \r\n", "it is empty", again),
        (
            &html,
            b"<html>",
            "it is text/html; charset=utf-8 instead of JSON",
            never,
        ),
        (
            &gzip,
            GZIP,
            "it is compressed (gzip), which the connector did not request",
            never,
        ),
        (&json, b"\x1f\xff\xfe", "it is not UTF-8 text", never),
        (&json, br#"{"id": NaN}"#, "it is not a JSON object", never),
        (
            &json,
            br#"{"id": "c1", "na"#,
            "it is an incomplete JSON object",
            again,
        ),
        (
            &json,
            br#"[{"id": "c1"}]"#,
            "it is not a JSON object",
            never,
        ),
        (
            &json,
            values.as_bytes(),
            "it contains more than 250000 values",
            never,
        ),
    ] {
        let error = run(GET, 200, headers, body).unwrap_err();
        let (failure, retryable) = failure(&error);
        assert_eq!(
            one_line(failure),
            format!("get-contact-by-id: Intercom's response can't be read: {why} (200); {hint}")
        );
        assert!(matches!(failure.reason, FailureReason::MalformedResponse));
        assert_eq!(retryable, hint == again, "{why}");
        // The write took effect: it must not look like a failure.
        let done: Value = serde_json::from_str(&run(PUT, 200, headers, body).unwrap()).unwrap();
        assert_eq!(done["response"], Value::Null);
        assert!(done["notes"][0].as_str().unwrap().contains(why), "{done}");
    }
}

/// Intercom's version, which it echoes in every response.
const OURS: Header<'_> = ("intercom-version", "2.16");
const TEXT_HTML: Header<'_> = ("content-type", "text/html; charset=utf-8");

#[test]
fn what_somebody_else_says_is_no_success() {
    let login = r#"{"error": "login required"}"#;
    let ticket = r#"{"type": "ticket", "id": "73"}"#;
    let isnt = "this response isn't Intercom's, but";
    let other = "the response does not belong to this request";
    for (headers, body, why) in [
        (&[TEXT_HTML][..], "<html>Sign in</html>", isnt),
        (&[], "<?xml version='1.0'?>", isnt),
        (&[], "Access denied", isnt),
        (&[], "[]", isnt),
        (&[], "{}", isnt),
        (&[], login, isnt),
        (&[OURS], login, other),
        (&[], ticket, isnt),
        (&[OURS], ticket, other),
    ] {
        for action in [GET, PUT, CREATE, SEND] {
            let error = run(action, 200, headers, body.as_bytes()).unwrap_err();
            let (failure, retryable) = failure(&error);
            assert!(!retryable && failure.message.contains(why), "{error:?}");
            let is_read = action == GET;
            match failure.reason {
                FailureReason::MalformedResponse => assert!(is_read, "{action:?} {body}"),
                FailureReason::OutcomeUnknown => assert!(!is_read, "{action:?} {body}"),
                _ => panic!("{error:?}"),
            }
        }
        let connect = run(("test-connection", "{}"), 200, headers, body.as_bytes());
        assert!(connect.is_err(), "{body}");
    }
    // A custom action takes any answer but a page for people.
    assert!(run(CUSTOM_GET, 200, &[], login.as_bytes()).is_ok());
    assert!(run(CUSTOM_GET, 200, &[], b"a,b").is_ok());
    assert!(run(CUSTOM_GET, 200, &[TEXT_HTML, OURS], b"<html>").is_ok());
    assert!(run(CUSTOM_GET, 200, &[TEXT_HTML], b"<html>").is_err());
}

#[test]
fn a_gateway_is_not_taken_for_intercom() {
    let json = ("content-type", "application/json");
    for status in [400, 401, 403, 404, 409, 422, 451] {
        for (headers, body) in [
            (&[TEXT_HTML][..], "<html>403 Forbidden</html>"),
            (&[], "Blocked by policy"),
            (&[json], r#"{"error": {"message": "no route"}}"#),
            (
                &[json, ("x-request-id", "kong-1")],
                r#"{"message": "No API key found"}"#,
            ),
        ] {
            for action in [GET, PUT, SEARCH, SEND, CUSTOM_GET, ("list-admins", "{}")] {
                let error = run(action, status, headers, body.as_bytes()).unwrap_err();
                let (failure, retryable) = failure(&error);
                assert!(!retryable && failure.status == Some(status));
                assert!(
                    failure
                        .message
                        .contains("this response isn't Intercom's, but")
                );
                assert!(failure.message.contains(body), "{}", failure.message);
                let malformed = matches!(failure.reason, FailureReason::MalformedResponse);
                assert!(malformed, "{error:?}");
            }
        }
        for (headers, body) in [
            (&[OURS][..], "<html>"),
            (&[], ""),
            (&[], r#"{"type": "error.list", "errors": []}"#),
            (&[], r#"{"error_key": "k", "message": "m"}"#),
        ] {
            let error = run(GET, status, headers, body.as_bytes()).unwrap_err();
            let message = &failure(&error).0.message;
            assert!(!message.contains("isn't Intercom's"), "{message}");
        }
    }
}

#[test]
fn a_list_of_errors_is_a_failure_at_any_status() {
    for (code, reason, retryable) in [
        ("token_not_found", "Unauthorized", false),
        ("api_plan_restricted", "Forbidden", false),
        ("admin_not_found", "NotFound", false),
        ("conflict", "Conflict", false),
        ("rate_limit_exceeded", "RateLimited", true),
        ("service_unavailable", "Unavailable", true),
        ("parameter_not_found", "Rejected", false),
        ("some_new_code", "Rejected", false),
    ] {
        let body = format!(r#"{{"type": "error.list", "errors": [{{"code": "{code}"}}]}}"#);
        for action in ACTIONS {
            let error = run(action, 200, &[], body.as_bytes()).unwrap_err();
            let (failure, may_retry) = failure(&error);
            assert_eq!(failure.codes, [code], "{action:?}: {failure:?}");
            let found = format!("{:?}", failure.reason);
            assert!(found.contains(reason), "{action:?} {code}: {found}");
            assert_eq!(may_retry, retryable, "{code}");
        }
    }
    let failed = br#"{"type": "error.list", "errors": [{"code": "server_error"}]}"#;
    let error = run(SEND, 200, &[], failed).unwrap_err();
    let unknown = matches!(failure(&error).0.reason, FailureReason::OutcomeUnknown);
    assert!(unknown, "{error:?}");
}

#[test]
fn a_value_that_is_not_a_list_is_not_an_empty_one() {
    for (action, name) in [(SEARCH, "data"), (("list-admins", "{}"), "admins")] {
        for value in ["null", "{}", "7", r#""[]""#] {
            let body = format!(r#"{{"type": "list", "{name}": {value}}}"#);
            let error = run(action, 200, &[], body.as_bytes()).unwrap_err();
            let (failure, retryable) = failure(&error);
            let malformed = matches!(failure.reason, FailureReason::MalformedResponse);
            assert!(malformed && !retryable, "{error:?}");
        }
    }
}

#[test]
fn one_odd_field_does_not_hide_the_rest() {
    for odd in [
        r#""$serde_json::private::Number""#.to_owned(),
        r#"{"$serde_json::private::RawValue": "[[["}"#.to_owned(),
        r#""\ud83d""#.to_owned(),
        r#""\u0000\u001b[2J""#.to_owned(),
        "\"a\tb\u{1}\r\n\"".to_owned(),
        "{\"a\u{7f}\u{1f}b\": [\"\\\\\n\"]}".to_owned(),
        "1e999999".to_owned(),
        "9".repeat(5000),
        format!("{}{}", "[".repeat(100_000), "]".repeat(100_000)),
    ] {
        let row = format!(r#"{{"type": "contact", "id": "c1", "name": {odd}, "email": "e"}}"#);
        let result: Value =
            serde_json::from_str(&run(GET, 200, &[], row.as_bytes()).unwrap()).unwrap();
        assert_eq!(result["email"], "e");
        let page = format!("\u{feff}{{\"data\": [{row}, {row}]}}");
        let result = run(SEARCH, 200, &[], page.as_bytes()).unwrap();
        let result: Value = serde_json::from_str(&result).unwrap();
        assert_eq!(result["total_count"], Value::Null);
        let error =
            format!(r#"{{"x": {odd}, "type": "error.list", "errors": [{{"code": "conflict"}}]}}"#);
        let error = run(GET, 409, &[], error.as_bytes()).unwrap_err();
        assert_eq!(failure(&error).0.codes, ["conflict"]);
    }
}

#[test]
fn bytes_that_are_not_utf_8_do_not_hide_the_rest() {
    for odd in [
        &b"\xff"[..],
        b"M\xfcller",
        b"\xf0\x9f\x98",
        b"\xed\xa0\xbd \xc0\x80",
    ] {
        let body = [
            br#"{"type": "contact", "id": "c1", "name": ""#,
            odd,
            br#""}"#,
        ]
        .concat();
        let result = run(GET, 200, &[], &body).unwrap();
        let result: Value = serde_json::from_str(&result).unwrap();
        assert_eq!(result["id"], "c1");
        assert!(result["name"].as_str().unwrap().contains('\u{fffd}'));
        assert_eq!(
            result["notes"][0],
            "in the response, bytes that are not UTF-8 became U+FFFD"
        );
        let error = [
            br#"{"type": "error.list", "errors": [{"code": "x", "message": ""#,
            odd,
            br#""}]}"#,
        ];
        let error = run(GET, 409, &[], &error.concat()).unwrap_err();
        assert_eq!(failure(&error).0.codes, ["x"]);
    }
}

#[test]
fn odd_responses_are_read_as_far_as_they_fit() {
    for (body, pointer, expected) in [
        (r#"{"id": "c1"}"#, "/id", r#""c1""#),
        ("\u{feff}{\"id\": \"c1\"}", "/id", r#""c1""#),
        // As text, whatever the content type.
        (
            r#"{"type": "contact", "id": "a/../b?c#d\u0000é\" "}"#,
            "/id",
            r#""a/../b?c#d\u0000é\" ""#,
        ),
        (r#"{"type": "contact", "id": 1e400}"#, "/id", r#""1e400""#),
        (
            r#"{"id": "c1", "created_at": 1e400}"#,
            "/created_at",
            "null",
        ),
        (
            r#"{"type": "contact", "id": 123456789012345678901234567890}"#,
            "/id",
            r#""123456789012345678901234567890""#,
        ),
        (
            r#"{"type": "contact", "created_at": 99999999999999999999}"#,
            "/created_at",
            "null",
        ),
        (
            r#"{"type": "contact", "id": "first", "id": "last"}"#,
            "/id",
            r#""last""#,
        ),
        (r#"{"type": "conversation", "id": "c1"}"#, "/id", r#""c1""#),
        (
            r#"{"type": "contact", "id": {"x": 1}, "email": ["e"]}"#,
            "/id",
            "null",
        ),
    ] {
        let json = run(GET, 200, &[("content-type", "text/plain")], body.as_bytes()).unwrap();
        let result: Value = serde_json::from_str(&json).unwrap();
        let expected: Value = serde_json::from_str(expected).unwrap();
        assert_eq!(result.pointer(pointer), Some(&expected), "{body}");
    }
    let (_, depth) = (run(GET, 200, &[], &nested(98)).unwrap(), 98);
    assert!(run(CUSTOM_GET, 200, &[], &nested(depth)).is_ok());
    assert!(run(CUSTOM_GET, 200, &[], &nested(100_000)).is_ok());
    // Text that is not JSON stays text, however many brackets it has.
    assert!(run(CUSTOM_GET, 200, &[], "[".repeat(100_000).as_bytes()).is_ok());
}

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
fn a_refusal_is_quoted_in_part_only() {
    let long = "m".repeat(1_000_000);
    let error = format!(r#"{{"code": "{long}", "message": "{long}"}}"#);
    let errors = vec![error; 3].join(",");
    let body = format!(r#"{{"request_id": "{long}", "errors": [{errors}]}}"#);
    let by_field = format!(r#"{{"errors": {{"{long}": "{long}"}}}}"#);
    let merged = format!("</contacts/{long}>; rel=canonical");
    for (status, headers, body) in [
        (400, vec![], body.as_str()),
        (503, vec![], &body),
        (422, vec![], &by_field),
        (410, vec![("link", merged.as_str())], ""),
        (
            400,
            vec![],
            r#"{"errors": [{"code": {"x": [1]}, "message": ["\ud800"]}]}"#,
        ),
    ] {
        let error = run(GET, status, &headers, body.as_bytes()).unwrap_err();
        let (failure, _) = failure(&error);
        assert!(
            failure.message.len() < 5000,
            "{} bytes",
            failure.message.len()
        );
        assert!(failure.codes.iter().all(|code| code.len() < 500));
        assert_eq!(failure.status, Some(status));
    }
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
