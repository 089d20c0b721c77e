//! Which value replaces which, and what stays.

use connector::redaction::redact;
use serde_json::{Value, json};

use super::{exchange, headers, recording};

#[test]
fn the_same_value_has_the_same_stand_in_everywhere() {
    let id = "69b2b19f8bbe006006968bec";
    let search = exchange(
        "https://api.intercom.io/contacts/search",
        Some(
            json!({ "query": { "operator": "AND", "value": [
            { "field": "owner_id", "operator": "=", "value": "8148601" },
            { "field": "email", "operator": "=", "value": "jo@acme.io" },
        ] } })
            .to_string(),
        ),
        json!({ "data": [{
            "id": id, "owner_id": 8148601, "email": "jo@acme.io", "name": "Johanna Hansen",
            "phone": "+47 22 33 44 55", "notes": { "url": format!("/contacts/{id}/notes") },
            "text": format!("{{\"contact_id\":\"{id}\"}}"), "avatar": "https://acme.io/jo.jpg",
        }], "pages": { "next": { "starting_after": "WzEsMl0=" } } })
        .to_string(),
    );
    let mut next = exchange(
        &format!(
            "https://api.intercom.io/contacts/{id}/tags?owner_id=8148601&starting_after=WzEsMl0%3D"
        ),
        None,
        json!({ "errors": [{ "message": format!("already exists with id={id}, Johanna") }] })
            .to_string(),
    );
    next.response_headers.extend(headers(&[
        ("Link", format!("</contacts/{id}>; rel=\"canonical\"")),
        (
            "X-Request-Id",
            "9f2c1a00-77aa-4a10-9d3e-0123456789ab".to_owned(),
        ),
    ]));
    let mut all = recording(
        &json!({ "contact_id": id, "path": format!("/contacts/{id}/tags"), "phone": "4722334455",
            "filter_formula": "owner_id = '8148601' AND email = 'jo@acme.io'",
            "pagination_parameters": "per_page=2&starting_after=WzEsMl0%3D",
            "from_id": "{{settings.admin}}" }),
        vec![search, next],
    );
    let context =
        json!({ "settings": { "admin": "8148601" }, "trigger": { "who": "Johanna Hansen" } });
    all.environment
        .insert("WORKFLOW_CONTEXT".to_owned(), context.to_string());

    let redacted = redact(&all, &[]).recording;
    let json = |text: &str| serde_json::from_str::<Value>(text).unwrap();
    let id = "a00000000000000000000001";
    assert_eq!(
        json(redacted.exchanges[0].request_body.as_deref().unwrap())["query"]["value"],
        json!([
            { "field": "owner_id", "operator": "=", "value": "1000000" },
            { "field": "email", "operator": "=", "value": "person-1@example.com" },
        ])
    );
    assert_eq!(
        json(&redacted.exchanges[0].response_body),
        json!({ "data": [{
            "id": id, "owner_id": 1000000, "email": "person-1@example.com", "name": "Person 1",
            "phone": "+15550100", "notes": { "url": format!("/contacts/{id}/notes") },
            "text": format!("{{\"contact_id\":\"{id}\"}}"), "avatar": "https://example.com/link-1",
        }], "pages": { "next": { "starting_after": "cursor-1" } } })
    );
    assert_eq!(
        redacted.exchanges[1].url,
        format!(
            "https://api.intercom.io/contacts/{id}/tags?owner_id=1000000&starting_after=cursor-1"
        )
    );
    assert_eq!(
        json(&redacted.exchanges[1].response_body)["errors"][0]["message"],
        format!("already exists with id={id}, Person 1")
    );
    assert_eq!(
        redacted.exchanges[1].response_headers[1..],
        headers(&[
            ("Link", format!("</contacts/{id}>; rel=\"canonical\"")),
            (
                "X-Request-Id",
                "00000000-0000-4000-8000-000000000001".to_owned()
            ),
        ])
    );
    assert_eq!(
        json(&redacted.input),
        json!({ "contact_id": id, "path": format!("/contacts/{id}/tags"), "phone": "15550100",
            "filter_formula": "owner_id = '1000000' AND email = 'person-1@example.com'",
            "pagination_parameters": "per_page=2&starting_after=cursor-1",
            "from_id": "{{settings.admin}}" })
    );
    assert_eq!(
        json(&redacted.environment["WORKFLOW_CONTEXT"]),
        json!({ "settings": { "admin": "1000000" }, "trigger": { "who": "Person 1" } })
    );
}

#[test]
fn what_a_value_is_part_of_or_has_as_a_part_follows_it() {
    let contact = json!({
        "name": "Johanna Hansen", "email": "jo@acme.io", "website": "acme.io",
        "note": "Dear Johanna, dear Hansen", "by": "ines@intercom.io",
    });
    let one = exchange("https://api.intercom.io/me", None, contact.to_string());
    let redacted = redact(&recording(&json!({}), vec![one]), &[]).recording;
    let left = &redacted.exchanges[0];
    assert_eq!(left.url, "https://api.intercom.io/me");
    assert_eq!(
        serde_json::from_str::<Value>(&left.response_body).unwrap(),
        json!({
            "name": "Person 1", "email": "person-1@example.com", "website": "example.com",
            "note": "Dear Person 1, dear Person 1", "by": "person-2@example.com",
        })
    );
}

#[test]
fn words_that_are_structure_stay_though_somebody_wrote_them() {
    let sent = json!({
        "query": { "field": "custom_attributes.plan", "operator": "=", "value": "contacts" },
        "sort": { "field": "plan", "order": "ascending" },
        "custom_attributes": { "a": "plan", "b": "contacts", "type": "gold", "c": "1" },
        "page": "1", "type": "gold",
    });
    let url = "https://api.intercom.io/contacts/search";
    let one = exchange(url, Some(sent.to_string()), "{}".to_owned());
    let redacted = redact(&recording(&json!({}), vec![one]), &[]).recording;
    assert_eq!(redacted.exchanges[0].url, url);
    assert_eq!(
        serde_json::from_str::<Value>(redacted.exchanges[0].request_body.as_deref().unwrap())
            .unwrap(),
        json!({
            "query": { "field": "custom_attributes.plan", "operator": "=", "value": "Text 1" },
            "sort": { "field": "plan", "order": "ascending" },
            "custom_attributes": { "a": "Text 2", "b": "Text 1", "type": "Text 3", "c": "1" },
            "page": "1", "type": "gold",
        })
    );
}

#[test]
fn public_examples_stay() {
    let contact = json!({
        "id": "con_abc123456", "owner_id": "814860", "email": "name@example.com",
        "name": "John Doe", "phone": "+1123456789", "avatar": "https://example.com/avatar.jpeg",
        "role": "user", "signed_up_at": 1398456947, "external_id": "25", "browser_version": "145.0",
        "custom_attributes": { "paid_subscriber": true, "monthly_spend": 155.5, "role": "user" },
        "ip": "127.0.0.1", "token": "REDACTED",
    });
    let one = exchange(
        "https://api.eu.intercom.io/contacts/con_abc123456?per_page=50",
        Some(contact.to_string()),
        contact.to_string(),
    );
    let all = recording(
        &json!({ "signed_up_date": "2014-04-25T16:15:47-04:00", "x": "{{a.b}}" }),
        vec![one],
    );
    assert_eq!(redact(&all, &[]).recording, all);
}
