use serde_json::{Value, json};

use super::{NOW, empty, get, send};
use crate::intercom::State;

fn submit(state: &mut State, event: Value) -> String {
    send(state, "POST /events", &event).outcome()
}

#[test]
fn an_event_is_of_a_contact_that_exists() {
    let mut state = empty();
    let user = json!({ "email": "ada@example.org", "external_id": "25" });
    let user = send(&mut state, "POST /contacts", &user).id();
    let event =
        |key: &str, id: &str| json!({ "event_name": "placed-order", "created_at": NOW, key: id });
    for (event, outcome) in [
        (event("user_id", "25"), "202"),
        (event("id", &user), "202"),
        (event("email", "ada@example.org"), "202"),
        (event("user_id", "26"), "404 not_found"),
        (
            json!({ "event_name": "x", "user_id": "25" }),
            "400 parameter_invalid",
        ),
        (
            json!({ "created_at": NOW, "user_id": "25" }),
            "400 parameter_invalid",
        ),
    ] {
        assert_eq!(submit(&mut state, event.clone()), outcome, "{event}");
    }
    // Three of one name and second are one.
    let listed = get(
        &mut state,
        &format!("/events?type=user&intercom_user_id={user}"),
    );
    assert_eq!(listed.body["events"].as_array().unwrap().len(), 1);
}

#[test]
fn a_lead_s_events_are_not_recognised_as_the_same() {
    let mut state = empty();
    let lead = send(&mut state, "POST /contacts", &json!({ "role": "lead" })).id();
    for _ in 0..2 {
        let event = json!({ "event_name": "asked", "created_at": NOW, "id": lead });
        assert_eq!(submit(&mut state, event), "202");
    }
    let listed = get(
        &mut state,
        &format!("/events?type=user&intercom_user_id={lead}"),
    );
    assert_eq!(listed.body["events"].as_array().unwrap().len(), 2);
}
