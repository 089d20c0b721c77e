//! The life of a contact: create, update, archive, merge, delete.

use serde_json::{Value, json};

use super::{NOW, empty, get, send, send_version};

#[test]
fn a_new_contact_has_the_fields_of_the_request() {
    let mut state = empty();
    let created = send(
        &mut state,
        "POST /contacts",
        &json!({
            "external_id": "25",
            "email": "Maren@example.com",
            "phone": "+4712345678",
            "name": "Maren Lund",
            "avatar": "https://example.com/maren.png",
            "signed_up_at": 1_398_456_947,
            "owner_id": "814861",
            "custom_attributes": { "plan": "pro", "seats": 3, "gone": null, "order": ["21"] },
            "shoe_size": 38,
        }),
    );
    assert_eq!(created.outcome(), "200");
    for (field, expected) in [
        ("type", json!("contact")),
        ("id", json!("6762f0dd0000000000000001")),
        ("role", json!("user")),
        ("external_id", json!("25")),
        ("email", json!("Maren@example.com")),
        ("email_domain", json!("example.com")),
        ("name", json!("Maren Lund")),
        (
            "avatar",
            json!({ "type": "avatar", "image_url": "https://example.com/maren.png" }),
        ),
        ("owner_id", json!("814861")),
        ("created_at", json!(NOW)),
        ("signed_up_at", json!(1_398_456_947)),
        ("last_seen_at", Value::Null),
        ("unsubscribed_from_emails", json!(false)),
        (
            "custom_attributes",
            json!({
                "plan": "pro",
                "seats": 3,
                "order": { "type": "order.list", "instances": [{ "id": "21" }] },
            }),
        ),
    ] {
        assert_eq!(created.body[field], expected, "{field}");
    }
    assert_eq!(created.body.get("shoe_size"), None);
    assert_eq!(
        get(&mut state, "/contacts/6762f0dd0000000000000001").body,
        created.body
    );
}

#[test]
fn invalid_fields_are_rejected() {
    let long = "x".repeat(256);
    for (body, expected) in [
        (json!({ "role": "lead" }), "200"),
        (json!({ "external_id": "1" }), "200"),
        (
            json!({ "email": "a@example.com", "email_verified": true }),
            "200",
        ),
        (json!({}), "400 parameter_missing"),
        (json!({ "role": "user" }), "400 parameter_missing"),
        (
            json!({ "role": "user", "email": "" }),
            "400 parameter_missing",
        ),
        (
            json!({ "role": "admin", "email": "a@example.com" }),
            "400 parameter_invalid role",
        ),
        (json!({ "email": "nobody" }), "400 parameter_invalid email"),
        (json!({ "email": null }), "400 parameter_invalid email"),
        (
            json!({ "external_id": 7 }),
            "400 parameter_invalid external_id",
        ),
        (
            json!({ "external_id": "1", "email_verified": true }),
            "400 parameter_invalid email_verified",
        ),
        (
            json!({ "role": "lead", "signed_up_at": "2023-01-01" }),
            "400 parameter_invalid signed_up_at",
        ),
        (
            json!({ "role": "lead", "name": 7 }),
            "400 parameter_invalid name",
        ),
        (
            json!({ "role": "lead", "owner_id": "1" }),
            "400 parameter_invalid owner_id",
        ),
        (
            json!({ "role": "lead", "owner_id": 814_860 }),
            "400 parameter_invalid owner_id",
        ),
        (
            json!({ "role": "lead", "unsubscribed_from_emails": "no" }),
            "400 parameter_invalid unsubscribed_from_emails",
        ),
        (
            json!({ "role": "lead", "custom_attributes": { "a.b": 1 } }),
            "400 parameter_invalid custom_attributes",
        ),
        (
            json!({ "role": "lead", "custom_attributes": { "a": { "b": 1 } } }),
            "400 parameter_invalid custom_attributes",
        ),
        (
            json!({ "role": "lead", "custom_attributes": { "a": long } }),
            "400 parameter_invalid custom_attributes",
        ),
        (json!([]), "400 parameter_invalid"),
    ] {
        let response = send(&mut empty(), "POST /contacts", &body);
        let field = response.body["errors"][0]["field"].as_str();
        let found = format!("{} {}", response.outcome(), field.unwrap_or_default());
        assert_eq!(found.trim_end(), expected, "{body}");
    }
}

#[test]
fn owners_are_integers_up_to_2_15() {
    let mut state = empty();
    let body = json!({ "role": "lead", "owner_id": 814_860 });
    let created = send_version(&mut state, "2.15", "POST /contacts", &body);
    assert_eq!(created.body["owner_id"], 814_860);
    let path = format!("/contacts/{}", created.id());
    assert_eq!(get(&mut state, &path).body["owner_id"], "814860");
}

