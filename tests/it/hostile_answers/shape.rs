//! Responses that have other fields and values than documented.

use crate::wire_model::failure;
use intercom_connector::internals::types::FailureReason;
use serde_json::Value;

use super::{CUSTOM_GET, GET, SEARCH, nested, run};

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
