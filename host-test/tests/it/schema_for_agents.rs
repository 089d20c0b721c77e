//! A schema for agents is narrow: everything that it accepts can be previewed.
#![allow(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic
)]

use connector_host::manifest::{Action, Field};
use connector_host::schema::{Audience, input_schema};
use jsonschema::draft202012;
use proptest::strategy::{Strategy, ValueTree};
use serde_json::{Value, json};

use crate::schema_agrees::{is_between_fields, literal, of, refusal, runner, with_conditions};

/// How many inputs are made of each schema.
const MADE: usize = 60;

/// The schema of an action's input with the examples of its fields in it, which
/// say what a text must hold.
fn with_examples(action: &Action) -> Value {
    let mut schema = input_schema(action, Audience::Agent);
    for field in &action.inputs {
        let pointer = pointer(field);
        let property = schema.pointer_mut(&pointer).expect(&pointer);
        let example = field.example.clone().map(literal);
        property["examples"] = json!([example]);
    }
    schema
}

/// Where a field's schema is: `cc[].contact_id` at
/// `/properties/cc/items/properties/contact_id`.
fn pointer(field: &Field) -> String {
    let path = field.name.replace("[].", "/items/properties/");
    format!("/properties/{}", path.replace('.', "/properties/"))
}

#[tokio::test]
async fn what_it_accepts_can_be_previewed() {
    let mut runner = runner();
    let (mut accepted, mut refused) = (0, 0);
    let mut unexpected = Vec::new();
    for action in &test_support::manifest().await.actions {
        let schema = with_examples(action);
        let inputs = of(&schema, "", &schema);
        for _ in 0..MADE {
            let input = inputs.new_tree(&mut runner).unwrap().current();
            let input = with_conditions(action, input);
            match refusal(action, &input).await {
                None => accepted += 1,
                Some(why) if is_between_fields(&why) => refused += 1,
                Some(why) => unexpected.push(format!("{} {input}: {why}", action.id)),
            }
        }
    }
    assert!(unexpected.is_empty(), "{}", unexpected.join("\n"));
    assert!(accepted > 2 * refused, "{accepted} and {refused}");
}

#[tokio::test]
async fn it_is_short_and_says_each_thing_in_one_way() {
    let manifest = test_support::manifest().await;
    let of = |audience| {
        let actions = manifest.actions.iter();
        let schemas = actions.map(|action| input_schema(action, audience).to_string());
        schemas.collect::<String>()
    };
    let (agent, form) = (of(Audience::Agent), of(Audience::Form));
    assert!(agent.len() * 3 < form.len() * 2, "{}", agent.len());
    for word in ["anyOf", "null", "placeholder", "pattern", "examples"] {
        assert!(form.contains(&format!("\"{word}\"")), "{word}");
        assert!(!agent.contains(&format!("\"{word}\"")), "{word}");
    }
    let listed = of(Audience::ToolList { lean: false });
    let lean = of(Audience::ToolList { lean: true });
    assert!(listed.len() < agent.len() && lean.len() < listed.len());
    let message = input_schema(manifest.action("send-message").unwrap(), Audience::Agent);
    let kinds = &message["properties"]["message_type"]["enum"];
    assert_eq!(*kinds, json!(["email", "in-app"]));
    let subject = &message["properties"]["subject"]["description"];
    assert!(
        subject
            .as_str()
            .is_some_and(|text| text.ends_with("Only and always if message_type is email."))
    );
    let attributes = input_schema(manifest.action("create-contact").unwrap(), Audience::Agent);
    let attributes = &attributes["properties"]["custom_attribute"];
    assert_eq!(attributes["type"], "object");
    assert!(draft202012::meta::is_valid(&message));
}
