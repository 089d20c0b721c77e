//! What becomes of responses.

use super::{defined, invoke, message, sent};
use crate::wire_model::{Event, World, response};
use intercom_connector::internals::types::ActionError;
use serde_json::{Value, json};

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
            json!({"location": null, "notes": [], "response": [1]}),
        ),
        (
            json!({"202": {}}),
            response(202, &[OURS], ""),
            json!({"location": null, "notes": [], "response": null}),
        ),
        (
            json!({"200": {}}),
            response(202, &[OURS], ""),
            json!({
                "location": null, "notes": ["Intercom responded 202, which the action does not list"],
                "response": null
            }),
        ),
        (
            json!({"200": {"content": {"text/plain": {}}}}),
            response(200, &[OURS], "12"),
            json!({"location": null, "notes": [], "response": "12"}),
        ),
        (
            json!({"200": {"content": {"application/octet-stream": {}}}}),
            response(200, &[OURS, ("content-type", "application/gzip")], "ab"),
            json!({"location": null, "notes": [], "response": {
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
