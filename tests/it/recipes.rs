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
