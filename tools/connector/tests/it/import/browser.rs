//! Recordings of a browser.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::{ID, TOKEN, import, is_fine, of_browser};

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
