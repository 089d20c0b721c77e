//! Searches: filters, order and pages.

use std::collections::BTreeSet;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::{NOW, empty, get, send, send_version, with_contacts};
use crate::intercom::State;

/// A day, in seconds; `NOW` is 22:13:20 of its day.
const DAY: i64 = 86_400;

fn four() -> State {
    let mut state = empty();
    for contact in [
        json!({ "role": "user", "name": "Ada", "email": "ada@example.com", "external_id": "1",
            "owner_id": "814860", "signed_up_at": NOW - DAY,
            "custom_attributes": { "plan": "pro", "seats": 9, "vip": true, "ends_at": NOW } }),
        json!({ "role": "user", "name": "Bo", "email": "bo@example.org", "external_id": "2",
            "signed_up_at": NOW, "unsubscribed_from_emails": true,
            "custom_attributes": { "plan": "free", "seats": 10, "ends_at": NOW + DAY } }),
        json!({ "role": "lead", "name": "Cy", "phone": "+47123", "signed_up_at": NOW - 3600 }),
        json!({ "role": "lead", "name": "Di Bo" }),
    ] {
        assert_eq!(send(&mut state, "POST /contacts", &contact).status, 200);
    }
    state
}

/// The names of the contacts on a page, oldest first.
fn names(page: &Value) -> String {
    let rows = page["data"].as_array().unwrap().iter().rev();
    let names: Vec<_> = rows.map(|row| row["name"].as_str().unwrap()).collect();
    names.join(", ")
}

fn filter(field: &str, operator: &str, value: &Value) -> Value {
    json!({ "field": field, "operator": operator, "value": value })
}

fn found(version: &str, query: &Value) -> String {
    let body = json!({ "query": query });
    let page = send_version(&mut four(), version, "POST /contacts/search", &body);
    match page.status {
        200 => names(&page.body),
        _ => page.outcome(),
    }
}

#[test]
fn operators_match() {
    let midnight = NOW - NOW.rem_euclid(DAY);
    for (field, operator, value, expected) in [
        ("role", "=", json!("lead"), "Cy, Di Bo"),
        ("role", "!=", json!("lead"), "Ada, Bo"),
        ("id", "=", json!("6762f0dd0000000000000002"), "Bo"),
        ("name", "IN", json!(["Ada", "Cy", "Eve"]), "Ada, Cy"),
        ("name", "NIN", json!(["Ada", "Cy"]), "Bo, Di Bo"),
        ("name", "~", json!("Bo"), "Bo, Di Bo"),
        ("name", "!~", json!("Bo"), "Ada, Cy"),
        ("name", "^", json!("Bo"), "Bo"),
        ("email", "$", json!(".org"), "Bo"),
        ("email", "=", Value::Null, "Cy, Di Bo"),
        ("email", "!=", Value::Null, "Ada, Bo"),
        ("email", "!~", json!("ada"), "Bo, Cy, Di Bo"),
        ("email_domain", "=", json!("example.com"), "Ada"),
        ("formatted_phone", "^", json!("+47"), "Cy"),
        ("external_id", "=", json!(2), "Bo"),
        ("owner_id", "=", json!("814860"), "Ada"),
        ("location.city", "=", json!("Oslo"), ""),
        ("tag_id", "=", json!("7"), ""),
        ("tag_id", "!=", json!("7"), "Ada, Bo, Cy, Di Bo"),
        ("unsubscribed_from_emails", "=", json!(true), "Bo"),
        (
            "unsubscribed_from_emails",
            "NIN",
            json!([true]),
            "Ada, Cy, Di Bo",
        ),
        ("has_hard_bounced", "=", json!(true), ""),
        ("custom_attributes.plan", "=", json!("pro"), "Ada"),
        ("custom_attributes.seats", ">", json!(9), "Bo"),
        ("custom_attributes.seats", ">=", json!(9), "Ada, Bo"),
        ("custom_attributes.seats", "<", json!(10), "Ada"),
        ("custom_attributes.seats", "<=", json!(9.5), "Ada"),
        ("custom_attributes.vip", "=", json!(true), "Ada"),
        ("custom_attributes.vip", "!=", json!(true), "Bo, Cy, Di Bo"),
        ("custom_attributes.ends_at", "=", json!(midnight), "Ada"),
        ("signed_up_at", "=", json!(midnight), "Bo, Cy"),
        ("signed_up_at", "=", json!(midnight.to_string()), "Bo, Cy"),
        ("signed_up_at", ">", json!(midnight), ""),
        ("signed_up_at", ">", json!(midnight - 1), "Bo, Cy"),
        ("signed_up_at", "<", json!(midnight + DAY - 1), "Ada"),
        ("signed_up_at", "=", Value::Null, "Di Bo"),
    ] {
        let query = filter(field, operator, &value);
        assert_eq!(found("2.16", &query), expected, "{query}");
    }
}