#[test]
fn identities_are_unique() {
    let mut state = empty();
    let first = json!({ "email": "a@example.com", "external_id": "1" });
    let id = send(&mut state, "POST /contacts", &first).id();
    let second = json!({ "email": "b@example.com", "external_id": "2" });
    let other = send(&mut state, "POST /contacts", &second).id();
    let update = format!("PUT /contacts/{other}");
    for (operation, body, expected) in [
        (
            "POST /contacts",
            json!({ "email": "A@example.com" }),
            "409 conflict",
        ),
        (
            "POST /contacts",
            json!({ "external_id": "1" }),
            "409 conflict",
        ),
        (
            "POST /contacts",
            json!({ "role": "lead", "external_id": "1" }),
            "409 conflict",
        ),
        (
            "POST /contacts",
            json!({ "role": "lead", "email": "a@example.com" }),
            "200",
        ),
        (
            "POST /contacts",
            json!({ "role": "lead", "email": "a@example.com" }),
            "200",
        ),
        (
            &update,
            json!({ "email": "a@example.com", "name": "B" }),
            "409 conflict",
        ),
        (
            &update,
            json!({ "email": "b@example.com", "external_id": "2" }),
            "200",
        ),
        (&update, json!({ "email": "c@example.com" }), "200"),
        ("POST /contacts", json!({ "email": "b@example.com" }), "200"),
    ] {
        let response = send(&mut state, operation, &body);
        assert_eq!(response.outcome(), expected, "{operation} {body}");
        if expected == "409 conflict" {
            let conflict = "A contact matching those details already exists with id=";
            assert_eq!(response.message(), format!("{conflict}{id}"));
        }
    }
    assert_eq!(
        get(&mut state, &format!("/contacts/{other}")).body["name"],
        Value::Null
    );
}

#[test]
fn an_update_changes_only_the_fields_of_the_request() {
    let mut state = empty();
    let body = json!({
        "email": "a@example.com",
        "name": "A",
        "phone": "1",
        "custom_attributes": { "plan": "pro", "seats": 3 },
    });
    let id = send(&mut state, "POST /contacts", &body).id();
    for (body, expected, field, value) in [
        (json!({ "name": "B" }), "200", "name", json!("B")),
        (json!({}), "200", "phone", json!("1")),
        (json!({ "phone": null }), "200", "phone", Value::Null),
        (json!({ "name": "" }), "200", "name", json!("")),
        (
            json!({ "custom_attributes": { "plan": null, "team": 1 } }),
            "200",
            "custom_attributes",
            json!({ "seats": 3, "team": 1 }),
        ),
        (
            json!({ "custom_attributes": null }),
            "200",
            "custom_attributes",
            json!({}),
        ),
        (
            json!({ "unsubscribed_from_emails": true }),
            "200",
            "unsubscribed_from_emails",
            json!(true),
        ),
        (
            json!({ "unsubscribed_from_emails": null }),
            "200",
            "unsubscribed_from_emails",
            json!(false),
        ),
        (
            json!({ "role": "lead" }),
            "400 client_error",
            "role",
            json!("user"),
        ),
        (json!({ "role": "boss" }), "200", "role", json!("user")),
        (
            json!({ "email": null }),
            "400 parameter_invalid",
            "email",
            json!("a@example.com"),
        ),
    ] {
        let response = send(&mut state, &format!("PUT /contacts/{id}"), &body);
        assert_eq!(response.outcome(), expected, "{body}");
        let found = get(&mut state, &format!("/contacts/{id}")).body;
        assert_eq!(found[field], value, "{body}");
    }
    let lead = send(&mut state, "POST /contacts", &json!({ "role": "lead" })).id();
    let body = json!({ "role": "user", "email": "b@example.com" });
    let converted = send(&mut state, &format!("PUT /contacts/{lead}"), &body);
    assert_eq!(converted.body["role"], "user");
}

/// One step in the life of a contact: operation, body, outcome, and a substring of
/// the response.
type Step<'a> = (&'a str, Value, &'a str, &'a str);

