//! A workflow over several actions against the double of Intercom.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use intercom_double::openapi::Description;
use intercom_double::{IntercomDouble, Options};
use serde_json::{Value, json};

use crate::double::call;

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

/// What a workflow does when somebody of a company writes: run twice, as after a crash
/// of the engine, it leaves one contact, one company and one link.
fn welcome(url: &str) -> (String, String) {
    let contact = json!({
        "external_id": "crm-7",
        "email": "maren@example.com",
        "name": "Maren Lund",
        "unsubscribe_from_email": false,
    });
    let contact = call(url, "upsert-contact", &contact);
    let company = json!({ "company_id": "acme-42", "name": "Blue Sun", "size": 85 });
    let company = call(url, "upsert-company", &company);
    let link = json!({
        "contact_id": "crm-7",
        "contact_id_kind": "external_id",
        "company_id": "acme-42",
        "company_id_kind": "company_id",
    });
    let linked = call(url, "link-company", &link);
    assert_eq!(linked["user_count"], 1);
    (
        format!("{} {}", contact["outcome"], contact["contact"]["id"]),
        text(&company["id"]).to_owned(),
    )
}

/// A contact writes, admins note and reply, and the conversation is closed.
fn converse(url: &str, contact: &str) {
    let opening = json!({ "from": { "type": "user", "id": contact }, "body": "Where is it?" });
    let message = call(url, "create-conversation", &opening);
    let id = &message["response"]["conversation_id"];
    let note = json!({
        "target": "conversation", "conversation_id": id, "admin_id": "814860", "body": "Ship it",
    });
    call(url, "add-note", &note);
    let reply = json!({
        "conversation_id": id, "reply_as": "admin", "admin_id": "814860", "body": "On its way",
    });
    call(url, "reply-to-conversation", &reply);
    let close = json!({ "conversation_id": id, "operation": "close", "admin_id": "814860" });
    assert_eq!(call(url, "manage-conversation", &close)["state"], "closed");
    let read = call(url, "get-conversation", &json!({ "conversation_id": id }));
    assert_eq!(read["contact_ids"], json!([contact]));
    assert_eq!(read["parts"].as_array().unwrap().len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_workflow_can_be_run_again() {
    let options = Options {
        contacts: 20,
        description: Description::from_env().unwrap(),
        ..Options::default()
    };
    let double = IntercomDouble::start(options).await.unwrap();
    let url = double.url();
    let work = tokio::task::spawn_blocking(move || {
        let (first, company) = welcome(&url);
        let (second, same) = welcome(&url);
        assert_eq!(company, same);
        assert_eq!(first.replace("created", "updated"), second);

        let by_email = json!({ "email": "maren@example.com" });
        let found = call(&url, "find-contact", &by_email);
        assert!(second.contains(text(&found["id"])));
        let by_own_id = json!({ "external_id": "crm-7" });
        assert_eq!(call(&url, "find-contact", &by_own_id)["id"], found["id"]);

        let all = call(&url, "list-companies", &json!({ "all": true }));
        assert_eq!(all["companies"][0]["id"], company.as_str());
        assert_eq!(all["companies"].as_array().unwrap().len(), 1);

        let tag = json!({
            "target": "contact", "contact_id": "crm-7", "contact_id_kind": "external_id",
            "tag": "VIP",
        });
        call(&url, "tag", &tag);
        let tagged = json!({ "target": "company", "company_id": company, "tag": "VIP" });
        call(&url, "tag", &tagged);
        let by_tag = json!({ "tag_id": "812345" });
        let by_tag = call(&url, "list-companies", &by_tag);
        assert_eq!(by_tag["companies"][0]["id"], company.as_str());
        let note = json!({ "target": "contact", "contact_id": found["id"], "body": "Call back" });
        call(&url, "add-note", &note);
        converse(&url, text(&found["id"]));
        let shown = call(
            &url,
            "get-contact-by-id",
            &json!({ "contact_id": found["id"] }),
        );
        let lists = ["companies", "tags"].map(|name| &shown["response"][name]["total_count"]);
        assert_eq!(lists, [&json!(1), &json!(1)]);

        // An archived contact is unarchived only on request.
        call(
            &url,
            "archive-contact",
            &json!({ "contact_id": found["id"] }),
        );
        let back = json!({ "email": "maren@example.com", "unarchive": true });
        assert_eq!(call(&url, "upsert-contact", &back)["outcome"], "updated");

        let unlink = json!({
            "contact_id": "maren@example.com",
            "contact_id_kind": "email",
            "company_id": company,
        });
        assert_eq!(call(&url, "unlink-company", &unlink)["user_count"], 0);
        let none = call(&url, "list-companies", &json!({}));
        assert_eq!(none["companies"], json!([]));
    });
    work.await.unwrap();
    assert_eq!(double.counts().violations, [""; 0]);
}
