//! The schemas derived from actions' descriptions: well-formed, and of one mind with the
//! component about every recorded case.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use connector_cases::{ActionFailure, Case, Expect};
use connector_host::DenyAll;
use connector_host::manifest::{Action, Field, FieldType};
use connector_host::schema::{Audience, agent_result, input_schema, output_schema};
use jsonschema::{Validator, draft202012};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::Arc;

const AUDIENCES: [Audience; 4] = [
    Audience::Form,
    Audience::Agent,
    Audience::ToolList { lean: false },
    Audience::ToolList { lean: true },
];

/// The schema of each action's input, ready to use.
async fn validator(action: &str) -> Validator {
    let manifest = test_support::manifest().await;
    let action = manifest.action(action).expect(action);
    draft202012::new(&input_schema(action, Audience::Form)).unwrap()
}

/// The action of a case, which may be one of the catalogue, or one that the case defines.
async fn action_of(case: &Case) -> Action {
    let connector = test_support::connector();
    let sandbox = connector.sandbox(&case.environment, Arc::new(DenyAll));
    let ids = [case.name.action.clone()];
    let described = sandbox.await.unwrap().describe(&ids).await.unwrap();
    described.into_iter().next().expect(&case.name.action)
}

async fn validator_of(case: &Case) -> Validator {
    draft202012::new(&input_schema(&action_of(case).await, Audience::Form)).unwrap()
}

fn json_input(case: &Case) -> Option<Value> {
    serde_json::from_str(&case.input).ok()
}

/// Each action's schemas, with a name for messages.
async fn every_schema() -> Vec<(String, Value)> {
    let manifest = test_support::manifest().await;
    let mut schemas = Vec::new();
    for action in &manifest.actions {
        for audience in AUDIENCES {
            let name = format!("{} for {audience:?}", action.id);
            schemas.push((format!("{name}, input"), input_schema(action, audience)));
            schemas.push((format!("{name}, output"), output_schema(action, audience)));
        }
    }
    schemas
}

/// The cases of the actions that the manifest has.
async fn cases_of_the_manifest() -> Vec<connector_cases::Case> {
    let manifest = test_support::manifest().await;
    let mut cases = test_support::all_cases();
    cases.retain(|case| manifest.action(&case.name.action).is_some());
    cases
}

#[tokio::test]
async fn schemas_are_schemas() {
    for (name, schema) in every_schema().await {
        let checked = draft202012::meta::validate(&schema);
        assert!(checked.is_ok(), "{name}: {checked:?}");
    }
    assert!(draft202012::meta::validate(&json!({ "type": "text" })).is_err());
}

#[tokio::test]
async fn every_property_has_types_and_none_has_a_list_of_them() {
    for (name, schema) in every_schema().await {
        assert_typed(&schema, &name);
    }
    let untyped = json!({ "type": "object", "properties": { "a": { "title": "A" } } });
    assert!(std::panic::catch_unwind(|| assert_typed(&untyped, "x")).is_err());
}

/// That a schema has a type, or forms that each have one; so have those within.
fn assert_typed(schema: &Value, name: &str) {
    if let Some(forms) = schema["anyOf"].as_array() {
        forms.iter().for_each(|form| assert_typed(form, name));
        return;
    }
    let is_typed = schema["type"].is_string() || schema["$ref"].is_string();
    assert!(is_typed, "{name}: {schema}");
    let properties = schema["properties"].as_object().into_iter().flatten();
    properties.for_each(|(key, property)| assert_typed(property, &format!("{name}: {key}")));
    if let Some(items) = schema.get("items") {
        assert_typed(items, &format!("{name}: items"));
    }
}

#[tokio::test]
async fn every_recorded_result_is_valid() {
    let mut seen = 0;
    for case in cases_of_the_manifest().await {
        let Some(Expect::Ok(result)) = &case.expect else {
            continue;
        };
        let action = action_of(&case).await;
        let result = without_references(result);
        for audience in AUDIENCES {
            let schema = output_schema(&action, audience);
            let result = match audience {
                Audience::Form => result.clone(),
                _ => agent_result(&action, result.clone(), false),
            };
            let valid = draft202012::validate(&schema, &result);
            assert!(valid.is_ok(), "{}: {valid:?}", case.name);
        }
        let keys: BTreeSet<&str> = result
            .as_object()
            .unwrap()
            .keys()
            .map(String::as_str)
            .collect();
        let names = action.outputs.iter().map(|output| output.name.as_str());
        let names = names.filter(|name| !name.contains('.'));
        assert_eq!(keys, names.collect(), "{}", case.name);
        seen += 1;
    }
    assert!(seen > 40, "only {seen} cases work");
}

/// A result in which an object stands for each reference to a recorded one.
fn without_references(result: &Value) -> Value {
    match result {
        Value::Object(object) if object.contains_key("$response") => json!({}),
        Value::Object(object) => object
            .iter()
            .map(|(key, value)| (key.clone(), without_references(value)))
            .collect(),
        Value::Array(items) => items.iter().map(without_references).collect(),
        plain => plain.clone(),
    }
}

