use serde_json::{Value, json};

use super::{empty, get, send, with_contacts};
use crate::intercom::State;

/// The ids of the tags in a list.
fn ids(state: &mut State, path: &str) -> Vec<String> {
    let rows = get(state, path).body["data"].as_array().unwrap().clone();
    let id = |row: &Value| row["id"].as_str().unwrap().to_owned();
    rows.iter().map(id).collect()
}

/// The path of a contact.
fn contact(state: &mut State) -> String {
    let created = send(
        state,
        "POST /contacts",
        &json!({ "email": "ada@example.org" }),
    );
    format!("/contacts/{}", created.id())
}

#[test]
fn a_tag_is_found_by_its_name_or_made() {
    let mut state = empty();
    let before = ids(&mut state, "/tags").len();
    let found = send(&mut state, "POST /tags", &json!({ "name": "vip" }));
    assert_eq!(found.body["name"], "VIP");
    let made = send(&mut state, "POST /tags", &json!({ "name": "Churned" }));
    assert_eq!(
        send(&mut state, "POST /tags", &json!({ "name": "CHURNED" })).id(),
        made.id()
    );
    assert_eq!(ids(&mut state, "/tags").len(), before + 1);
    let nameless = send(&mut state, "POST /tags", &json!({}));
    assert_eq!(nameless.outcome(), "400 parameter_invalid");
}

#[test]
fn a_contact_carries_a_tag_once() {
    let mut state = empty();
    let contact = contact(&mut state);
    let tags = format!("{contact}/tags");
    for _ in 0..2 {
        let tagged = send(
            &mut state,
            &format!("POST {tags}"),
            &json!({ "id": "812345" }),
        );
        assert_eq!(tagged.body["name"], "VIP");
    }
    assert_eq!(ids(&mut state, &tags), ["812345"]);
    let remove = format!("DELETE {tags}/812345");
    assert_eq!(send(&mut state, &remove, &Value::Null).outcome(), "200");
    let again = send(&mut state, &remove, &Value::Null);
    assert_eq!(
        (again.outcome().as_str(), again.message()),
        ("404 not_found", "Resource Not Found")
    );
    assert!(ids(&mut state, &tags).is_empty());
    let nobody = send(
        &mut state,
        "POST /contacts/7/tags",
        &json!({ "id": "812345" }),
    );
    assert_eq!(nobody.message(), "User Not Found");
}

#[test]
fn a_company_takes_a_tag_by_its_name() {
    let mut state = with_contacts(1);
    let company = send(
        &mut state,
        "POST /companies",
        &json!({ "company_id": "acme-42" }),
    );
    for (item, tagged) in [
        (json!({ "company_id": "acme-42" }), true),
        (json!({ "id": company.id(), "untag": true }), false),
    ] {
        let body = json!({ "name": "vip", "companies": [item] });
        let marked = send(&mut state, "POST /tags", &body);
        assert_eq!(marked.body["companies"][0]["tagged"], tagged);
        assert_eq!(marked.body["companies"][0]["id"], company.id());
    }
    let body = json!({ "name": "vip", "companies": [{ "id": "acme-42" }] });
    let unknown = send(&mut state, "POST /tags", &body);
    assert_eq!(unknown.outcome(), "404 company_not_found");
}

#[test]
fn a_conversation_takes_a_tag_from_an_admin() {
    let mut state = empty();
    let contact = contact(&mut state);
    let id = contact.trim_start_matches("/contacts/");
    let body = json!({ "from": { "type": "user", "id": id }, "body": "Hello" });
    let opened = send(&mut state, "POST /conversations", &body);
    let id = opened.body["conversation_id"].as_str().unwrap().to_owned();
    let add = format!("POST /conversations/{id}/tags");
    for (body, outcome) in [
        (json!({ "id": "812345" }), "400 parameter_invalid"),
        (
            json!({ "id": "812345", "admin_id": "1" }),
            "404 admin_not_found",
        ),
        (
            json!({ "id": "1", "admin_id": "814860" }),
            "404 tag_not_found",
        ),
        (json!({ "id": "812345", "admin_id": "814860" }), "200"),
    ] {
        assert_eq!(send(&mut state, &add, &body).outcome(), outcome, "{body}");
    }
    let remove = format!("DELETE /conversations/{id}/tags/812345");
    for (body, outcome) in [
        (json!({}), "400 parameter_invalid"),
        (json!({ "admin_id": "814860" }), "200"),
        (json!({ "admin_id": "814860" }), "404 tag_not_found"),
    ] {
        assert_eq!(
            send(&mut state, &remove, &body).outcome(),
            outcome,
            "{body}"
        );
    }
    let ticket = send(
        &mut state,
        "POST /tickets/1/tags",
        &json!({ "id": "812345", "admin_id": "814860" }),
    );
    assert_eq!(ticket.outcome(), "404 ticket_not_found");
}
