//! Actions as data: what a definition makes of inputs, requests and responses.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "for tests only"
)]

use crate::wire_model::{Event, World, response};
use intercom_connector::internals::plugin::HttpRequest;
use intercom_connector::internals::preview;
use intercom_connector::internals::types::{ActionError, InputProblem};
use proptest::prelude::*;
use serde_json::{Value, json};

/// A document with one action.
fn defined(path: &str, method: &str, operation: Value) -> String {
    json!({"openapi": "3.1.0", "paths": {path: {method: operation}}}).to_string()
}

/// The request of an action of a document.
fn sent(document: &str, action: &str, input: &Value) -> Result<HttpRequest, ActionError> {
    let context = json!({
        "settings": {"bot": "814860", "team": 7, "none": null},
        "trigger": {"id": "c/1", "until": "2026-03-02T09:00:00Z", "who": {"id": "5", "note": "{{a}}"}}
    });
    let variables = vec![
        ("WORKFLOW_ACTIONS".to_owned(), document.to_owned()),
        ("WORKFLOW_CONTEXT".to_owned(), context.to_string()),
    ];
    let requests = preview(action, &input.to_string(), variables)?;
    Ok(requests.into_iter().next().unwrap())
}

fn body(request: &HttpRequest) -> Value {
    let body = request.body.as_deref();
    body.map_or(Value::Null, |body| serde_json::from_str(body).unwrap())
}

/// The error's message, and a line for each problem: `field: message; hint`.
fn message(error: ActionError) -> String {
    let failure = match error {
        ActionError::Permanent(failure) | ActionError::Retryable(failure) => failure,
        other => panic!("{other:?}"),
    };
    let line = |problem: &InputProblem| {
        let hint = problem.hint.as_deref().unwrap_or_default();
        format!("\n{}: {}; {hint}", problem.field, problem.message)
    };
    failure.message + &failure.problems.iter().map(line).collect::<String>()
}

fn snooze() -> String {
    defined(
        "/conversations/{conversation_id}/parts",
        "post",
        json!({
            "operationId": "snooze-until",
            "parameters": [{
                "name": "conversation_id", "in": "path", "required": true,
                "schema": {"type": "string"}
            }],
            "requestBody": {"required": true, "content": {"application/json": {"schema": {
                "type": "object",
                "required": ["message_type", "admin_id", "snoozed_until"],
                "properties": {
                    "message_type": {"const": "snoozed"},
                    "admin_id": {"type": "string", "const": "{{settings.bot}}"},
                    "snoozed_until": {"type": "integer", "format": "date-time"},
                    "priority": {"type": "string", "enum": ["low", "high"]},
                    "assignee": {"type": "object", "required": ["id"], "properties": {
                        "type": {"const": "team"},
                        "team": {"const": "{{settings.team}}"},
                        "id": {"type": "string"}
                    }},
                    "people": {"type": "array", "items": {"type": "object", "properties": {
                        "id": {"type": "string"}, "at": {"type": "string", "format": "date-time"},
                        "kind": {"const": "user"}
                    }}},
                    "labels": {"type": "array", "items": {"type": "string"}}
                }
            }}}}
        }),
    )
}

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
        "assignee.idd: is not an input of this action; write id, if that is meant",
        "assignee.id: is required; give text",
        "people: {\"id\":1} is not a list; give a list of objects with ",
        "labels: {} is not text; give a list of texts",
        "admin_id: is not an input of this action; leave it out, since the action's definition sets it",
        "lables: is not an input of this action; write labels, if that is meant",
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

