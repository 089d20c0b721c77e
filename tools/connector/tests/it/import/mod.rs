//! HAR files of browsers and proxies become cases of the actions that send their
//! requests; what can't is skipped, and said so.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod browser;
mod proxy;

use connector::record::{self, Imported};
use serde_json::{Value, json};
use std::fs;
use std::path::Path;

const ID: &str = "69b2b19f8bbe006006968bec";

const TOKEN: &str = "dG9rOnRoZSByZWFsIG9uZQ==";

/// Nothing of this may be in what is written.
const PRIVATE: [&str; 8] = [
    TOKEN,
    ID,
    "jo.hansen@acme.io",
    "Johanna",
    "8148601",
    "s3ss10n-cookie",
    "johansen",
    "Mozilla",
];

/// An entry as a browser writes it: HTTP/2, with its own headers and fields.
fn of_browser(method: &str, url: &str, body: &Value, status: u16, answer: &str) -> Value {
    let mut entry = json!({
        "_initiator": { "type": "script" }, "_priority": "High", "_resourceType": "fetch",
        "cache": {}, "connection": "443", "pageref": "page_1",
        "startedDateTime": "2026-03-07T10:40:25.123Z", "time": 225.37,
        "timings": { "blocked": 1.2, "dns": -1, "ssl": -1, "connect": -1, "send": 0.1, "wait": 220, "receive": 4 },
        "request": {
            "method": method, "url": url, "httpVersion": "http/2.0",
            "headers": [
                { "name": ":authority", "value": "api.intercom.io" },
                { "name": ":method", "value": method },
                { "name": "accept", "value": "*/*" },
                { "name": "authorization", "value": format!("Bearer {TOKEN}") },
                { "name": "content-type", "value": "application/json;charset=UTF-8" },
                { "name": "cookie", "value": "session=s3ss10n-cookie" },
                { "name": "sec-ch-ua", "value": "\"Chromium\";v=\"145\"" },
                { "name": "user-agent", "value": "Mozilla/5.0" },
            ],
            "queryString": [], "cookies": [{ "name": "session", "value": "s3ss10n-cookie" }],
            "headersSize": -1, "bodySize": -1,
        },
        "response": {
            "status": status, "statusText": "", "httpVersion": "http/2.0",
            "headers": [
                { "name": "content-type", "value": "application/json; charset=utf-8" },
                { "name": "content-encoding", "value": "br" },
                { "name": "x-request-id", "value": "9f2c1a00-77aa-4a10-9d3e-0123456789ab" },
                { "name": "set-cookie", "value": "session=s3ss10n-cookie; HttpOnly" },
            ],
            "cookies": [], "content": { "size": answer.len(), "mimeType": "application/json", "text": answer },
            "redirectURL": "", "headersSize": -1, "bodySize": -1, "_transferSize": 1200, "_error": null,
        },
    });
    if !body.is_null() {
        entry["request"]["postData"] =
            json!({ "mimeType": "application/json", "text": body.to_string() });
    }
    entry
}

async fn import(root: &Path, creator: &str, entries: &[Value]) -> Vec<String> {
    let file = root.join("some.har");
    let har = json!({ "log": {
        "version": "1.2", "creator": { "name": creator, "version": "1" }, "pages": [], "entries": entries,
    } });
    // With a byte order mark, as some shells write it.
    fs::write(&file, format!("\u{feff}{har}")).unwrap();
    let out = root.join("fixtures");
    let imported = record::import(&test_support::connector(), &file, &out, false)
        .await
        .unwrap();
    let lines = imported
        .iter()
        .map(|Imported { outcome, .. }| match outcome {
            Ok(name) => name.to_string(),
            Err(skipped) => skipped.to_string(),
        });
    lines.collect()
}

/// All cases below `root` replay and hold nothing private.
async fn is_fine(root: &Path) {
    let fixtures = root.join("fixtures");
    for case in connector_cases::select(&fixtures, None).unwrap() {
        let outcome = connector_cases::run(&test_support::connector(), &case).await;
        assert!(outcome.passed(), "{}", outcome.report());
        for file in ["case.json", "exchange.har"] {
            let text = fs::read_to_string(case.folder.join(file)).unwrap();
            for private in PRIVATE {
                assert!(!text.contains(private), "{private} in {file}: {text}");
            }
        }
    }
    assert_eq!(connector::redaction::scan(&fixtures).unwrap(), []);
}

#[tokio::test]
async fn a_file_that_is_no_archive_is_an_error() {
    let root = tempfile::tempdir().unwrap();
    let file = root.path().join("some.har");
    for (text, message) in [
        ("{", "EOF"),
        (
            r#"{"log": {"version": "1.1", "entries": []}}"#,
            "log.version is \"1.1\"",
        ),
    ] {
        fs::write(&file, text).unwrap();
        let error = record::import(&test_support::connector(), &file, root.path(), false)
            .await
            .unwrap_err();
        assert!(error.to_string().contains(message), "{error}");
    }
}

#[test]
fn the_command_prints_a_line_for_each_entry() {
    let root = tempfile::tempdir().unwrap();
    let file = root.path().join("some.har");
    let entries = [
        of_browser(
            "GET",
            "https://cdn.acme.io/x?token=s3ss10n-cookie",
            &Value::Null,
            200,
            "x",
        ),
        of_browser(
            "GET",
            "https://api.intercom.io/me",
            &Value::Null,
            200,
            "{\"id\":\"8148601\"}",
        ),
    ];
    fs::write(
        &file,
        json!({ "log": { "version": "1.2", "entries": entries } }).to_string(),
    )
    .unwrap();
    let import = || {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_connector"));
        command
            .args(["record", "--import"])
            .arg(&file)
            .arg("--out")
            .arg(root.path());
        command
            .arg("--component")
            .arg(&test_support::artifact().component);
        let output = command.output().unwrap();
        (
            output.status.code(),
            String::from_utf8(output.stdout).unwrap(),
        )
    };
    let (status, text) = import();
    assert_eq!(status, Some(0), "{text}");
    let lines: Vec<&str> = text.lines().take(4).collect();
    assert_eq!(
        lines,
        [
            "entry 1: skipped, cdn.acme.io is not a host of Intercom's API",
            "entry 2: test-connection/get-me-200-2",
            "",
            "1 written, 1 skipped",
        ]
    );
    assert_eq!(import().0, Some(1), "a second time, nothing is written");
}