#[tokio::test]
async fn every_input_that_works_is_valid() {
    let mut seen = 0;
    for case in cases_of_the_manifest().await {
        if !matches!(case.expect, Some(Expect::Ok(_))) {
            continue;
        }
        let input = json_input(&case).expect("an input that works is JSON");
        let valid = validator_of(&case).await.validate(&input);
        assert!(valid.is_ok(), "{}: {valid:?}", case.name);
        seen += 1;
    }
    assert!(seen > 40, "only {seen} cases work");
}

#[tokio::test]
async fn an_unknown_key_is_invalid() {
    let mut seen = 0;
    for case in cases_of_the_manifest().await {
        let Some(Expect::Error(ActionFailure::Permanent(facts))) = &case.expect else {
            continue;
        };
        if facts.message.contains("is not an input of this action") {
            let input = json_input(&case).expect("a key stands in JSON");
            let validator = validator_of(&case).await;
            assert!(!validator.is_valid(&input), "{}", case.name);
            seen += 1;
        }
    }
    assert!(seen > 0);
}

#[tokio::test]
async fn what_the_schema_of_a_message_says() {
    let email = json!({
        "recipient_contact_type": "user", "recipient_contact_id": "7", "message_type": "email",
        "from_id": "{{settings.admin}}", "body": "Hello", "subject": "Hi", "template": "plain",
    });
    let table = [
        (json!({}), true),
        (json!({ "subject": null }), false),
        (json!({ "message_type": "in-app", "subject": null }), true),
        (json!({ "message_type": "pigeon" }), false),
        (json!({ "message_type": "{{trigger.how}}" }), true),
        (json!({ "message_type": "<<trigger.how>>" }), true),
        (json!({ "from_id": null }), false),
        (json!({ "from_id": 814860 }), true),
        (json!({ "from_id": true }), false),
        (
            json!({ "cc": [{ "contact_type": "user", "contact_id": "8" }] }),
            true,
        ),
        (json!({ "cc": "{{steps.people}}" }), true),
        (json!({ "cc": ["{{steps.person}}"] }), true),
        (json!({ "cc": "people" }), false),
        (json!({ "cc": null }), true),
        (json!({ "cc": [{ "contact_type": "user" }] }), false),
        (
            json!({ "cc": [{ "contact_type": "user", "contact_id": "8", "x": 1 }] }),
            false,
        ),
        (
            json!({ "create_conversation_without_contact_reply": "yes" }),
            false,
        ),
        (
            json!({ "create_conversation_without_contact_reply": "true" }),
            true,
        ),
    ];
    let validator = validator("send-message").await;
    for (change, valid) in table {
        let mut input = email.clone();
        let changed = change.as_object().unwrap().clone();
        input.as_object_mut().unwrap().extend(changed);
        assert_eq!(validator.is_valid(&input), valid, "{change}");
    }
}

#[tokio::test]
async fn examples_are_valid() {
    for action in &test_support::manifest().await.actions {
        let schema = input_schema(action, Audience::Form);
        for field in action
            .inputs
            .iter()
            .filter(|field| !field.name.contains('.'))
        {
            let Some(example) = &field.example else {
                continue;
            };
            let mut property = schema["properties"][&field.name].clone();
            property["$defs"] = schema["$defs"].clone();
            let valid = draft202012::new(&property).unwrap().is_valid(example);
            assert!(valid, "{} {}", action.id, field.name);
        }
    }
}

/// An output of this name and type.
fn output(name: &str, kind: FieldType) -> Field {
    Field {
        name: name.to_owned(),
        kind,
        ..Field::default()
    }
}

#[test]
fn an_agents_result_has_no_nulls_and_nothing_twice() {
    let action = |outputs: Vec<Field>| Action {
        outputs,
        ..Action::default()
    };
    let page = action(vec![
        output("items", FieldType::RecordList),
        output("items[].id", FieldType::Text),
        output("items[].response", FieldType::Json),
        output("data", FieldType::Json),
        output("response", FieldType::Json),
    ]);
    let result = json!({
        "items": [{ "id": "1", "response": {} }, { "id": null, "response": {} }],
        "data": { "kept": null },
        "response": {},
        "unknown": null,
    });
    let expected =
        json!({ "items": [{ "id": "1" }, {}], "data": { "kept": null }, "unknown": null });
    assert_eq!(agent_result(&page, result.clone(), false), expected);
    let raw = agent_result(&page, result, true);
    assert_eq!(raw["response"], json!({}));
    assert_eq!(raw["items"][1], json!({ "response": {} }));

    // Where it is all that there is, it stays.
    let bare = action(vec![
        output("response", FieldType::Json),
        output("notes", FieldType::TextList),
    ]);
    let result = json!({ "response": { "id": 1 }, "notes": [] });
    assert_eq!(agent_result(&bare, result.clone(), false), result);
}
