//! Tickets: types, states and attributes, and what a search finds.

use serde_json::{Value, json};

use super::{State, get, send, with_contacts};

fn create(state: &mut State, attributes: &Value) -> super::TestResponse {
    let body = json!({
        "ticket_type_id": "1234", "contacts": [{"email": "new@example.com"}],
        "ticket_attributes": attributes,
    });
    send(state, "POST /tickets", &body)
}

#[test]
fn a_ticket_has_an_id_a_number_and_the_first_state() {
    let mut state = with_contacts(1);
    let ticket = create(&mut state, &json!({"_default_title_": "Printer on fire"}));
    assert_ne!(ticket.body["id"], ticket.body["ticket_id"]);
    assert_eq!(ticket.body["ticket_state"]["category"], "submitted");
    assert_eq!(
        ticket.body["ticket_attributes"]["_default_title_"],
        "Printer on fire"
    );
    let number = ticket.body["ticket_id"].as_str().unwrap();
    let by_number = get(&mut state, &format!("/tickets/{number}"));
    assert_eq!(by_number.outcome(), "404 ticket_not_found");
    // Nobody had the email.
    let contact = ticket.body["contacts"]["contacts"][0]["id"]
        .as_str()
        .unwrap();
    let contact = get(&mut state, &format!("/contacts/{contact}"));
    assert_eq!(contact.body["role"], "lead");
}

#[test]
fn an_update_changes_the_given_fields_only() {
    let mut state = with_contacts(1);
    let id = create(&mut state, &json!({"City": "Oslo", "Urgent": true})).id();
    let put = format!("PUT /tickets/{id}");
    let body = json!({"ticket_attributes": {"Urgent": false, "City": null}, "ticket_state_id": "8578", "assignee_id": "5017691"});
    let ticket = send(&mut state, &put, &body);
    assert_eq!(ticket.body["ticket_attributes"], json!({"Urgent": false}));
    assert_eq!(ticket.body["ticket_state"]["internal_label"], "In progress");
    assert_eq!(ticket.body["team_assignee_id"], 5_017_691);
    let snoozed = send(&mut state, &put, &json!({"snoozed_until": 1_800_000_000}));
    assert_eq!(snoozed.body["snoozed_until"], 1_800_000_000);
    let closed = send(&mut state, &put, &json!({"open": false, "assignee_id": 0}));
    assert_eq!(closed.body["snoozed_until"], Value::Null);
    assert_eq!(closed.body["team_assignee_id"], 0);
    assert_eq!(closed.body["ticket_state"]["internal_label"], "In progress");
}

#[test]
fn mistakes_are_rejected() {
    let mut state = with_contacts(1);
    let id = create(&mut state, &json!({})).id();
    let put = format!("PUT /tickets/{id}");
    for (operation, body, outcome) in [
        (
            "POST /tickets",
            json!({"ticket_type_id": "1", "contacts": []}),
            "404 ticket_type_not_found",
        ),
        (
            "POST /tickets",
            json!({"ticket_type_id": "1234", "contacts": []}),
            "400 parameter_invalid",
        ),
        (
            "POST /tickets",
            json!({"ticket_type_id": "1234", "contacts": [{"id": "7"}]}),
            "404 not_found",
        ),
        (
            &put,
            json!({"ticket_attributes": {"Colour": "red"}}),
            "400 parameter_invalid",
        ),
        // A state of another type.
        (
            &put,
            json!({"ticket_state_id": "8579"}),
            "400 ticket_state_id_invalid",
        ),
        (
            &put,
            json!({"ticket_state_id": "In progress"}),
            "400 ticket_state_id_invalid",
        ),
        (&put, json!({"assignee_id": "7"}), "404 assignee_not_found"),
        (&put, json!({"admin_id": 7}), "404 assignee_not_found"),
    ] {
        assert_eq!(
            send(&mut state, operation, &body).outcome(),
            outcome,
            "{body}"
        );
    }
}

#[test]
fn replies_and_changes_of_the_state_are_parts() {
    let mut state = with_contacts(1);
    let contact = get(&mut state, "/contacts").body["data"][0]["id"].clone();
    let id = create(&mut state, &json!({})).id();
    let reply = format!("POST /tickets/{id}/reply");
    let body = json!({"message_type": "comment", "type": "user", "intercom_user_id": contact, "body": "Well?"});
    let part = send(&mut state, &reply, &body).body;
    assert_eq!(part["type"], "ticket_part");
    assert_eq!(part["author"]["id"], contact);
    let note = json!({"message_type": "note", "type": "admin", "admin_id": "814860", "body": "Hm"});
    send(&mut state, &reply, &note);
    let put = format!("PUT /tickets/{id}");
    let ticket = send(&mut state, &put, &json!({"ticket_state_id": "8578"})).body;
    let parts = ticket["ticket_parts"]["ticket_parts"].as_array().unwrap();
    let kinds: Vec<&Value> = parts.iter().map(|part| &part["part_type"]).collect();
    assert_eq!(kinds, ["comment", "note", "ticket_state_updated_by_admin"]);
    assert_eq!(parts[0], part);
}

#[test]
fn states_say_which_types_have_them() {
    let mut state = with_contacts(0);
    let states = get(&mut state, "/ticket_states").body;
    let rows = states["data"].as_array().unwrap();
    let named = rows
        .iter()
        .filter(|row| row["internal_label"] == "In progress");
    let types: Vec<_> = named
        .map(|row| &row["ticket_types"]["data"][0]["id"])
        .collect();
    assert_eq!(types, ["1234", "1235"]);
}

#[test]
fn a_search_finds_tickets_by_their_own_fields() {
    let mut state = with_contacts(1);
    create(
        &mut state,
        &json!({"_default_title_": "Printer on fire", "City": "Oslo"}),
    );
    let filter = |field: &str, operator: &str, value: Value| json!({"query": {"field": field, "operator": operator, "value": value}});
    for (body, found) in [
        (filter("state", "=", json!("submitted")), Some(1)),
        (filter("category", "=", json!("request")), Some(1)),
        (filter("category", "=", json!("Customer")), Some(0)),
        (filter("title", "~", json!("fire")), Some(1)),
        (filter("ticket_attribute.4712", "=", json!("Oslo")), Some(1)),
        (filter("admin_assignee_id", "=", json!("0")), Some(1)),
        (filter("ticket_state", "=", json!("submitted")), None),
        (filter("ticket_id", "=", json!("40")), None),
    ] {
        let page = send(&mut state, "POST /tickets/search", &body);
        assert_eq!(page.body["total_count"].as_u64(), found, "{body}");
    }
}
