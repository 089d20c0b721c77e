//! The commands and the component against the double of Intercom.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::process::Output;

use intercom_double::intercom::TOKEN;
use intercom_double::openapi::Description;
use intercom_double::{IntercomDouble, Options};
use serde_json::{Value, json};

use crate::connector;

async fn double(options: Options) -> IntercomDouble {
    IntercomDouble::start(options).await.unwrap()
}

/// Runs an action of the component against `url`, and gives its result.
pub fn call(url: &str, action: &str, input: &Value) -> Value {
    let Output { stdout, stderr, .. } = connector(&["call", action, "--input", &input.to_string()])
        .arg("--component")
        .arg(&test_support::artifact().component)
        .args(["--env", &format!("INTERCOM_BASE_URL={url}")])
        .env("INTERCOM_ACCESS_TOKEN", TOKEN)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&stderr);
    serde_json::from_slice(&stdout).unwrap_or_else(|_| panic!("{action} {input}: {said}"))
}

/// Where the API description is at hand, it judges these requests, too.
#[tokio::test(flavor = "multi_thread")]
async fn the_connector_works_with_it() {
    let double = double(Options {
        contacts: 200,
        description: Description::from_env().unwrap(),
        ..Options::default()
    })
    .await;
    let url = double.url();
    let work = tokio::task::spawn_blocking(move || {
        let contact = json!({ "role": "user", "email": "maren@example.com" });
        let made = call(&url, "create-contact", &contact);
        let id = made["id"].as_str().unwrap().to_owned();
        let update = json!({ "contact_id": id, "name": "Maren Lund" });
        assert_eq!(call(&url, "update-contact", &update)["name"], "Maren Lund");
        let search = json!({
            "filter_formula": "role = 'user' OR custom_attributes.plan IN ('free', 'team')",
            "pagination_parameters": "limit=170",
        });
        let found = call(&url, "search-contacts", &search);
        assert_eq!(found["contacts"].as_array().unwrap().len(), 170);
        let message = json!({
            "recipient_contact_type": "user",
            "recipient_contact_id": id,
            "message_type": "email",
            "from_id": "814860",
            "subject": "Welcome",
            "body": "Hello",
            "template": "plain",
        });
        assert_eq!(
            call(&url, "send-message", &message)["message_type"],
            "email"
        );
        id
    });
    let id = work.await.unwrap();
    let counts = double.counts();
    assert_eq!(counts.violations, [""; 0]);
    assert_eq!(counts.tally.requests_to("POST /contacts/search"), 2);
    assert_eq!(counts.messages.get(&id), Some(&1));
    assert_eq!(counts.tally.duplicated_writes, [""; 0]);
}

/// What one action writes, another one reads.
#[tokio::test(flavor = "multi_thread")]
async fn a_contact_is_tagged_noted_and_followed() {
    let double = double(Options {
        description: Description::from_env().unwrap(),
        ..Options::default()
    })
    .await;
    let url = double.url();
    let work = tokio::task::spawn_blocking(move || {
        let contact = json!({ "role": "user", "email": "maren@example.com", "external_id": "25" });
        let made = call(&url, "create-contact", &contact);
        let id = made["id"].as_str().unwrap();
        let mut tag = json!({
            "target": "contact", "contact_id": "25", "contact_id_kind": "external_id",
            "tag": "Churned", "create_missing": true,
        });
        let created = call(&url, "tag", &tag);
        assert_eq!(
            created["notes"],
            json!(["no tag had this name: it was created"])
        );
        let again = call(&url, "tag", &tag);
        assert_eq!(
            (&again["id"], &again["notes"]),
            (&created["id"], &json!([]))
        );
        let choices = json!({ "kind": "tags", "search": "churn" });
        let choices = call(&url, "list-choices", &choices);
        assert_eq!(choices["choices"][0]["value"], created["id"]);
        let audiences = call(&url, "list-choices", &json!({ "kind": "audiences" }));
        assert_eq!(audiences["choices"].as_array().unwrap().len(), 60);

        let event = json!({
            "event_name": "placed-order", "created_at": "2026-03-02T09:00:00Z",
            "contact_id": "25", "contact_id_kind": "external_id", "metadata": { "items": 3 },
        });
        call(&url, "submit-event", &event);
        let opened = json!({ "from": { "type": "user", "id": id }, "body": "Hello" });
        let opened = call(&url, "create-conversation", &opened);
        let conversation = &opened["response"]["conversation_id"];
        let note = json!({
            "target": "conversation", "conversation_id": conversation, "body": "A note",
            "admin_id": "814861",
        });
        let note = call(&url, "add-note", &note);
        assert_eq!(note["author_id"], "814861");
        let note = json!({ "target": "contact", "contact_id": id, "body": "Another note" });
        call(&url, "add-note", &note);
        let notes = call(&url, "list-contact-notes", &json!({ "contact_id": id }));
        assert_eq!(notes["items"].as_array().unwrap().len(), 1);

        tag.as_object_mut().unwrap().remove("create_missing");
        let untagged = call(&url, "untag", &tag);
        assert_eq!(
            (&untagged["tagged"], &untagged["notes"]),
            (&json!(false), &json!([]))
        );
        let nothing = call(&url, "untag", &tag);
        assert_eq!(nothing["tagged"], false);
        assert_eq!(
            nothing["notes"],
            json!(["there was nothing to remove: it did not have the tag"])
        );
    });
    work.await.unwrap();
    let counts = double.counts();
    assert_eq!(counts.violations, [""; 0]);
    assert_eq!(counts.tally.requests_to("POST /tags"), 1);
    assert_eq!(counts.tally.duplicated_writes, [""; 0]);
}
