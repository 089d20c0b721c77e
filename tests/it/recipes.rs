//! The recipes in `examples/actions`: each is a definition without a problem, alone and
//! all together, and sends what it says.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "for tests only"
)]

use intercom_connector::internals::plugin::{Action, Requirement};
use intercom_connector::internals::{describe, preview, preview_defined, problems};
use serde_json::{Map, Value, json};
use std::path::Path;

/// The documents, by the id of their action.
fn recipes() -> Vec<(String, Value)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/actions");
    let files = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let files = files.filter(|path| path.extension().is_some_and(|kind| kind == "json"));
    let mut recipes: Vec<_> = files
        .map(|path| {
            let id = path.file_stem().unwrap().to_string_lossy().into_owned();
            let text = std::fs::read_to_string(path).unwrap();
            (id, serde_json::from_str(&text).unwrap())
        })
        .collect();
    recipes.sort_by(|(a, _), (b, _)| a.cmp(b));
    recipes
}

fn variables(actions: &Value) -> Vec<(String, String)> {
    let settings = json!({"settings": {
        "bot": "814860", "escalation_team": "25", "vip_tag": "812345", "ticket_type": "10"
    }});
    vec![
        ("WORKFLOW_ACTIONS".to_owned(), actions.to_string()),
        ("WORKFLOW_CONTEXT".to_owned(), settings.to_string()),
    ]
}

/// The inputs that must be given, by their examples.
fn input(action: &Action) -> Value {
    let required = action
        .inputs
        .iter()
        .filter(|field| matches!(field.required, Requirement::Always) && !field.name.contains('.'));
    let values = required.map(|field| {
        let example = field
            .example
            .as_deref()
            .unwrap_or_else(|| panic!("{} has no example", field.name));
        (field.name.clone(), serde_json::from_str(example).unwrap())
    });
    Value::Object(values.collect::<Map<_, _>>())
}

#[test]
fn each_recipe_sends_its_request() {
    for (id, document) in recipes() {
        let variables = variables(&document);
        let found = problems(&variables);
        assert!(found.is_empty(), "{id}: {found:?}");
        let described = describe(std::slice::from_ref(&id), &variables);
        assert_eq!(described.len(), 1, "{id}");
        let input = input(&described[0]).to_string();
        let sent = preview(&id, &input, variables.clone()).map_err(|e| format!("{id}: {e:?}"));
        let sent = sent.unwrap();
        assert_eq!(sent.len(), 1, "{id}");
        assert!(!format!("{sent:?}").contains("{{"), "{id}: {sent:?}");
        // By argument it is the same.
        let by_argument = preview_defined(&document.to_string(), &id, &input, variables).unwrap();
        assert_eq!(format!("{sent:?}"), format!("{by_argument:?}"), "{id}");
    }
}

/// What people give, and what is made of it, where the two differ.
#[test]
fn inputs_go_where_people_do_not_want_to_know() {
    let recipes = recipes();
    for (id, input, body) in [
        (
            "escalate-conversation",
            json!({"conversation_id": "5", "agent": "Mira", "reason": "It burns."}),
            json!({
                "message_type": "assignment", "type": "team", "admin_id": "814860",
                "assignee_id": "25", "body": "Escalated by Mira: It burns."
            }),
        ),
        (
            "log-call",
            json!({"contact_id": "c1", "direction": "inbound", "minutes": "12", "summary": "x"}),
            json!({"admin_id": "814860", "body": "Inbound call, 12 min: x"}),
        ),
        (
            "open-ticket",
            json!({"contact_id": "c1", "title": "Printer"}),
            json!({
                "ticket_type_id": "10", "contacts": [{"id": "c1"}],
                "ticket_attributes": {"_default_title_": "Printer"}
            }),
        ),
        (
            "record-order",
            json!({"user_id": 25, "created_at": "2026-01-01", "order_number": "A-1", "total": 12950}),
            json!({
                "event_name": "placed-order", "user_id": "25", "created_at": 1_767_225_600,
                "metadata": {"order_number": "A-1", "total": 12950, "source": "workflow"}
            }),
        ),
        (
            "convert-lead",
            json!({"lead_id": "c1", "user_id": "c2"}),
            json!({"from": "c1", "into": "c2", "skip_duplicate_validation": true}),
        ),
        (
            "snooze-conversation",
            json!({"conversation_id": "5", "until": "2026-01-01T00:00:00Z"}),
            json!({
                "message_type": "snoozed", "admin_id": "814860", "snoozed_until": 1_767_225_600
            }),
        ),
    ] {
        let (_, document) = recipes.iter().find(|(other, _)| other == id).unwrap();
        let sent = preview(id, &input.to_string(), variables(document)).unwrap();
        let sent: Value = serde_json::from_str(sent[0].body.as_deref().unwrap()).unwrap();
        assert_eq!(sent, body, "{id}");
    }
}

/// Several of them send `POST /conversations/{conversation_id}/parts`, which one
/// document could describe only once.
#[test]
fn a_list_of_documents_defines_them_all() {
    let (ids, documents): (Vec<String>, Vec<Value>) = recipes().into_iter().unzip();
    let variables = variables(&documents.into());
    assert!(
        problems(&variables).is_empty(),
        "{:?}",
        problems(&variables)
    );
    assert_eq!(describe(&ids, &variables).len(), ids.len());
}

#[test]
fn an_id_in_two_documents_is_a_problem_of_the_second() {
    let (_, first) = recipes().remove(0);
    let found = problems(&variables(&json!([first, first])));
    let shown: Vec<_> = found
        .iter()
        .map(|problem| problem.message.as_str())
        .collect();
    assert_eq!(shown.len(), 1, "{shown:?}");
    assert!(shown[0].starts_with("/1/paths/"), "{shown:?}");
    assert!(shown[0].contains("another action has the id"), "{shown:?}");
}
