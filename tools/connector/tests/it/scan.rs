//! The scan finds in files what redaction would have taken out of them, and
//! nothing in the repository's own fixtures.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::fs;
use std::path::Path;
use std::process::Command;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use connector::redaction::scan;
use host_test::build::workspace;
use serde_json::{Value, json};

/// Where a fixture can hold something, and how the scan names that place.
fn corners(planted: &str) -> Vec<(&'static str, Value, &'static str)> {
    let entry = |request: Value, response: Value| json!({ "log": { "entries": [{ "request": request, "response": response }] } });
    let none = || json!({});
    let percent =
        percent_encoding::utf8_percent_encode(planted, percent_encoding::NON_ALPHANUMERIC)
            .to_string();
    vec![
        ("case.json", json!({ "input": { "x": planted } }), "input.x"),
        (
            "case.json",
            json!({ "environment": { "WORKFLOW_CONTEXT": { "a": [planted] } } }),
            "environment.WORKFLOW_CONTEXT.a[0]",
        ),
        (
            "case.json",
            json!({ "expect": { "error": { "message": format!("it is {planted}.") } } }),
            "expect.error.message",
        ),
        (
            "exchange.har",
            entry(
                json!({ "url": format!("https://api.intercom.io/x?a={percent}") }),
                none(),
            ),
            "log.entries[0].request.url.a",
        ),
        (
            "exchange.har",
            entry(
                json!({ "url": format!("https://other.example/x/{planted}") }),
                none(),
            ),
            "log.entries[0].request.url",
        ),
        (
            "exchange.har",
            entry(
                json!({ "headers": [{ "name": "X-Any", "value": planted }] }),
                none(),
            ),
            "log.entries[0].request.headers[0].value",
        ),
        (
            "exchange.har",
            entry(
                json!({ "postData": { "text": json!({ "b": planted }).to_string() } }),
                none(),
            ),
            "log.entries[0].request.postData.text.b",
        ),
        (
            "exchange.har",
            entry(
                none(),
                json!({ "content": { "text": format!("<p>{planted}</p>") } }),
            ),
            "log.entries[0].response.content.text",
        ),
        (
            "exchange.har",
            entry(
                none(),
                json!({ "content": { "encoding": "base64", "text": STANDARD.encode(format!("it is {planted}")) } }),
            ),
            "log.entries[0].response.content.text",
        ),
        (
            "exchange.har",
            entry(
                none(),
                json!({ "content": { "text": json!({ planted: 1 }).to_string() } }),
            ),
            "log.entries[0].response.content.text",
        ),
    ]
}

fn leaks(root: &Path, file: &str, text: &str) -> Vec<(String, String, String)> {
    let folder = root.join("get-contact-by-id/x");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join(file), text).unwrap();
    let leaks = scan(root).unwrap().into_iter();
    let leaks = leaks.map(|leak| {
        assert!(leak.path.ends_with(format!("get-contact-by-id/x/{file}")));
        (leak.place.clone(), leak.kind.to_string(), leak.to_string())
    });
    let leaks = leaks.collect();
    fs::remove_dir_all(root.join("get-contact-by-id")).unwrap();
    leaks
}

#[test]
fn what_has_a_form_of_its_own_is_found_everywhere() {
    let root = tempfile::tempdir().unwrap();
    for (planted, kind) in [
        ("jo.hansen@acme.io", "email address"),
        ("+47 22 33 44 55", "phone number"),
        ("93.184.216.34", "IP address"),
        ("2a00:1450:4001:81c::200e", "IP address"),
        ("dG9rOmFub3RoZXIgdG9rZW4", "token"),
        (
            "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJqbyJ9.c2lnbmF0dXJl",
            "token",
        ),
        ("sk_live_4eC39HqLyjWDarjtT1zdp7dc", "token"),
        ("Bearer abcd-efgh-ijkl", "token"),
        // `user:password` and `ada:hunter2`.
        ("dXNlcjpwYXNzd29yZA==", "token"),
        ("YWRhOmh1bnRlcjI", "token"),
    ] {
        for (file, json, place) in corners(planted) {
            let found = leaks(root.path(), file, &json.to_string());
            let [(at, what, line)] = found.as_slice() else {
                panic!("{planted} at {place}: {found:?}");
            };
            assert_eq!((at.as_str(), what.as_str()), (place, kind), "{planted}");
            assert!(!line.contains(planted), "{line}");
        }
    }
}