fn invoke(
    world: &World,
    document: &str,
    action: &str,
    input: &Value,
) -> Result<Value, ActionError> {
    let variables = [("WORKFLOW_ACTIONS", document)];
    let result = world.invoke_with(action, &input.to_string(), &[], &variables)?;
    Ok(serde_json::from_str(&result).unwrap())
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

/// `POST /contacts` as a user would describe it.
fn create() -> String {
    let text = json!({"type": "string"});
    let date = json!({"type": "integer", "format": "date-time"});
    defined(
        "/contacts",
        "post",
        json!({"operationId": "my-create", "requestBody": {"content": {"application/json": {
            "schema": {"type": "object", "required": ["role"], "properties": {
                "role": {"type": "string", "enum": ["user", "lead"]},
                "email": text, "external_id": text, "phone": text, "name": text,
                "signed_up_at": date, "last_seen_at": date,
                "unsubscribed_from_emails": {"type": "boolean"},
                "custom_attributes": {"type": "object"}
            }}
        }}}}),
    )
}

/// The same contact by the names that the typed action has.
fn typed_names(contact: &Value) -> Value {
    let fields = contact.as_object().unwrap().iter();
    let renamed = fields.map(|(key, value)| {
        let key = match key.as_str() {
            "signed_up_at" => "signed_up_date",
            "unsubscribed_from_emails" => "unsubscribe_from_email",
            "custom_attributes" => "custom_attribute",
            other => other,
        };
        (key.to_owned(), value.clone())
    });
    renamed.collect()
}

fn contact() -> impl Strategy<Value = Value> {
    let name = prop_oneof!["[A-Za-z ]{1,12}", Just("{{trigger.id}}".to_owned())];
    let date = prop_oneof![
        Just(json!("2026-03-02T09:00:00Z")),
        Just(json!("2026-03-02")),
        Just(json!(1_772_442_000)),
        Just(json!("{{trigger.until}}")),
    ];
    let custom = prop_oneof![
        Just(json!({"plan": "pro", "team": "{{settings.team}}"})),
        Just(json!({"gone": "{{settings.none}}", "list": [1, {"a": null}]})),
        Just(json!("{\"plan\": \"{{trigger.id}}\"}")),
    ];
    let role = prop_oneof![Just("user"), Just("LEAD"), Just(" lead")];
    let parts = (
        role,
        proptest::option::of(name),
        proptest::option::of(date),
        proptest::option::of(any::<bool>()),
        proptest::option::of(custom),
    );
    parts.prop_map(|(role, name, date, flag, custom)| {
        let mut contact = json!({"role": role, "email": "name@example.com"});
        for (key, value) in [
            ("name", name.map(Value::from)),
            ("signed_up_at", date),
            ("unsubscribed_from_emails", flag.map(Value::from)),
            ("custom_attributes", custom),
        ] {
            contact
                .as_object_mut()
                .unwrap()
                .extend(value.map(|value| (key.to_owned(), value)));
        }
        contact
    })
}

proptest! {
    /// What a definition of `POST /contacts` sends is what the typed action sends.
    #[test]
    fn a_definition_sends_what_the_typed_action_sends(input in contact()) {
        let defined = sent(&create(), "my-create", &input).unwrap();
        let typed = sent(&create(), "create-contact", &typed_names(&input)).unwrap();
        prop_assert_eq!(&defined.url, &typed.url);
        prop_assert_eq!(&defined.method, &typed.method);
        prop_assert_eq!(format!("{:?}", defined.headers), format!("{:?}", typed.headers));
        prop_assert_eq!(body(&defined), body(&typed), "{}", input);
    }

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

/// What an operation whose response is of a kind returns.
fn returned(responses: Value, came: Event) -> Result<Value, ActionError> {
    let document = defined(
        "/thing",
        "get",
        json!({"operationId": "look", "responses": responses}),
    );
    invoke(&World::new([came]), &document, "look", &json!({}))
}

const OURS: (&str, &str) = ("intercom-version", "2.16");

#[test]
fn responses_become_results_by_their_kind() {
    let described = json!({"200": {"content": {"application/json": {"schema": {"properties": {
        "id": {"type": "string"}, "missing": {}, "response": {}
    }}}}}});
    let came = response(
        200,
        &[OURS],
        r#"{"id": "a", "more": 12345678901234567890123}"#,
    );
    let result = returned(described.clone(), came).unwrap();
    assert_eq!(
        result.to_string(),
        r#"{"id":"a","missing":null,"notes":[],"response":{"id":"a","more":12345678901234567890123}}"#
    );
    for (responses, came, expected) in [
        (
            json!({"200": {}}),
            response(200, &[OURS], "[1]"),
            json!({"notes": [], "response": [1]}),
        ),
        (
            json!({"202": {}}),
            response(202, &[OURS], ""),
            json!({"notes": [], "response": null}),
        ),
        (
            json!({"200": {}}),
            response(202, &[OURS], ""),
            json!({
                "notes": ["Intercom responded 202, which the action does not list"],
                "response": null
            }),
        ),
        (
            json!({"200": {"content": {"text/plain": {}}}}),
            response(200, &[OURS], "12"),
            json!({"notes": [], "response": "12"}),
        ),
        (
            json!({"200": {"content": {"application/octet-stream": {}}}}),
            response(200, &[OURS, ("content-type", "application/gzip")], "ab"),
            json!({"notes": [], "response": {
                "media_type": "application/gzip", "bytes": 2, "base64": "YWI="
            }}),
        ),
        (
            json!({"302": {}}),
            response(
                302,
                &[OURS, ("location", "https://example.com/a")],
                "<html>",
            ),
            json!({"location": "https://example.com/a", "notes": [], "response": null}),
        ),
    ] {
        assert_eq!(
            returned(responses.clone(), came).unwrap(),
            expected,
            "{responses}"
        );
    }
}

#[test]
fn responses_of_another_kind_are_errors_of_reads() {
    let json = json!({"200": {"content": {"application/json": {}}}});
    for (responses, came, expected) in [
        (
            json.clone(),
            response(302, &[OURS, ("location", "https://a")], ""),
            "redirect",
        ),
        (
            json.clone(),
            response(200, &[("content-type", "text/html")], "<html>"),
            "text/html",
        ),
        (
            json!({"200": {"content": {"text/plain": {}}}}),
            response(200, &[("content-type", "text/html")], "<html>Log in"),
            "text/html",
        ),
        (
            json!({"200": {"content": {"application/octet-stream": {}}}}),
            response(200, &[("content-type", "text/html")], "<html>Log in"),
            "text/html",
        ),
    ] {
        let message = message(returned(responses.clone(), came).unwrap_err());
        assert!(message.contains(expected), "{responses}: {message}");
    }
}

#[test]
fn a_download_asks_for_its_media_type() {
    let document = defined(
        "/download/{job_id}",
        "get",
        json!({
            "operationId": "fetch",
            "parameters": [{"name": "job_id", "in": "path", "required": true, "schema": {"type": "string"}}],
            "responses": {"200": {"content": {"application/octet-stream": {}}}}
        }),
    );
    let request = sent(&document, "fetch", &json!({"job_id": "j1"})).unwrap();
    let accept: Vec<_> = request
        .headers
        .iter()
        .filter(|header| header.name == "accept")
        .collect();
    assert_eq!(accept.len(), 1);
    assert_eq!(accept[0].value, "application/octet-stream");
}

#[test]
fn the_effect_decides_about_retries() {
    for (method, effect, attempts) in [
        ("post", None, 1),
        ("post", Some("read"), 3),
        ("post", Some("write-idempotent"), 3),
        ("put", None, 3),
        ("put", Some("write-once"), 1),
        ("get", None, 3),
    ] {
        let document = defined(
            "/thing",
            method,
            match effect {
                Some(effect) => json!({"operationId": "look", "x-workflow-effect": effect}),
                None => json!({"operationId": "look"}),
            },
        );
        let world = World::new((0..5).map(|_| response(500, &[OURS], "")));
        let variables = [("WORKFLOW_ACTIONS", document.as_str())];
        let result = world.invoke_with("look", "{}", &[("MAX_RETRIES", "2")], &variables);
        assert!(result.is_err());
        assert_eq!(world.sent().len(), attempts, "{method} {effect:?}");
    }
}

/// A DELETE whose first response was lost finds the object gone: that is a success.
#[test]
fn what_a_retried_delete_finds_gone_is_deleted() {
    let document = defined(
        "/thing",
        "delete",
        json!({"operationId": "look", "responses": {"200": {"content": {"application/json": {
            "schema": {"properties": {"id": {"type": "string"}}}
        }}}}}),
    );
    let gone = r#"{"type": "error.list", "errors": [{"code": "not_found", "message": "gone"}]}"#;
    let world = World::new([response(503, &[OURS], ""), response(404, &[OURS], gone)]);
    let variables = [("WORKFLOW_ACTIONS", document.as_str())];
    let result = world.invoke_with("look", "{}", &[("MAX_RETRIES", "2")], &variables);
    let result: Value = serde_json::from_str(&result.unwrap()).unwrap();
    let notes = result["notes"].as_array().unwrap();
    assert_eq!(notes.len(), 1, "{result}");
    assert!(
        notes[0].as_str().unwrap().contains("the object is gone"),
        "{result}"
    );
}
