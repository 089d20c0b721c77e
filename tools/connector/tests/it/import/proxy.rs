//! Recordings of a proxy.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use std::fs;

use super::{ID, TOKEN, import, is_fine};

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
