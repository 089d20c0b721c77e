//! The schemas derived from the manifest: well-formed, and of one mind with the
//! component about every recorded case.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use connector_cases::{ActionFailure, Case, Expect};
use connector_host::manifest::FieldType;
use host_test::render::{Audience, input_schema};
use jsonschema::{Validator, draft202012};
use serde_json::{Value, json};

/// The schema of each action's input, ready to use.
async fn validator(action: &str) -> Validator {
    let manifest = test_support::manifest().await;
    let action = manifest.action(action).expect(action);
    draft202012::new(&input_schema(action, Audience::Form)).unwrap()
}

fn json_input(case: &Case) -> Option<Value> {
    serde_json::from_str(&case.input).ok()
}

#[tokio::test]
async fn schemas_are_schemas() {
    for action in &test_support::manifest().await.actions {
        let schema = input_schema(action, Audience::Form);
        let checked = draft202012::meta::validate(&schema);
        assert!(checked.is_ok(), "{}: {checked:?}", action.id);
    }
    assert!(draft202012::meta::validate(&json!({ "type": "text" })).is_err());
}

#[tokio::test]
async fn every_input_that_works_is_valid() {
    let mut seen = 0;
    for case in test_support::all_cases() {
        if !matches!(case.expect, Some(Expect::Ok(_))) {
            continue;
        }
        let input = json_input(&case).expect("an input that works is JSON");
        let valid = validator(&case.name.action).await.validate(&input);
        assert!(valid.is_ok(), "{}: {valid:?}", case.name);
        seen += 1;
    }
    assert!(seen > 40, "only {seen} cases work");
}

#[tokio::test]
async fn an_unknown_key_is_invalid() {
    let mut seen = 0;
    for case in test_support::all_cases() {
        let Some(Expect::Error(ActionFailure::Permanent(facts))) = &case.expect else {
            continue;
        };
        if facts.message.contains("is not an input of this action") {
            let input = json_input(&case).expect("a key stands in JSON");
            let validator = validator(&case.name.action).await;
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
            // A text that is also taken as an object may show one.
            let lenient = field.kind == FieldType::Text && example.is_object();
            assert!(valid || lenient, "{} {}", action.id, field.name);
        }
    }
}
