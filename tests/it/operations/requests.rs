//! What an action sends of what it is given.

use super::{body, defined, invoke, message, sent, snooze};
use crate::wire_model::{World, response};
use proptest::prelude::*;
use serde_json::json;

#[test]
fn inputs_and_fixed_values_make_the_request() {
    let input = json!({
        "conversation_id": "{{trigger.id}}", "snoozed_until": "{{trigger.until}}",
        "priority": " HIGH ", "assignee": {"id": 42},
        "people": [{"id": "a", "at": 1_772_442_000}, {"id": "b"}], "labels": ["x", "{{settings.team}}"]
    });
    let request = sent(&snooze(), "snooze-until", &input).unwrap();
    assert_eq!(request.method, "POST");
    assert_eq!(
        request.url,
        "https://api.intercom.io/conversations/c%2F1/parts"
    );
    assert_eq!(
        body(&request),
        json!({
            "message_type": "snoozed", "admin_id": "814860", "snoozed_until": 1_772_442_000,
            "priority": "high", "assignee": {"type": "team", "team": 7, "id": "42"},
            "people": [
                {"id": "a", "at": "2026-03-02T09:00:00Z", "kind": "user"},
                {"id": "b", "kind": "user"}
            ],
            "labels": ["x", "7"]
        })
    );
}

/// The definition's own placeholders are resolved also where a value of the workflow
/// stands around them, and that value's are not.
#[test]
fn a_record_from_a_placeholder_has_the_fixed_fields() {
    let input = json!({
        "conversation_id": 5, "snoozed_until": 1_772_442_000, "assignee": "{{trigger.who}}"
    });
    let error = sent(&snooze(), "snooze-until", &input).unwrap_err();
    assert!(message(error).contains("assignee.note: is not an input"));
    let input = json!({
        "conversation_id": 5, "snoozed_until": 1_772_442_000, "assignee": {"id": "{{trigger.who.note}}"}
    });
    let request = sent(&snooze(), "snooze-until", &input).unwrap();
    assert_eq!(
        body(&request)["assignee"],
        json!({"type": "team", "team": 7, "id": "{{a}}"})
    );
}

#[test]
fn all_problems_come_at_once_and_name_what_is_accepted() {
    let input = json!({
        "conversation_id": "..", "snoozed_until": "soon", "priority": "middle",
        "assignee": {"idd": 5}, "people": {"id": 1}, "labels": [{}], "admin_id": 5, "lables": []
    });
    let message = message(sent(&snooze(), "snooze-until", &input).unwrap_err());
    for expected in [
        "snooze-until: ",
        "conversation_id: \"..\" is not an id",
        "snoozed_until: \"soon\" is not a date; give ISO 8601",
        "priority: \"middle\" is not one of the values; give low or high",
        "assignee.idd: is not an input of this action; write id if you meant that",
        "assignee.id: is required; give text",
        "people: {\"id\":1} is not a list; give a list of objects with ",
        "labels: {} is not text; give a list of texts",
        "admin_id: is not an input of this action; leave it out, since the action's definition sets it",
        "lables: is not an input of this action; write labels if you meant that",
    ] {
        assert!(message.contains(expected), "{expected}\n\n{message}");
    }
}

#[test]
fn a_fixed_value_without_a_value_is_an_error() {
    let document = snooze().replace("settings.bot", "settings.bto");
    let input = json!({"conversation_id": 5, "snoozed_until": 1_772_442_000});
    let message = message(sent(&document, "snooze-until", &input).unwrap_err());
    assert!(
        message.contains("admin_id: {{settings.bto}} has no value"),
        "{message}"
    );
}

#[test]
fn queries_are_written_as_the_definition_says() {
    let list = json!({"type": "array", "items": {"type": "integer"}});
    let document = defined(
        "/companies",
        "get",
        json!({"operationId": "look", "parameters": [
            {"name": "ids", "in": "query", "explode": false, "schema": list},
            {"name": "tags", "in": "query", "schema": list},
            {"name": "q", "in": "query", "schema": {"type": "string"}},
            {"name": "deep", "in": "query", "schema": {"type": "boolean"}},
            {"name": "order", "in": "query", "schema": {"type": "string", "const": "desc"}}
        ]}),
    );
    let input = json!({"ids": [1, "2.0"], "tags": [3, 4], "q": "a&b=c", "deep": "true"});
    let request = sent(&document, "look", &input).unwrap();
    let query = request.url.split_once('?').unwrap().1;
    let mut pairs: Vec<_> = query.split('&').collect();
    pairs.sort_unstable();
    let expected = [
        "deep=true",
        "ids=1%2C2",
        "order=desc",
        "q=a%26b%3Dc",
        "tags=3",
        "tags=4",
    ];
    assert_eq!(pairs, expected);
    assert_eq!(request.body, None);
}