#[test]
fn days_are_those_of_the_workspace() {
    // 22:13:20 in UTC is 00:13:20 of the next day two hours to the east.
    let tomorrow = NOW - NOW.rem_euclid(DAY) + DAY;
    for (utc_offset, day, expected) in [
        (0, tomorrow, ""),
        (0, NOW, "Bo, Cy"),
        (7200, tomorrow, "Bo"),
        (7200, NOW - 3600, "Ada, Cy"),
        (-7200, NOW, "Bo, Cy"),
    ] {
        let mut state = four();
        state.set_utc_offset(utc_offset);
        let body = json!({ "query": filter("signed_up_at", "=", &json!(day)) });
        let page = send(&mut state, "POST /contacts/search", &body);
        assert_eq!(names(&page.body), expected, "{utc_offset} {day}");
    }
}

#[test]
fn owners_and_dates_compare_by_version() {
    let by_second = filter("signed_up_at", ">=", &json!(NOW));
    let owner = filter("owner_id", ">", &json!(814_859));
    for (version, query, expected) in [
        ("2.17", &by_second, "Bo"),
        ("2.16", &by_second, "400 parameter_invalid"),
        ("2.15", &owner, "Ada"),
        ("2.16", &owner, "400 parameter_invalid"),
    ] {
        assert_eq!(found(version, query), expected, "{version} {query}");
    }
}

#[test]
fn groups_join_filters_two_levels_deep() {
    let name = |name: &str| filter("name", "=", &json!(name));
    let users = filter("role", "=", &json!("user"));
    let group = |operator: &str, parts: &[Value]| json!({ "operator": operator, "value": parts });
    let fifteen = vec![name("Ada"); 15];
    let sixteen = vec![name("Ada"); 16];
    let rejected = "400 parameter_invalid";
    for (query, expected) in [
        (group("AND", &[users.clone(), name("Ada")]), "Ada"),
        (group("OR", &[name("Ada"), name("Cy")]), "Ada, Cy"),
        (
            group(
                "OR",
                &[
                    group("AND", &[users.clone(), name("Bo")]),
                    group("AND", &[name("Cy")]),
                ],
            ),
            "Bo, Cy",
        ),
        (
            group(
                "AND",
                &[
                    group("OR", &[name("Cy"), name("Bo")]),
                    group("OR", &[users]),
                ],
            ),
            "Bo",
        ),
        (group("AND", &fifteen), "Ada"),
        (group("AND", &sixteen), rejected),
        (
            group("OR", &vec![group("AND", &[name("Ada")]); 16]),
            rejected,
        ),
        (
            group("OR", &[group("AND", &[group("OR", &[name("Ada")])])]),
            rejected,
        ),
        (group("AND", &[]), rejected),
        (group("NOT", &[name("Ada")]), rejected),
        (
            group("AND", &[name("Ada"), group("OR", &[name("Ada")])]),
            rejected,
        ),
    ] {
        assert_eq!(found("2.16", &query), expected, "{query}");
    }
}

#[test]
fn invalid_queries_are_rejected() {
    for (query, problem) in [
        (Value::Null, "operator"),
        (json!("role = user"), "operator"),
        (
            filter("shoe_size", "=", &json!(38)),
            "shoe_size is not a field",
        ),
        (filter("custom_attributes.", "=", &json!(38)), "not a field"),
        (filter("name", "==", &json!("Ada")), "operator =="),
        (filter("name", ">", &json!("Ada")), "operator >"),
        (filter("tag_id", "IN", &json!(["7"])), "operator IN"),
        (filter("created_at", "!=", &json!(NOW)), "operator !="),
        (
            filter("created_at", ">", &json!("2023-01-01")),
            "Unix seconds",
        ),
        (
            filter("has_hard_bounced", "=", &json!("maybe")),
            "true or false",
        ),
        (filter("name", "IN", &json!("Ada")), "a list of text"),
        (filter("name", "=", &json!(["Ada"])), "not text"),
        (filter("name", "=", &json!({})), "not text"),
        (
            json!({ "field": 7, "operator": "=", "value": 7 }),
            "text as its field",
        ),
    ] {
        let body = json!({ "query": query });
        let response = send(&mut four(), "POST /contacts/search", &body);
        assert_eq!(response.outcome(), "400 parameter_invalid", "{query}");
        assert!(
            response.message().contains(problem),
            "{query}: {}",
            response.message()
        );
    }
}

