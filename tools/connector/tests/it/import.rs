//! HAR files of browsers and proxies become cases of the actions that send their
//! requests; what can't is skipped, and said so.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::fs;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use connector::record::{self, Imported};
use serde_json::{Value, json};

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

/// An entry as mitmproxy writes it.
fn of_proxy(method: &str, url: &str, post: Option<Value>, status: u16, content: Value) -> Value {
    let mut entry = json!({
        "startedDateTime": "2026-03-07T10:40:25.123456+00:00", "time": 225.371,
        "request": {
            "method": method, "url": url, "httpVersion": "HTTP/1.1", "cookies": [],
            "headers": [
                { "name": "Host", "value": "api.intercom.io" },
                { "name": "Authorization", "value": format!("Bearer {TOKEN}") },
                { "name": "Intercom-Version", "value": "2.15" },
                { "name": "User-Agent", "value": "Mozilla/5.0" },
            ],
            "queryString": [], "headersSize": 120, "bodySize": 10,
        },
        "response": {
            "status": status, "statusText": "OK", "httpVersion": "HTTP/1.1", "cookies": [],
            "headers": [{ "name": "Content-Type", "value": "application/json" }],
            "content": content, "redirectURL": "", "headersSize": 80, "bodySize": 500,
        },
        "cache": {}, "serverIPAddress": "93.184.216.34",
        "timings": { "connect": 20.1, "ssl": 31.2, "send": 1.0, "receive": 2.0, "wait": 171.0 },
    });
    if let Some(post) = post {
        entry["request"]["postData"] = post;
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
async fn a_browser_s_file_becomes_cases() {
    let contact = json!({
        "type": "contact", "id": ID, "email": "jo.hansen@acme.io", "name": "Johanna Hansen", "owner_id": "8148601",
    });
    let contact = contact.to_string();
    let api = |below: &str| format!("https://api.intercom.io{below}");
    let person = json!({ "role": "user", "email": "jo.hansen@acme.io", "signed_up_at": 1398456947,
        "custom_attributes": { "note": "a {{b}} of Johanna" } });
    let conflict = format!(
        "{{\"errors\":[{{\"code\":\"conflict\",\"message\":\"already exists with id={ID}\"}}]}}"
    );
    let search = json!({ "query": { "field": "email", "operator": "=", "value": "jo.hansen@acme.io" },
        "pagination": { "per_page": 2, "starting_after": "WzIsImIiXQ==" } });
    let found = format!(
        "{{\"data\":[{contact},{contact}],\"pages\":{{\"next\":{{\"starting_after\":\"WzQsImIiXQ==\"}}}}}}"
    );
    let message = json!({ "message_type": "inapp", "body": "Hi there", "from": { "type": "admin", "id": 8148601 },
        "to": { "type": "user", "id": ID } });
    let me = "{\"type\":\"admin\",\"id\":\"8148601\",\"name\":\"Johanna Hansen\",\"email\":\"jo.hansen@acme.io\"}";
    let none = Value::Null;

    let mut blocked = of_browser("GET", &api("/me"), &none, 0, "");
    blocked["response"]["_error"] = json!("net::ERR_BLOCKED_BY_CLIENT");
    let mut socket = of_browser(
        "GET",
        "wss://nexus-websocket.intercom.io/x?token=1",
        &none,
        101,
        "",
    );
    socket["_resourceType"] = json!("websocket");
    socket["_webSocketMessages"] = json!([{ "type": "send", "data": TOKEN }]);
    let mut encoded = of_browser("GET", &api(&format!("/contacts/{ID}")), &none, 200, "");
    encoded["response"]["content"] =
        json!({ "size": contact.len(), "encoding": "base64", "text": STANDARD.encode(&contact) });
    let mut picture = of_browser(
        "GET",
        &api("/download/reporting_data/8148601"),
        &none,
        200,
        "",
    );
    picture["response"]["content"] = json!({ "size": 4, "encoding": "base64", "text": STANDARD.encode([0xff, 0xd8, 0xff, 0xe0]) });
    let mut left_out = of_browser("GET", &api("/me"), &none, 200, "");
    left_out["response"]["content"] = json!({ "size": 512, "mimeType": "application/json" });

    let table = [
        (
            of_browser("GET", "https://cdn.acme.io/logo.png?t=1", &none, 200, "x"),
            "cdn.acme.io is not a host of Intercom's API",
        ),
        (
            of_browser("OPTIONS", &api("/me"), &none, 204, ""),
            "its method is OPTIONS, which no action sends",
        ),
        (
            of_browser("GET", &api("/me"), &none, 200, me),
            "test-connection/get-me-200-3",
        ),
        (
            of_browser(
                "GET",
                &api("/admins"),
                &none,
                200,
                &format!("{{\"admins\":[{me}]}}"),
            ),
            "list-admins/get-admins-200-4",
        ),
        (
            of_browser("POST", &api("/contacts"), &person, 409, &conflict),
            "create-contact/post-contacts-409-5",
        ),
        (encoded, "get-contact-by-id/get-contacts-200-6"),
        (
            of_browser(
                "PUT",
                &api(&format!("/contacts/{ID}")),
                &json!({ "name": null, "phone": "" }),
                200,
                &contact,
            ),
            "update-contact/put-contacts-200-7",
        ),
        (
            of_browser("POST", &api("/contacts/search"), &search, 200, &found),
            "search-contacts/post-contacts-search-200-8",
        ),
        (
            of_browser(
                "POST",
                &api("/messages"),
                &message,
                200,
                "{\"id\":\"8148601\"}",
            ),
            "send-message/post-messages-200-9",
        ),
        (
            of_browser(
                "GET",
                &api("/contacts?email=jo.hansen%40acme.io"),
                &none,
                200,
                &found,
            ),
            "custom-action/get-contacts-200-10",
        ),
        (
            of_browser(
                "GET",
                &api("/contacts/find_by_external_id/johansen"),
                &none,
                200,
                &contact,
            ),
            "custom-action/get-contacts-find-by-external-id-200-11",
        ),
        // The action wants a role, which the API does not.
        (
            of_browser(
                "POST",
                &api("/contacts"),
                &json!({ "email": "jo.hansen@acme.io" }),
                200,
                &contact,
            ),
            "custom-action/post-contacts-200-12",
        ),
        (picture, "custom-action/get-download-reporting-data-200-13"),
        (blocked, "it has no response"),
        (socket, "it is a WebSocket"),
        (
            left_out,
            "its response body is not in the file; export the file with content",
        ),
        (
            json!({ "request": { "method": "GET" } }),
            "it cannot be read: missing field `url`",
        ),
        (
            of_browser("POST", &api("/me"), &none, 204, ""),
            "custom-action/post-me-204-18",
        ),
    ];
    let root = tempfile::tempdir().unwrap();
    let entries = table.each_ref().map(|(entry, _)| entry.clone());
    let lines = import(root.path(), "WebInspector", &entries).await;
    let expected: Vec<&str> = table.iter().map(|(_, line)| *line).collect();
    assert_eq!(lines, expected);
    is_fine(root.path()).await;

    // Again, nothing is replaced.
    let again = import(root.path(), "WebInspector", &entries[2..3]).await;
    assert_eq!(again, ["test-connection/get-me-200-1"]);
    let again = import(root.path(), "WebInspector", &entries[..3]).await;
    assert!(
        again[2].contains("already exists") && again[2].contains("--force"),
        "{again:?}"
    );
}

#[tokio::test]
async fn a_proxy_s_file_becomes_cases() {
    let contact =
        json!({ "type": "contact", "id": ID, "email": "jo.hansen@acme.io", "owner_id": 8148601 })
            .to_string();
    let content = json!({ "size": contact.len(), "compression": 0, "mimeType": "application/json", "text": contact });
    let encoded = json!({ "size": contact.len(), "mimeType": "application/json", "encoding": "base64", "text": STANDARD.encode(&contact) });
    let json_post = |text: Value| {
        Some(json!({ "mimeType": "application/json", "text": text.to_string(), "params": [] }))
    };
    let form = json!({ "mimeType": "application/x-www-form-urlencoded", "text": "",
        "params": [{ "name": "code", "value": "s3ss10n-cookie" }, { "name": "client_secret", "value": TOKEN }] });
    let mut socket = of_proxy(
        "GET",
        "https://api.intercom.io/socket",
        None,
        101,
        json!({}),
    );
    socket["_webSocketMessages"] = json!([]);
    let id = format!("/contacts/{ID}");

    let table = [
        (
            of_proxy(
                "GET",
                &format!("https://api.eu.intercom.io{id}"),
                None,
                200,
                encoded,
            ),
            "get-contact-by-id/get-contacts-200-1",
        ),
        (
            of_proxy(
                "PUT",
                &format!("https://api.intercom.io:443{id}"),
                json_post(json!({ "owner_id": 8148601 })),
                200,
                content.clone(),
            ),
            "update-contact/put-contacts-200-2",
        ),
        (
            of_proxy(
                "POST",
                &format!("https://api.intercom.io{id}/archive"),
                json_post(json!({})),
                200,
                content,
            ),
            "custom-action/post-contacts-archive-200-3",
        ),
        (
            of_proxy(
                "POST",
                "https://api.intercom.io/auth/eagle/token",
                Some(form),
                200,
                json!({}),
            ),
            "its body is not JSON, which no action sends",
        ),
        (
            of_proxy("GET", "https://api.intercom.io/me", None, 0, json!({})),
            "it has no response",
        ),
        (socket, "it is a WebSocket"),
        (
            of_proxy("CONNECT", "https://api.intercom.io/", None, 200, json!({})),
            "its method is CONNECT, which no action sends",
        ),
        (
            of_proxy(
                "DELETE",
                &format!("https://api.au.intercom.io{id}"),
                None,
                204,
                json!({ "size": 0, "text": "" }),
            ),
            "custom-action/delete-contacts-204-8",
        ),
    ];
    let root = tempfile::tempdir().unwrap();
    let entries = table.each_ref().map(|(entry, _)| entry.clone());
    let lines = import(root.path(), "mitmproxy har_dump", &entries).await;
    let expected: Vec<&str> = table.iter().map(|(_, line)| *line).collect();
    assert_eq!(lines, expected);
    is_fine(root.path()).await;

    let case = fs::read(
        root.path()
            .join("fixtures/get-contact-by-id/get-contacts-200-1/case.json"),
    )
    .unwrap();
    let case: Value = serde_json::from_slice(&case).unwrap();
    assert_eq!(case["about"], "Imported: GET /contacts/{id} answers 200.");
    assert_eq!(
        case["environment"],
        json!({ "INTERCOM_REGION": "eu", "INTERCOM_VERSION": "2.15" })
    );
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
