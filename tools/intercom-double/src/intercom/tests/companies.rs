//! Companies: create, find, list, scroll, and who belongs to them.

use serde_json::{Value, json};

use super::{NOW, empty, get, send, with_contacts};
use crate::intercom::State;

/// A state with this many companies, and a contact in each.
fn with_companies(companies: usize) -> State {
    let mut state = with_contacts(1);
    let contact = contact(&mut state);
    for number in 1..=companies {
        let body = json!({ "company_id": number.to_string(), "name": format!("Company {number}") });
        let company = send(&mut state, "POST /companies", &body).id();
        let path = format!("POST /contacts/{contact}/companies");
        assert_eq!(
            send(&mut state, &path, &json!({ "id": company })).status,
            200
        );
    }
    state
}

fn contact(state: &mut State) -> String {
    get(state, "/contacts/find_by_external_id/external-1").id()
}

fn rows(body: &Value) -> usize {
    body["data"].as_array().map_or(0, Vec::len)
}

#[test]
fn a_company_is_found_again_by_its_company_id() {
    let mut state = empty();
    let first = json!({ "company_id": "acme", "plan": "Pro", "custom_attributes": { "a": 1 } });
    let made = send(&mut state, "POST /companies", &first);
    assert_eq!(made.body["plan"]["name"], "Pro");
    let second = json!({ "company_id": "acme", "name": "Acme", "custom_attributes": { "b": 2 } });
    let changed = send(&mut state, "POST /companies", &second);
    assert_eq!(changed.id(), made.id());
    assert_eq!(changed.body["plan"]["name"], "Pro");
    assert_eq!(changed.body["custom_attributes"], json!({ "a": 1, "b": 2 }));
    let found = get(&mut state, "/companies?company_id=acme");
    assert_eq!(
        found.body,
        get(&mut state, &format!("/companies/{}", made.id())).body
    );
    let nameless = send(&mut state, "POST /companies", &json!({ "name": "Acme" }));
    assert_ne!(nameless.id(), made.id());
}

#[test]
fn errors_of_a_request_are_reported() {
    let mut state = with_companies(1);
    let contact = contact(&mut state);
    for (operation, body, outcome) in [
        (
            "POST /companies",
            json!({ "size": "85" }),
            "400 parameter_invalid",
        ),
        ("POST /companies", json!({ "test": "x" }), "400 bad_request"),
        (
            "GET /companies?company_id=7",
            Value::Null,
            "404 company_not_found",
        ),
        ("GET /companies/1", Value::Null, "404 company_not_found"),
        (
            "POST /companies/list?per_page=61",
            Value::Null,
            "400 parameter_invalid",
        ),
        (
            "POST /companies/list?page=0",
            Value::Null,
            "400 parameter_invalid",
        ),
        (
            "POST /companies/list?page=168&per_page=60",
            Value::Null,
            "400 bad_request",
        ),
        (
            "POST /contacts/nobody/companies",
            json!({ "id": "1" }),
            "404 not_found",
        ),
        (
            "DELETE /contacts/nobody/companies/1",
            Value::Null,
            "404 not_found",
        ),
    ] {
        assert_eq!(
            send(&mut state, operation, &body).outcome(),
            outcome,
            "{operation}"
        );
    }
    let attach = format!("POST /contacts/{contact}/companies");
    for (body, outcome) in [
        (json!({}), "400 parameter_not_found"),
        (json!({ "id": "1" }), "404 company_not_found"),
    ] {
        assert_eq!(send(&mut state, &attach, &body).outcome(), outcome);
    }
}

#[test]
fn a_company_without_contacts_is_in_no_list() {
    let mut state = with_companies(1);
    let contact = contact(&mut state);
    let company = get(&mut state, "/companies?company_id=1").id();
    assert_eq!(
        get(&mut state, "/companies?company_id=1").body["user_count"],
        1
    );
    let shown = get(&mut state, &format!("/contacts/{contact}"));
    assert_eq!(shown.body["companies"]["data"][0]["id"], company.as_str());
    assert_eq!(
        rows(&send(&mut state, "POST /companies/list", &Value::Null).body),
        1
    );

    // Detaching twice leaves the same state.
    let detach = format!("DELETE /contacts/{contact}/companies/{company}");
    for _ in 0..2 {
        let detached = send(&mut state, &detach, &Value::Null);
        assert_eq!(detached.body["user_count"], 0);
    }
    assert_eq!(
        rows(&send(&mut state, "POST /companies/list", &Value::Null).body),
        0
    );
    assert_eq!(
        get(&mut state, &format!("/companies/{company}")).status,
        200
    );
}