#[test]
fn what_names_tell_is_found() {
    let root = tempfile::tempdir().unwrap();
    let header = |name: &str, value: &str| json!({ "headers": [{ "name": name, "value": value }] });
    for (json, place, kind) in [
        (
            header("Authorization", "Bearer x"),
            "headers[0].value",
            "secret",
        ),
        (header("Cookie", "a=b"), "headers[0].value", "secret"),
        (
            header("set-cookie", "a=b; Path=/"),
            "headers[0].value",
            "secret",
        ),
        (
            json!({ "cookies": [{ "name": "a", "value": "b", "path": "/" }] }),
            "cookies[0].value",
            "secret",
        ),
        (json!({ "client_secret": "x" }), "client_secret", "secret"),
        (json!({ "token": 1234 }), "token", "secret"),
        (
            json!({ "environment": { "INTERCOM_ACCESS_TOKEN": "x" } }),
            "environment.INTERCOM_ACCESS_TOKEN",
            "secret",
        ),
        (json!({ "phone": "22 33 44 55" }), "phone", "phone number"),
        (json!({ "phone": 4722334455_u64 }), "phone", "phone number"),
        (
            json!({ "email_domain": "acme.io" }),
            "email_domain",
            "domain",
        ),
        (
            json!({ "url": "https://jo:pw@api.intercom.io/me" }),
            "url",
            "secret",
        ),
    ] {
        let found = leaks(root.path(), "case.json", &json.to_string());
        let (at, what, _) = found.first().unwrap_or_else(|| panic!("{json}"));
        assert_eq!((at.as_str(), what.as_str()), (place, kind), "{json}");
    }
}

#[test]
fn public_examples_are_not_findings() {
    let root = tempfile::tempdir().unwrap();
    let fine = json!({
        "headers": [{ "name": "Authorization", "value": "REDACTED" }], "cookies": [],
        "environment": { "INTERCOM_ACCESS_TOKEN": "fixture-token", "X_TOKEN": "{{settings.token}}" },
        "email": "name@example.com", "email_domain": "example.com", "phone": "+1123456789",
        "other": "+15550142, 127.0.0.1, 10.0.0.7, 192.0.2.1, 2001:db8::1, https://example.com/x",
        "ids": ["69a2b19f8bbe006006968bec", "9f2c1a00-77aa-4a10-9d3e-0123456789ab"],
        "starting_after": "WzE3NzI0NDAxMDAsImRpIl0=", "token": null,
        "basic": STANDARD.encode("user:fixture-secret"),
        "path": "/contacts/69a2b19f8bbe006006968bec/create_conversation_without_contact_reply",
    });
    assert_eq!(leaks(root.path(), "case.json", &fine.to_string()), []);
    // Base64 that reads as something to hide is a find after all.
    let hidden = json!({ "cursor": STANDARD.encode("[1772440100,\"jo@acme.io\"]") });
    assert_eq!(
        leaks(root.path(), "case.json", &hidden.to_string()).len(),
        1
    );
}

#[test]
fn a_byte_order_mark_hides_no_place() {
    let root = tempfile::tempdir().unwrap();
    let text = "\u{feff}{\"input\": {\"x\": \"jo@acme.io\"}}";
    let found = leaks(root.path(), "case.json", text);
    let places: Vec<&str> = found.iter().map(|(place, ..)| place.as_str()).collect();
    assert_eq!(places, ["input.x"]);
}

#[test]
fn files_that_are_no_json_are_read_by_lines() {
    let root = tempfile::tempdir().unwrap();
    let found = leaks(root.path(), "notes.md", "fine\nmail jo@acme.io\n");
    let places: Vec<_> = found.iter().map(|(place, ..)| place.as_str()).collect();
    assert_eq!(places, ["line 2"]);
}

#[test]
fn the_repository_s_fixtures_contain_no_personal_data() {
    let found = scan(&workspace().join("fixtures")).unwrap();
    let found: Vec<String> = found.iter().map(ToString::to_string).collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn the_command_ends_with_1_on_a_find() {
    let root = tempfile::tempdir().unwrap();
    let scan = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_connector"));
        let output = command.arg("scan").arg(root.path()).output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        (output.status.code(), text)
    };
    fs::write(
        root.path().join("case.json"),
        r#"{"email": "name@example.com"}"#,
    )
    .unwrap();
    let (status, text) = scan();
    assert_eq!(status, Some(0), "{text}");
    assert!(text.ends_with("nothing found\n"), "{text}");
    fs::write(root.path().join("case.json"), r#"{"email": "jo@acme.io"}"#).unwrap();
    let (status, text) = scan();
    assert_eq!(status, Some(1), "{text}");
    assert!(
        text.contains("case.json\n  email: email address jo@…\n"),
        "{text}"
    );
    assert!(!text.contains("jo@acme.io"), "{text}");
}
