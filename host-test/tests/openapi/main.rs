//! Every request that a case makes is one that Intercom's published API
//! description allows: its path, its method and each property of its body.
//!
//! The description is not part of this repository; `INTERCOM_OPENAPI` names the
//! file. Without it this test says so and passes.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod description;
#[path = "../support/mod.rs"]
mod support;

use std::collections::BTreeMap;
use std::io::Write;

use host_test::fixtures::{self, Body, HttpRequest};
use serde_json::{Value, json};

use description::Description;

/// Where the connector rightly sends what the description does not list.
const DEVIATIONS: [Deviation; 3] = [
    Deviation {
        operation: "POST /messages",
        place: "/message_type",
        sent: "inapp",
        described: "in_app",
        reason: "responses, older documentation and Intercom's own SDK spell it inapp",
    },
    Deviation {
        operation: "POST /messages",
        place: "/to/type",
        sent: "contact",
        described: "user",
        reason: "seen accepted on the wire",
    },
    Deviation {
        operation: "POST /messages",
        place: "/cc/0/type",
        sent: "contact",
        described: "user",
        reason: "as for the recipient",
    },
];

/// A value that is put into the description's words before it is checked.
struct Deviation {
    operation: &'static str,
    place: &'static str,
    sent: &'static str,
    described: &'static str,
    reason: &'static str,
}

/// Prints a line that the test runner doesn't hold back, so that the output of
/// every run says whether the check ran.
fn say(line: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{line}");
}

#[tokio::test]
async fn requests_follow_the_published_description() {
    let Some(path) = std::env::var_os("INTERCOM_OPENAPI") else {
        say("API description: not run: INTERCOM_OPENAPI is not set");
        return;
    };
    let text = std::fs::read_to_string(&path).expect("INTERCOM_OPENAPI names a readable file");
    let description = Description::parse(&text);
    let mut validated = 0;
    let mut wrong = Vec::new();
    for case in support::all_cases() {
        if case.outside_description.is_some() {
            continue;
        }
        let outcome = fixtures::run(&support::plugin(), &case).await;
        for request in &outcome.requests {
            validated += 1;
            let complaints = description.complaints(request);
            wrong.extend(
                complaints
                    .iter()
                    .map(|complaint| format!("{}: {complaint}", case.name)),
            );
        }
    }
    say(&format!(
        "API description: validated {validated} requests against {}",
        path.display()
    ));
    for Deviation {
        operation,
        place,
        sent,
        described,
        reason,
    } in &DEVIATIONS
    {
        say(&format!(
            "  taken as described: {operation} {place}: {sent} for {described}, since {reason}"
        ));
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
    assert!(validated > 0, "no case made a request");
}

fn in_its_words(operation: &str, mut body: Value) -> Value {
    for deviation in &DEVIATIONS {
        if deviation.operation == operation
            && let Some(value) = body.pointer_mut(deviation.place)
            && value == deviation.sent
        {
            *value = deviation.described.into();
        }
    }
    body
}

/// A description small enough to see what it says.
fn example() -> Description {
    Description::parse(
        r##"
paths:
  /things/search: { post: { requestBody: { content: { application/json: {
    schema: { $ref: "#/components/schemas/query" } } } } } }
  /things/{id}: { put: { requestBody: { content: { application/json: {
    schema: { oneOf: [ { $ref: "#/components/schemas/thing" } ] } } } } }, get: {} }
components: { schemas: {
  thing: { type: object, required: [name], properties: {
    name: { type: string },
    kind: { type: string, nullable: true, enum: [big, small] },
    owner: { type: object, properties: { id: { type: integer } } },
    free: { type: object },
    attributes: { type: object, additionalProperties: { type: string } } } },
  query: { type: object, properties: { value: { oneOf: [
    { type: object, properties: { one: { type: string } } },
    { type: object, properties: { many: { type: array, items: { $ref: "#/components/schemas/thing" } } } } ] } } } } }
"##,
    )
}

#[test]
fn the_check_itself_finds_what_is_wrong() {
    let table = [
        ("PUT /things/1", json!({ "name": "a" }), ""),
        ("PUT /things/1", json!({ "name": "a", "kind": null }), ""),
        (
            "PUT /things/1",
            json!({ "name": "a", "kind": "huge" }),
            "body",
        ),
        ("PUT /things/1", json!({ "name": 1 }), "body/name"),
        ("PUT /things/1", json!({}), "required"),
        ("PUT /things/1", json!({ "name": "a", "naem": 1 }), "naem"),
        (
            "PUT /things/1",
            json!({ "name": "a", "owner": { "id": 1 } }),
            "",
        ),
        (
            "PUT /things/1",
            json!({ "name": "a", "owner": { "ID": 1 } }),
            "ID",
        ),
        (
            "PUT /things/1",
            json!({ "name": "a", "free": { "any": 1 } }),
            "",
        ),
        (
            "PUT /things/1",
            json!({ "name": "a", "attributes": { "any": "1" } }),
            "",
        ),
        (
            "PUT /things/1",
            json!({ "name": "a", "attributes": { "any": 1 } }),
            "any",
        ),
        (
            "POST /things/search",
            json!({ "value": { "one": "a" } }),
            "",
        ),
        (
            "POST /things/search",
            json!({ "value": { "many": [{ "name": "a" }] } }),
            "",
        ),
        (
            "POST /things/search",
            json!({ "value": { "many": [{ "name": "a", "x": 1 }] } }),
            "body/value",
        ),
        (
            "POST /things/search",
            json!({ "value": { "none": 1 } }),
            "none",
        ),
        ("GET /things/1", json!({}), "takes no body"),
        ("DELETE /things/1", json!({}), "not in the description"),
        ("PUT /other/1", json!({}), "not in the description"),
    ];
    let description = example();
    for (operation, body, complaint) in table {
        let (method, path) = operation.split_once(' ').unwrap();
        let complaints = description
            .complaints(&request(method, path, &body))
            .join("; ");
        assert_eq!(
            complaints.is_empty(),
            complaint.is_empty(),
            "{operation} {body}: {complaints}"
        );
        assert!(
            complaints.contains(complaint),
            "{operation} {body}: {complaints}"
        );
    }
}

#[test]
fn deviations_are_put_into_the_descriptions_words() {
    let by_operation: BTreeMap<_, _> = DEVIATIONS.iter().map(|d| (d.operation, d)).collect();
    assert_eq!(by_operation.len(), 1, "all are about messages");
    let body = json!({ "message_type": "inapp", "to": { "type": "contact" } });
    assert_eq!(
        in_its_words("POST /messages", body.clone()),
        json!({ "message_type": "in_app", "to": { "type": "user" } })
    );
    assert_eq!(in_its_words("POST /contacts", body.clone()), body);
}

fn request(method: &str, path: &str, body: &Value) -> HttpRequest {
    HttpRequest {
        method: method.into(),
        origin: "https://api.intercom.io".into(),
        path: path.into(),
        query: Vec::new(),
        headers: Vec::new(),
        body: Some(Body::Json(body.clone())),
    }
}
