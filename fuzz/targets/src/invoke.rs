//! JSON inputs of every action: each call sends what the action sends and
//! nothing else, or names the inputs that are wrong.

use super::shape::is_kept;
use super::wire::{Answer, Call, TOKEN, call, variables};
use intercom_connector::internals;
use intercom_connector::internals::{Headers, Response, WireRequest};
use serde_json::{Map, Value};

/// Values that are harmful unless they stay values.
const CONTEXT: &str = r#"{
    "settings": {"admin": "814860", "n": 5, "on": true, "none": null, "list": [1, "2", null]},
    "path": "a/../b?c=d#e", "up": "..", "url": "https://example.org/x", "crlf": "a\r\nHost: x",
    "quote": "\", \"role\": \"lead", "again": "{{settings.admin}}", "query": "5&page=2",
    "condition": "x' OR role = 'user", "object": {"role": "lead", "extra": {"deep": [[]]}},
    "records": [{"name": "Accept", "value": "x"}, {"contact_type": "user", "contact_id": "c1"}],
    "filter": "role = 'user' AND name = '{{again}}'", "date": "2024-06-01", "empty": ""
}"#;

/// The keys that a typed action's body has (`docs/intercom-api.md`).
const KEYS: [(&str, &[&str]); 5] = [
    ("create-contact", CONTACT),
    ("update-contact", CONTACT),
    ("search-contacts", &["query", "pagination", "sort"]),
    (
        "send-message",
        &[
            "message_type",
            "subject",
            "body",
            "template",
            "from",
            "to",
            "cc",
            "bcc",
            "create_conversation_without_contact_reply",
        ],
    ),
    ("exchange-code", &["code", "client_id", "client_secret"]),
];

const CONTACT: &[&str] = &[
    "role",
    "email",
    "name",
    "external_id",
    "phone",
    "avatar",
    "signed_up_at",
    "last_seen_at",
    "owner_id",
    "unsubscribed_from_emails",
    "custom_attributes",
];

/// An action's id, a line end, and its input.
pub fn invoke(data: &[u8]) {
    let Ok(data) = std::str::from_utf8(data) else {
        return;
    };
    let (action, input) = data.split_once('\n').unwrap_or((data, "{}"));
    let call = call(action, input, CONTEXT, vec![answer()]);
    for request in &call.requests {
        check_keys(action, request);
    }
    if let Some(request) = call.requests.first() {
        check_custom_attributes(input, request);
    }
    check_preview(action, input, &call);
}

fn answer() -> Answer {
    Ok(Response {
        status: 200,
        headers: Headers::default(),
        body: br#"{"id": "1", "data": [], "access_token": "fixture-token"}"#.to_vec(),
        cut: None,
    })
}

fn body(request: &WireRequest) -> Map<String, Value> {
    serde_json::from_slice(&request.body).unwrap_or_default()
}

fn check_keys(action: &str, request: &WireRequest) {
    if let Some((_, keys)) = KEYS.iter().find(|(id, _)| *id == action) {
        for key in body(request).keys() {
            assert!(keys.contains(&key.as_str()), "{action}: {key}");
        }
    }
}

/// The keys of custom attributes are the caller's, and stay as written.
fn check_custom_attributes(input: &str, request: &WireRequest) {
    let input: Map<String, Value> = serde_json::from_str(input).unwrap_or_default();
    if let Some(written @ Value::Object(_)) = input.get("custom_attribute") {
        let mut body = body(request);
        let mut sent = body.remove("custom_attributes").unwrap_or(Value::Null);
        let mut written = written.clone();
        // Dates become seconds.
        for map in [&mut written, &mut sent] {
            if let Value::Object(map) = map {
                map.retain(|name, _| !name.ends_with("_at"));
            }
        }
        assert!(is_kept(&written, &sent), "{written} became {sent}");
    }
}

/// A preview is the request that is then sent, without the token.
fn check_preview(action: &str, input: &str, call: &Call) {
    let previewed = internals::preview(action, input, variables(CONTEXT));
    let previewed = previewed.map_err(|error| format!("{error:?}"));
    let Some(sent) = call.requests.first() else {
        let refused = call.result.as_ref().err().map(|error| format!("{error:?}"));
        let refused_as_well = previewed.as_ref().err().cloned();
        assert_eq!(refused, refused_as_well);
        assert!(previewed.unwrap_or_default().is_empty());
        return;
    };
    let previewed = previewed.unwrap_or_else(|error| panic!("not previewed: {error}"));
    let [request] = previewed.as_slice() else {
        panic!("{} requests are previewed", previewed.len());
    };
    assert_eq!(request.method, sent.method.name());
    let url = format!("https://{}{}", sent.authority, sent.path_with_query);
    assert_eq!(request.url, url);
    assert!(!format!("{request:?}").contains(TOKEN));
    if sent.secrets.is_empty() {
        let body = request.body.clone().unwrap_or_default();
        assert_eq!(body.as_bytes(), sent.body);
    }
}