#[test]
fn rows_are_sorted_as_requested() {
    let everybody = filter("id", "!=", &Value::Null);
    for (sort, expected) in [
        (Value::Null, "200 Di Bo Cy Bo Ada"),
        (
            json!({ "field": "name", "order": "ascending" }),
            "200 Ada Bo Cy Di Bo",
        ),
        (json!({ "field": "name" }), "200 Di Bo Cy Bo Ada"),
        (
            json!({ "field": "signed_up_at", "order": "descending" }),
            "200 Bo Cy Ada Di Bo",
        ),
        (
            json!({ "field": "custom_attributes.seats", "order": "ascending" }),
            "200 Cy Di Bo Ada Bo",
        ),
        (
            json!({ "field": "name", "order": "desc" }),
            "400 invalid_sort_order ",
        ),
        (json!({ "field": "shoe_size" }), "400 parameter_invalid "),
    ] {
        let body = json!({ "query": everybody, "sort": sort });
        let response = send(&mut four(), "POST /contacts/search", &body);
        let rows = response.body["data"].as_array();
        let rows = rows
            .into_iter()
            .flatten()
            .map(|row| row["name"].as_str().unwrap());
        let rows: Vec<_> = rows.collect();
        let found = format!("{} {}", response.outcome(), rows.join(" "));
        assert_eq!(found, expected, "{sort}");
    }
}

#[test]
fn pages_have_at_most_150_rows_and_the_last_has_no_next() {
    for (pagination, expected) in [
        (Value::Null, "50 of 160, page 1 of 4, has next"),
        (
            json!({ "per_page": 150 }),
            "150 of 160, page 1 of 2, has next",
        ),
        (
            json!({ "per_page": 80 }),
            "80 of 160, page 1 of 2, has next",
        ),
        (
            json!({ "starting_after": null }),
            "50 of 160, page 1 of 4, has next",
        ),
        (json!({ "per_page": 151 }), "400 parameter_invalid"),
        (json!({ "per_page": 0 }), "400 parameter_invalid"),
        (json!({ "per_page": "5" }), "400 parameter_invalid"),
        (
            json!({ "starting_after": "bm90aGluZw==" }),
            "400 client_error",
        ),
        (json!({ "starting_after": 7 }), "400 client_error"),
    ] {
        let body = json!({ "query": filter("id", "!=", &Value::Null), "pagination": pagination });
        let response = send(&mut with_contacts(160), "POST /contacts/search", &body);
        let page = &response.body;
        let found = match page["data"].as_array() {
            None => response.outcome(),
            Some(rows) => format!(
                "{} of {}, page {} of {}, {}",
                rows.len(),
                page["total_count"],
                page["pages"]["page"],
                page["pages"]["total_pages"],
                if page["pages"].get("next").is_some() {
                    "has next"
                } else {
                    "is last"
                },
            ),
        };
        assert_eq!(found, expected, "{pagination}");
    }
    let all = get(&mut with_contacts(3), "/contacts?per_page=3").body;
    assert_eq!(all["pages"].get("next"), None);
    let some = get(&mut with_contacts(11), "/contacts").body;
    assert_eq!(some["pages"]["per_page"], 10);
    assert_eq!(some["pages"]["next"]["page"], 2);
}

#[test]
fn paging_is_stable_while_contacts_are_added_and_removed() {
    let mut state = with_contacts(6);
    let first = get(&mut state, "/contacts?per_page=3").body;
    assert_eq!(names(&first), "Contact 4, Contact 5, Contact 6");
    let new = json!({ "email": "new@example.com", "name": "New" });
    assert_eq!(send(&mut state, "POST /contacts", &new).status, 200);
    let last = first["data"][2]["id"].as_str().unwrap();
    let deleted = send(
        &mut state,
        &format!("DELETE /contacts/{last}"),
        &Value::Null,
    );
    assert_eq!(deleted.status, 200);
    let cursor = first["pages"]["next"]["starting_after"].as_str().unwrap();
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("starting_after", cursor)
        .finish();
    let second = get(&mut state, &format!("/contacts?{query}")).body;
    assert_eq!(names(&second), "Contact 1, Contact 2, Contact 3");
}

/// The ids on all pages of a search, from first to last; no more pages than
/// there are contacts.
fn all_pages(state: &mut State, contacts: usize, per_page: usize, sort: &Value) -> Vec<String> {
    let mut ids = Vec::new();
    let mut cursor = Value::Null;
    for _ in 0..=contacts {
        let body = json!({
            "query": filter("id", "!=", &Value::Null),
            "sort": sort,
            "pagination": { "per_page": per_page, "starting_after": cursor },
        });
        let page = send(state, "POST /contacts/search", &body).body;
        let rows = page["data"].as_array().unwrap().iter();
        ids.extend(rows.map(|row| row["id"].as_str().unwrap().to_owned()));
        match page["pages"].get("next") {
            None => return ids,
            Some(next) => cursor = next["starting_after"].clone(),
        }
    }
    panic!("paging does not end");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn paging_yields_each_contact_once(
        contacts in 0_usize..40,
        per_page in 1_usize..=45,
        field in prop::sample::select(vec!["role", "name", "created_at", "external_id", "phone"]),
        order in prop::sample::select(vec!["ascending", "descending"]),
    ) {
        let mut state = with_contacts(contacts);
        let sort = json!({ "field": field, "order": order });
        let ids = all_pages(&mut state, contacts, per_page, &sort);
        let different: BTreeSet<_> = ids.iter().collect();
        prop_assert_eq!(ids.len(), contacts);
        prop_assert_eq!(different.len(), contacts);
    }
}