fn follow(steps: &[Step<'_>]) {
    let mut state = empty();
    for (operation, body, outcome, part) in steps {
        let response = send(&mut state, operation, body);
        assert_eq!(response.outcome(), *outcome, "{operation} {body}");
        let text = response.body.to_string();
        assert!(text.contains(part), "{operation} {body}: {text}");
    }
}

const ONE: &str = "/contacts/6762f0dd0000000000000001";

#[test]
fn an_archived_contact_is_readable_but_not_searchable() {
    let archive = format!("POST {ONE}/archive");
    let unarchive = format!("POST {ONE}/unarchive");
    let read = format!("GET {ONE}");
    let find = "GET /contacts/find_by_external_id/1";
    let contact = json!({ "email": "a@example.com", "external_id": "1" });
    let everybody = json!({ "query": { "field": "role", "operator": "=", "value": "user" } });
    let search = "POST /contacts/search";
    let conflict = "An archived contact matching those details already exists with id=6762f0dd";
    follow(&[
        ("POST /contacts", contact.clone(), "200", ""),
        (search, everybody.clone(), "200", r#""total_count":1"#),
        (&archive, Value::Null, "200", r#""archived":true"#),
        (&read, Value::Null, "200", r#""external_id":"1""#),
        (find, Value::Null, "404 not_found", ""),
        (search, everybody.clone(), "200", r#""total_count":0"#),
        ("GET /contacts", Value::Null, "200", r#""total_count":0"#),
        ("POST /contacts", contact, "409 conflict", conflict),
        (&unarchive, Value::Null, "200", r#""archived":false"#),
        (find, Value::Null, "200", r#""external_id":"1""#),
        (search, everybody, "200", r#""total_count":1"#),
    ]);
}

#[test]
fn a_deleted_contact_is_gone_and_can_be_created_again() {
    let contact = json!({ "email": "a@example.com", "external_id": "1" });
    let delete = format!("DELETE {ONE}");
    follow(&[
        ("POST /contacts", contact.clone(), "200", "0001"),
        (&delete, Value::Null, "200", r#""deleted":true"#),
        (&delete, Value::Null, "404 not_found", ""),
        (&format!("PUT {ONE}"), json!({}), "404 not_found", ""),
        (
            &format!("POST {ONE}/archive"),
            Value::Null,
            "404 not_found",
            "",
        ),
        ("POST /contacts", contact, "200", "0002"),
    ]);
}

#[test]
fn leads_are_not_found_by_external_id() {
    let lead = json!({ "role": "lead", "external_id": "1" });
    let find = "GET /contacts/find_by_external_id/1";
    follow(&[
        ("POST /contacts", lead, "200", ""),
        (find, Value::Null, "404 not_found", ""),
        (&format!("PUT {ONE}"), json!({ "role": "user" }), "200", ""),
        (find, Value::Null, "200", r#""external_id":"1""#),
    ]);
}

#[test]
fn a_merged_contact_links_to_the_one_that_it_was_merged_into() {
    let mut state = empty();
    let lead = json!({
        "role": "lead", "external_id": "l", "email": "a@example.com", "phone": "1",
        "custom_attributes": { "source": "fair", "plan": "free" },
    });
    let user = json!({ "email": "a@example.com", "custom_attributes": { "plan": "pro" } });
    let stranger = json!({ "email": "b@example.com" });
    let [lead, user, stranger] =
        [lead, user, stranger].map(|body| send(&mut state, "POST /contacts", &body).id());
    let forced = |from: &str, into: &str| json!({ "from": from, "into": into, "skip_duplicate_validation": true });
    for (body, expected) in [
        (
            json!({ "from": lead, "into": stranger }),
            "400 invalid_merge",
        ),
        (forced(&user, &stranger), "400 parameter_invalid"),
        (forced(&lead, &lead), "400 parameter_invalid"),
        (forced(&lead, "nobody"), "404 not_found"),
        (json!({ "from": lead }), "404 not_found"),
        (json!({ "from": lead, "into": user }), "200"),
    ] {
        let response = send(&mut state, "POST /contacts/merge", &body);
        assert_eq!(response.outcome(), expected, "{body}");
    }
    for path in [
        format!("/contacts/{lead}"),
        "/contacts/find_by_external_id/l".to_owned(),
    ] {
        let gone = get(&mut state, &path);
        assert_eq!(gone.outcome(), "410 contact_merged", "{path}");
        let link = format!("</contacts/{user}>; rel=\"canonical\"");
        assert_eq!(gone.header("link"), link, "{path}");
        let before = send_version(&mut state, "2.15", &format!("GET {path}"), &Value::Null);
        assert_eq!(before.outcome(), "404 not_found", "{path}");
    }
    let path = format!("/contacts/{user}");
    let merged = get(&mut state, &path).body;
    assert_eq!(merged["phone"], "1");
    assert_eq!(
        merged["custom_attributes"],
        json!({ "source": "fair", "plan": "pro" })
    );
    assert_eq!(merged.get("merge_history"), None);
    let merged = get(&mut state, &format!("{path}?include_merge_history=true")).body;
    assert_eq!(merged["merge_history"][0]["source_contact_id"], json!(lead));
}