/// A field of any type takes texts as they are; an object or list may be JSON text.
#[test]
fn any_json_is_sent_as_it_is_given() {
    let document = defined(
        "/things",
        "post",
        json!({"operationId": "look", "requestBody": {"content": {"application/json": {
            "schema": {"properties": {"any": {}}}
        }}}}),
    );
    for (given, expected) in [
        (json!("submitted"), json!("submitted")),
        (json!("5"), json!("5")),
        (json!("[urgent] now"), json!("[urgent] now")),
        (
            json!("[1, {\"a\": \"{{settings.team}}\"}]"),
            json!([1, {"a": 7}]),
        ),
        (json!("{{settings.team}}"), json!(7)),
        (json!({"a": ["{{settings.bot}}"]}), json!({"a": ["814860"]})),
        (json!(null), json!(null)),
    ] {
        let request = sent(&document, "look", &json!({"any": given})).unwrap();
        assert_eq!(body(&request), json!({"any": expected}), "{given}");
    }
}

#[test]
fn a_secret_is_shown_in_no_preview_and_no_error() {
    let document = defined(
        "/webhooks",
        "post",
        json!({"operationId": "subscribe", "requestBody": {"content": {"application/json": {
            "schema": {"properties": {
                "key": {"type": "string", "format": "password"},
                "auth": {"type": "object", "properties": {
                    "token": {"type": "string", "writeOnly": true}, "name": {"type": "string"}
                }}
            }}
        }}}}),
    );
    let input = json!({"key": "s3cr3t-key-1", "auth": {"token": "s3cr3t-key-2"}});
    let request = sent(&document, "subscribe", &input).unwrap();
    assert_eq!(
        body(&request),
        json!({"key": "[redacted]", "auth": "[redacted]"})
    );
    let echo = json!({"type": "error.list", "errors": [
        {"code": "bad", "message": "s3cr3t-key-1 and s3cr3t-key-2"}
    ]});
    let world = World::new([response(400, &[], echo.to_string())]);
    let error = invoke(&world, &document, "subscribe", &input).unwrap_err();
    let message = message(error);
    assert!(message.contains("[redacted] and [redacted]"), "{message}");
}
#[test]
fn an_id_that_is_not_found_tells_the_problems_of_the_definitions() {
    let document = snooze().replace("snooze-until", "Snooze Until");
    let input = json!({});
    let message = message(sent(&document, "snooze-until", &input).unwrap_err());
    for expected in [
        "action: \"snooze-until\" is not an action",
        "WORKFLOW_ACTIONS: /paths/~1conversations~1{conversation_id}~1parts/post/operationId: \
         \"Snooze Until\" is not an id in kebab case; write snooze-until",
    ] {
        assert!(message.contains(expected), "{expected}\n\n{message}");
    }
}

#[test]
fn a_bad_document_never_stops_the_others() {
    let input = json!({"role": "user", "email": "name@example.com"});
    for document in [
        "",
        "{",
        "[]",
        "{}",
        "null",
        "\u{feff}{\"openapi\": \"3.1.0\", \"paths\": 1}",
    ] {
        assert!(
            sent(document, "create-contact", &input).is_ok(),
            "{document}"
        );
    }
}

proptest! {
    /// No value adds a segment, a parameter or a key.
    #[test]
    fn no_value_changes_the_request_s_structure(value in "[a-z./?#%&=\\\\ \"{}<>]{1,12}") {
        let input = json!({"conversation_id": value, "snoozed_until": 1_772_442_000, "labels": [value]});
        if let Ok(request) = sent(&snooze(), "snooze-until", &input) {
            prop_assert_eq!(request.url.split('/').count(), 6, "{}", request.url);
            prop_assert!(!request.url.contains(['?', '#']));
            let body = body(&request);
            let keys: Vec<_> = body.as_object().unwrap().keys().cloned().collect();
            prop_assert_eq!(keys.len(), 4, "{:?}", keys);
        }
    }
}
