//! Who sent a response: Intercom, or a proxy before it.

use crate::wire_model::{failure, one_line};
use intercom_connector::internals::types::FailureReason;
use serde_json::Value;

use super::{ACTIONS, CREATE, CUSTOM_GET, GET, GZIP, Header, PUT, SEARCH, SEND, run};

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
