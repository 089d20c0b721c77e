//! Conversations: what replies and parts do, and what a search finds.

use serde_json::{Value, json};

use super::{NOW, State, get, send, with_contacts};

/// A workspace with a conversation of its first contact; the ids of both.
fn with_a_conversation() -> (State, String, String) {
    let mut state = with_contacts(3);
    let found = get(&mut state, "/contacts?per_page=1");
    let contact = found.body["data"][0]["id"].as_str().unwrap().to_owned();
    let body = json!({"from": {"type": "user", "id": contact}, "body": "Where is my order?"});
    let opened = send(&mut state, "POST /conversations", &body);
    let id = opened.body["conversation_id"].as_str().unwrap().to_owned();
    assert_ne!(opened.id(), id, "the message has an id of its own");
    (state, contact, id)
}

fn parts(conversation: &Value) -> Vec<&str> {
    let parts = conversation["conversation_parts"]["conversation_parts"].as_array();
    let parts = parts.unwrap().iter();
    parts
        .map(|part| part["part_type"].as_str().unwrap())
        .collect()
}

#[test]
fn a_comment_opens_a_closed_conversation_and_a_note_does_not() {
    let (mut state, contact, id) = with_a_conversation();
    let (reply, manage) = (
        format!("POST /conversations/{id}/reply"),
        format!("POST /conversations/{id}/parts"),
    );
    let close = json!({"message_type": "close", "type": "admin", "admin_id": "814860"});
    let note = json!({"message_type": "note", "type": "admin", "admin_id": "814860", "body": "Hm"});
    let comment = json!({"message_type": "comment", "type": "user", "intercom_user_id": contact, "body": "Well?"});
    for (operation, body, status, part) in [
        (&manage, &close, "closed", "close"),
        (&reply, &note, "closed", "note"),
        (&reply, &comment, "open", "open"),
        (&reply, &comment, "open", "comment"),
        (&manage, &close, "closed", "close"),
        // The same state again adds a part.
        (&manage, &close, "closed", "close"),
    ] {
        let done = send(&mut state, operation, body);
        assert_eq!(done.body["state"], status, "{body}");
        assert_eq!(parts(&done.body).last(), Some(&part), "{body}");
    }
    let read = get(&mut state, &format!("/conversations/{id}"));
    assert_eq!(parts(&read.body).len(), 6);
    assert_eq!(read.body["statistics"]["count_reopens"], 1);
}

#[test]
fn admins_and_teams_are_assigned_apart() {
    let (mut state, _, id) = with_a_conversation();
    let manage = format!("POST /conversations/{id}/parts");
    for (kind, assignee, outcome, admin, team) in [
        ("admin", "814861", "200", 814_861, 0),
        ("team", "5017691", "200", 814_861, 5_017_691),
        // The id of the one is not that of the other.
        ("admin", "5017692", "404 not_found", 814_861, 5_017_691),
        ("team", "814861", "404 not_found", 814_861, 5_017_691),
        ("admin", "0", "200", 0, 5_017_691),
        ("team", "0", "200", 0, 0),
    ] {
        let body = json!({"message_type": "assignment", "type": kind, "admin_id": "814860", "assignee_id": assignee});
        let done = send(&mut state, &manage, &body);
        assert_eq!(done.outcome(), outcome, "{body}");
        let now = get(&mut state, &format!("/conversations/{id}")).body;
        assert_eq!(now["admin_assignee_id"], admin, "{body}");
        assert_eq!(now["team_assignee_id"], team, "{body}");
    }
}

#[test]
fn a_snooze_ends_by_itself() {
    let (mut state, _, id) = with_a_conversation();
    let manage = format!("POST /conversations/{id}/parts");
    for (until, expected) in [(NOW + 60, "snoozed"), (NOW, "open")] {
        let body = json!({"message_type": "snoozed", "admin_id": "814860", "snoozed_until": until});
        assert_eq!(send(&mut state, &manage, &body).body["state"], expected);
    }
}

#[test]
fn mistakes_are_rejected() {
    let (mut state, contact, id) = with_a_conversation();
    let reply = format!("POST /conversations/{id}/reply");
    let manage = format!("POST /conversations/{id}/parts");
    let admin =
        json!({"message_type": "comment", "type": "admin", "admin_id": "814860", "body": "x"});
    let with = |name: &str, value: Value| {
        let mut body = admin.clone();
        body[name] = value;
        body
    };
    for (operation, body, outcome) in [
        (&reply, with("admin_id", json!("7")), "404 not_found"),
        (&reply, with("body", json!("")), "400 parameter_invalid"),
        (
            &reply,
            with("message_type", json!("shout")),
            "400 parameter_invalid",
        ),
        (
            &reply,
            with("attachment_urls", json!(vec!["https://example.com/"; 11])),
            "400 parameter_invalid",
        ),
        (
            &reply,
            json!({"message_type": "note", "type": "user", "intercom_user_id": contact, "body": "x"}),
            "400 parameter_invalid",
        ),
        (
            &reply,
            json!({"message_type": "comment", "type": "user", "user_id": "nobody", "body": "x"}),
            "404 not_found",
        ),
        (
            &manage,
            json!({"message_type": "snoozed", "admin_id": "814860"}),
            "400 parameter_invalid",
        ),
        (
            &manage,
            json!({"message_type": "close", "admin_id": "7"}),
            "404 not_found",
        ),
    ] {
        assert_eq!(
            send(&mut state, operation, &body).outcome(),
            outcome,
            "{body}"
        );
    }
    let elsewhere = send(&mut state, "POST /conversations/last/reply", &admin);
    assert_eq!(elsewhere.outcome(), "404 not_found");
    assert_eq!(
        parts(&get(&mut state, &format!("/conversations/{id}")).body).len(),
        0
    );
}

#[test]
fn plain_text_has_no_tags() {
    let (mut state, _, id) = with_a_conversation();
    let read = get(
        &mut state,
        &format!("/conversations/{id}?display_as=plaintext"),
    );
    assert_eq!(read.body["source"]["body"], "Where is my order?");
}

#[test]
fn a_search_finds_conversations_by_their_own_fields() {
    let (mut state, contact, id) = with_a_conversation();
    let filter = |field: &str, operator: &str, value: Value| json!({"query": {"field": field, "operator": operator, "value": value}});
    for (body, found) in [
        (filter("contact_ids", "=", json!(contact)), Some(1)),
        (filter("contact_ids", "NIN", json!([contact])), Some(0)),
        (filter("created_at", ">=", json!(NOW)), Some(1)),
        (filter("created_at", ">", json!(NOW)), Some(0)),
        (filter("admin_assignee_id", "=", json!(0)), Some(1)),
        (filter("source.author.id", "=", json!(contact)), Some(1)),
        (filter("statistics.count_reopens", "<", json!(1)), Some(1)),
        (filter("open", "=", json!(false)), Some(0)),
        (filter("role", "=", json!("user")), None),
        (filter("contact_ids", "~", json!("6")), None),
    ] {
        let page = send(&mut state, "POST /conversations/search", &body);
        assert_eq!(page.body["total_count"].as_u64(), found, "{body}");
        if found == Some(1) {
            assert_eq!(page.body["conversations"][0]["id"], json!(id));
            assert_eq!(
                page.body["conversations"][0].get("conversation_parts"),
                None
            );
        }
    }
}