#[test]
fn pages_are_counted_from_one() {
    let mut state = with_companies(5);
    for (page, shown) in [(1, 2), (2, 2), (3, 1), (4, 0)] {
        let path = format!("POST /companies/list?page={page}&per_page=2");
        let body = send(&mut state, &path, &Value::Null).body;
        assert_eq!(
            (rows(&body), &body["total_count"]),
            (shown, &json!(5)),
            "{page}"
        );
        assert_eq!(body["pages"]["total_pages"], 3);
    }
}

#[test]
fn one_scroll_is_open_at_a_time() {
    let mut state = with_companies(150);
    let first = get(&mut state, "/companies/scroll");
    assert_eq!(rows(&first.body), 100);
    let parameter = first.body["scroll_param"].as_str().unwrap().to_owned();
    assert_eq!(
        get(&mut state, "/companies/scroll").outcome(),
        "400 scroll_exists"
    );
    let next = format!("/companies/scroll?scroll_param={parameter}");
    assert_eq!(rows(&get(&mut state, &next).body), 50);
    assert_eq!(rows(&get(&mut state, &next).body), 0);
    // The empty page closed it.
    assert_eq!(get(&mut state, &next).outcome(), "404 not_found");
    assert_eq!(rows(&get(&mut state, "/companies/scroll").body), 100);
}

#[test]
fn a_scroll_ends_when_it_is_left_alone() {
    let mut state = with_companies(1);
    let mut scroll = |parameter: Option<&str>, now| state.companies.scroll(parameter, now);
    let (_, first) = scroll(None, NOW).unwrap();
    assert!(scroll(None, NOW + 60).is_err());
    let (_, second) = scroll(None, NOW + 61).unwrap();
    assert_ne!(first, second);
    assert!(scroll(Some(&first), NOW + 61).is_err());
    // A request keeps it open.
    assert!(scroll(Some(&second), NOW + 121).is_ok());
}

#[test]
fn a_merged_or_deleted_contact_leaves_its_company() {
    let mut state = with_contacts(5);
    let lead = send(&mut state, "GET /contacts?per_page=150", &Value::Null).body;
    let lead = lead["data"].as_array().unwrap().iter();
    let lead = lead
        .clone()
        .find(|contact| contact["role"] == "lead")
        .unwrap();
    let (lead, user) = (lead["id"].as_str().unwrap().to_owned(), contact(&mut state));
    let company = send(&mut state, "POST /companies", &json!({ "company_id": "1" })).id();
    let attach = format!("POST /contacts/{lead}/companies");
    send(&mut state, &attach, &json!({ "id": company }));
    let merge = json!({ "from": lead, "into": user, "skip_duplicate_validation": true });
    send(&mut state, "POST /contacts/merge", &merge);
    assert_eq!(
        rows(&get(&mut state, &format!("/contacts/{user}/companies")).body),
        1
    );
    send(
        &mut state,
        &format!("DELETE /contacts/{user}"),
        &Value::Null,
    );
    assert_eq!(
        get(&mut state, "/companies?company_id=1").body["user_count"],
        0
    );
}

#[test]
fn a_tag_selects_companies_and_shows_on_them_and_on_contacts() {
    let mut state = with_companies(2);
    let contact = contact(&mut state);
    let company = get(&mut state, "/companies?company_id=2").id();
    let tag = json!({ "name": "VIP", "companies": [{ "id": company }] });
    let tag = send(&mut state, "POST /tags", &tag).id();
    let selected = get(&mut state, &format!("/companies?tag_id={tag}"));
    assert_eq!(rows(&selected.body), 1);
    assert_eq!(selected.body["data"][0]["tags"]["tags"][0]["name"], "VIP");
    assert_eq!(rows(&get(&mut state, "/companies?segment_id=1").body), 0);

    let path = format!("POST /contacts/{contact}/tags");
    send(&mut state, &path, &json!({ "id": tag }));
    let shown = get(&mut state, &format!("/contacts/{contact}"));
    assert_eq!(shown.body["tags"]["data"][0]["id"], tag.as_str());
    assert_eq!(shown.body["companies"]["total_count"], 2);
}
