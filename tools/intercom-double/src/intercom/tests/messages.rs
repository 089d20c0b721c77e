//! Messages and their recipients.

use serde_json::{Value, json};

use super::{NOW, get, send, with_contacts};
use crate::intercom::State;

/// The first and the second user.
const ONE: &str = "6762f0dd0000000000000001";
const TWO: &str = "6762f0dd0000000000000002";

fn email() -> Value {
    json!({
        "message_type": "email",
        "subject": "Welcome",
        "body": "Hello",
        "template": "plain",
        "from": { "type": "admin", "id": 814_860 },
        "to": { "type": "user", "id": ONE },
    })
}

/// An email with some fields changed; null removes one.
fn email_with(changes: &Value) -> Value {
    let mut email = email();
    let object = email.as_object_mut().unwrap();
    for (name, value) in changes.as_object().unwrap() {
        object.insert(name.clone(), value.clone());
        object.retain(|_, value| !value.is_null());
    }
    email
}

#[test]
fn a_message_reaches_its_recipients() {
    let mut state = with_contacts(5);
    let sent = send(&mut state, "POST /messages", &email());
    assert_eq!(sent.outcome(), "200");
    for (field, expected) in [
        ("type", json!("admin_message")),
        ("id", json!("40318528001")),
        ("message_type", json!("email")),
        ("subject", json!("Welcome")),
        ("body", json!("Hello")),
        ("created_at", json!(NOW)),
    ] {
        assert_eq!(sent.body[field], expected, "{field}");
    }
    assert_eq!(sent.body["owner"]["id"], "814860");
    assert_eq!(sent.body.get("conversation_id"), None);

    let to_two = email_with(&json!({
        "to": [{ "type": "user", "user_id": "external-2" }],
        "cc": [{ "type": "contact", "id": ONE }],
        "create_conversation_without_contact_reply": true,
    }));
    let sent = send(&mut state, "POST /messages", &to_two);
    let id = sent.body["conversation_id"].as_str().unwrap();
    let conversation = get(&mut state, &format!("/conversations/{id}")).body;
    assert_eq!(conversation["contacts"]["contacts"][0]["id"], TWO);
    assert_eq!(conversation["source"]["author"]["id"], "814860");
    let close = json!({ "message_type": "close", "type": "admin", "admin_id": "814860" });
    let closed = send(
        &mut state,
        &format!("POST /conversations/{id}/parts"),
        &close,
    );
    assert_eq!(closed.body["state"], "closed");
    assert_eq!(received(&state), [(ONE, 2), (TWO, 1)]);
    let contact = get(&mut state, &format!("/contacts/{TWO}")).body;
    assert_eq!(contact["last_contacted_at"], NOW);
}

fn received(state: &State) -> Vec<(&str, u64)> {
    let received = state.messages.received().iter();
    received.map(|(id, count)| (id.as_str(), *count)).collect()
}

#[test]
fn in_app_messages_have_three_spellings_and_need_no_subject() {
    for name in ["in_app", "inapp", "conversation"] {
        let mut state = with_contacts(1);
        let body = email_with(&json!({ "message_type": name, "subject": null, "template": null }));
        let sent = send(&mut state, "POST /messages", &body);
        assert_eq!(sent.body["message_type"], "inapp", "{name}");
        assert_eq!(sent.body["subject"], "Hello", "{name}");
    }
}

#[test]
fn an_invalid_message_is_rejected_and_not_sent() {
    let lead = "6762f0dd0000000000000005";
    for (changes, expected) in [
        (json!({ "message_type": "pigeon" }), "400 parameter_invalid"),
        (json!({ "message_type": null }), "400 parameter_invalid"),
        (json!({ "body": null }), "400 parameter_invalid"),
        (json!({ "body": "" }), "400 parameter_invalid"),
        (json!({ "subject": null }), "422 parameter_not_found"),
        (json!({ "template": null }), "422 parameter_not_found"),
        (json!({ "from": null }), "400 parameter_invalid"),
        (
            json!({ "from": { "type": "user", "id": ONE } }),
            "400 parameter_invalid",
        ),
        (
            json!({ "from": { "type": "admin", "id": "1" } }),
            "404 admin_not_found",
        ),
        (
            json!({ "from": { "type": "admin", "id": "814861" } }),
            "200",
        ),
        (json!({ "to": null }), "400 parameter_invalid"),
        (json!({ "to": [] }), "400 parameter_invalid"),
        (
            json!({ "to": { "type": "user", "id": "nobody" } }),
            "404 not_found",
        ),
        (
            json!({ "to": { "type": "user", "id": lead } }),
            "404 not_found",
        ),
        (json!({ "to": { "type": "lead", "id": lead } }), "200"),
        (json!({ "to": { "id": ONE } }), "404 not_found"),
        (
            json!({ "bcc": [{ "type": "user", "id": "nobody" }] }),
            "404 not_found",
        ),
    ] {
        let mut state = with_contacts(5);
        let response = send(&mut state, "POST /messages", &email_with(&changes));
        assert_eq!(response.outcome(), expected, "{changes}");
        assert_eq!(received(&state).is_empty(), expected != "200", "{changes}");
    }
}

#[test]
fn an_archived_contact_receives_nothing() {
    let mut state = with_contacts(1);
    let archive = format!("POST /contacts/{ONE}/archive");
    assert_eq!(send(&mut state, &archive, &Value::Null).outcome(), "200");
    let response = send(&mut state, "POST /messages", &email());
    assert_eq!(response.outcome(), "404 not_found");
}
