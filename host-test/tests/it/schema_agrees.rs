//! A schema and `invoke` accept the same: what is made from an action's schema can
//! be previewed, and what can be previewed is valid.
//!
//! A schema says nothing of what a text must hold; such texts are the examples.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice
)]

use connector_cases::{Expect, Replay};
use connector_host::bindings::types::ActionError;
use connector_host::manifest::{Action, Condition, Field, FieldType, Requirement};
use connector_host::schema::{Audience, input_schema};
use jsonschema::{Validator, draft202012};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;

/// How many inputs are made of each schema, and how many of each are changed.
const MADE: usize = 150;
const CHANGED: usize = 400;

/// The conditions between fields, as their errors say: the schema has them in
/// words, or where a placeholder hides a value.
const BETWEEN_FIELDS: [&str; 7] = [
    "can't be sorted",
    "Intercom filters by one of them only",
    "a tag can't be created by its id",
    "a contact can't write notes",
    // With a kind that says email.
    "contact_id: 1717254245",
    "is not given, and ",
    "a user needs an email or an external_id",
];

/// Whether all that a refusal names is one of these.
pub fn is_between_fields(why: &str) -> bool {
    let known = |line: &str| BETWEEN_FIELDS.iter().any(|known| line.contains(known));
    why.lines().all(known)
}

/// An input without the fields that do not apply to it, and with those that are then
/// required: what a form does with `applies_when` and `required`.
pub fn with_conditions(action: &Action, mut input: Value) -> Value {
    let holds = |input: &Value, Condition { field, values }: &Condition| {
        let field = action.inputs.iter().find(|other| other.name == *field);
        let field = field.unwrap();
        let given = match input.get(&field.name) {
            Some(Value::Null) | None => field.default_value.clone(),
            // A placeholder, whose value is the example.
            Some(Value::String(text)) if text.contains("{{") => field.example.clone(),
            Some(given) => Some(given.clone()),
        };
        let given = given.as_ref().and_then(Value::as_str).unwrap_or_default();
        let given = given.trim().to_lowercase();
        values.contains(&given)
    };
    let of_the_input = |field: &&Field| !field.name.contains(['.', '[']);
    for field in action.inputs.iter().filter(of_the_input) {
        let applies = field.applies_when.as_ref();
        if applies.is_some_and(|condition| !holds(&input, condition)) {
            input.as_object_mut().unwrap().remove(&field.name);
        }
        if let Requirement::When(condition) = &field.required
            && holds(&input, condition)
            && input.get(&field.name).is_none_or(Value::is_null)
        {
            input[&field.name] = literal(field.example.clone().unwrap());
        }
    }
    input
}

/// What placeholders in made inputs look into: an example for each field.
fn context(action: &Action) -> Value {
    let mut examples = Map::new();
    for field in &action.inputs {
        let example = field.example.clone().map(literal);
        if let Some((list, key)) = field.name.split_once("[].") {
            examples[&item(list)][key] = example.clone().unwrap();
        }
        if field.kind == FieldType::RecordList {
            examples.insert(item(&field.name), json!({}));
        }
        if let Some(example) = example {
            examples.insert(key(&field.name), example);
        }
    }
    let lists = action.inputs.iter().map(|field| &field.name);
    for list in lists.filter(|list| !list.contains('[')) {
        if let Some(one) = examples.get(&item(list)).cloned() {
            examples.insert(list.clone(), json!([one]));
        }
    }
    json!({ "settings": { "admin": "814860" }, "trigger": { "query": { "code": "c1" } },
            "examples": examples })
}

/// What an item of a list is called in the context.
fn item(list: &str) -> String {
    format!("{list}_item")
}

/// The last part of a field's name.
fn key(name: &str) -> String {
    name.rsplit('.').next().unwrap().to_owned()
}

/// An example without a placeholder.
pub fn literal(example: Value) -> Value {
    match example.as_str() {
        Some("{{settings.admin}}") => json!("814860"),
        Some("{{trigger.query.code}}") => json!("c1"),
        _ => example,
    }
}

/// Any value of a schema. `name` is the property that it is for, `root` the whole
/// schema.
pub fn of(schema: &Value, name: &str, root: &Value) -> BoxedStrategy<Value> {
    if let Some(forms) = schema["anyOf"].as_array() {
        let example = schema["examples"][0].clone();
        let forms = forms.iter().map(|form| {
            let mut form = form.clone();
            form["examples"] = json!([example]);
            of(&form, name, root)
        });
        return prop::strategy::Union::new(forms.collect::<Vec<_>>()).boxed();
    }
    if schema.get("$ref").is_some() {
        return Just(json!(format!("{{{{examples.{name}}}}}"))).boxed();
    }
    if let Some(values) = schema["enum"].as_array() {
        return prop::sample::select(values.clone()).boxed();
    }
    of_type(schema["type"].as_str().unwrap(), schema, name, root)
}

fn of_type(kind: &str, schema: &Value, name: &str, root: &Value) -> BoxedStrategy<Value> {
    let example = literal(schema["examples"][0].clone());
    match kind {
        "null" => Just(Value::Null).boxed(),
        "boolean" => any::<bool>().prop_map(Value::from).boxed(),
        "integer" => {
            let number = integer(&example);
            prop::sample::select(vec![json!(number), json!(f64::from(number))]).boxed()
        }
        "number" => prop::sample::select(vec![json!(1_717_254_245), json!(155.5)]).boxed(),
        "string" => match schema["pattern"].as_str() {
            Some(pattern) => in_any_case(pattern),
            None => Just(text(&example)).boxed(),
        },
        "array" if example.is_array() => Just(example).boxed(),
        "array" if schema.get("items").is_none() => Just(json!(["{{settings.admin}}"])).boxed(),
        "array" => {
            let items = of(&schema["items"], &item(name), root);
            prop::collection::vec(items, 1..3)
                .prop_map(Value::from)
                .boxed()
        }
        "object" if schema.get("properties").is_some() => properties(schema, root),
        "object" if schema["additionalProperties"].is_object() => {
            let value = of(&schema["additionalProperties"], "value", root);
            let name = literal(schema["propertyNames"]["examples"][0].clone());
            value
                .prop_map(move |value| json!({ text(&name).as_str().unwrap(): value }))
                .boxed()
        }
        "object" => Just(object(name, example)).boxed(),
        other => panic!("{other}"),
    }
}

/// A whole number for a field: its example, or a second of 2024, which is also an id.
fn integer(example: &Value) -> i32 {
    let digits = text(example);
    let number = digits.as_str().and_then(|digits| digits.parse().ok());
    number.unwrap_or(1_717_254_245)
}

/// A text for a field: its example, or what its example says in JSON.
fn text(example: &Value) -> Value {
    match example {
        Value::String(_) => example.clone(),
        Value::Null => json!("x"),
        Value::Array(items) => text(&items[0]),
        other => other.to_string().into(),
    }
}

/// An object for a field that takes one in place of text.
fn object(name: &str, example: Value) -> Value {
    match name {
        "filter_formula" => {
            json!({ "field": "created_at", "operator": ">", "value": 1_717_254_245 })
        }
        "pagination_parameters" => json!({ "per_page": 2 }),
        "avatar" => json!({ "type": "avatar", "image_url": "https://example.com/a.png" }),
        _ => example,
    }
}

/// One of the words of a pattern such as `^\s*([aA]|[bB])\s*$`.
fn in_any_case(pattern: &str) -> BoxedStrategy<Value> {
    let inside = pattern
        .split('(')
        .nth(1)
        .unwrap()
        .split(')')
        .next()
        .unwrap();
    let words: Vec<String> = inside.split('|').map(str::to_owned).collect();
    let pick = (prop::sample::select(words), any::<bool>());
    let word = |(word, upper): (String, bool)| {
        let mut text = String::new();
        let mut rest = word.as_str();
        while let Some(first) = rest.chars().next() {
            if first == '[' {
                text.push(rest.chars().nth(if upper { 2 } else { 1 }).unwrap());
                rest = &rest[4..];
            } else {
                text.push(first);
                rest = &rest[1..];
            }
        }
        json!(format!(" {text}"))
    };
    pick.prop_map(word).boxed()
}

fn properties(schema: &Value, root: &Value) -> BoxedStrategy<Value> {
    let required = schema["required"].as_array().unwrap().clone();
    let entries: Vec<_> = schema["properties"]
        .as_object()
        .unwrap()
        .iter()
        .map(|(name, property)| {
            let is_required = required.contains(&json!(name));
            let key = name.clone();
            let value = of(property, name, root).prop_map(move |value| (key.clone(), value));
            match is_required {
                true => value.prop_map(Some).boxed(),
                false => prop::option::weighted(0.4, value).boxed(),
            }
        })
        .collect();
    let object = |entries: Vec<Option<(String, Value)>>| {
        entries.into_iter().flatten().collect::<Map<_, _>>().into()
    };
    entries.prop_map(object).boxed()
}

/// Values to put into an input that is accepted.
fn odd() -> impl Strategy<Value = Value> {
    prop::sample::select(vec![
        json!(null),
        json!(true),
        json!(7),
        json!(5.5),
        json!("7"),
        json!("x"),
        json!("User"),
        json!("TRUE "),
        json!("a@b"),
        json!("{{settings.admin}}"),
        json!({}),
        json!({ "a": 1 }),
        json!({ "a": "{{settings.admin}}" }),
        json!([]),
        json!(["x"]),
        json!([{ "name": "a", "value": true }]),
        json!([{ "name": "{{settings.admin}}", "value": "a" }]),
        json!([{ "contact_type": "USER", "contact_id": 7 }]),
    ])
}

pub fn runner() -> TestRunner {
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    TestRunner::new_with_rng(Config::default(), rng)
}

/// What a preview of an input says: nothing if it works, else the message.
pub async fn refusal(action: &Action, input: &Value) -> Option<String> {
    let variables = [
        ("WORKFLOW_CONTEXT".to_owned(), context(action).to_string()),
        ("INTERCOM_CLIENT_ID".to_owned(), "app-1".to_owned()),
    ];
    let environment = BTreeMap::from(variables);
    let transport = Arc::new(Replay::new(&[]));
    let connector = test_support::connector();
    let mut sandbox = connector.sandbox(&environment, transport).await.unwrap();
    let previewed = sandbox.preview(&action.id, &input.to_string()).await;
    match previewed.unwrap() {
        Ok(_) => None,
        Err(ActionError::Permanent(failure) | ActionError::Retryable(failure)) => {
            Some(failure.message)
        }
        Err(error) => panic!("{error:?}"),
    }
}

fn validator(action: &Action) -> Validator {
    draft202012::new(&input_schema(action, Audience::Form)).unwrap()
}

#[tokio::test]
async fn what_a_schema_makes_is_accepted() {
    let mut runner = runner();
    let (mut accepted, mut refused) = (0, 0);
    let mut unexpected = Vec::new();
    for action in &test_support::manifest().await.actions {
        let schema = input_schema(action, Audience::Form);
        let validator = validator(action);
        let inputs = of(&schema, "", &schema);
        for _ in 0..MADE {
            let input = inputs.new_tree(&mut runner).unwrap().current();
            let input = with_conditions(action, input);
            if !validator.is_valid(&input) {
                continue;
            }
            match refusal(action, &input).await {
                None => accepted += 1,
                Some(why) if is_between_fields(&why) => refused += 1,
                Some(why) => unexpected.push(format!("{} {input}: {why}", action.id)),
            }
        }
    }
    assert!(unexpected.is_empty(), "{}", unexpected.join("\n"));
    assert!(
        accepted > 5 * refused && accepted > 500,
        "{accepted} and {refused}"
    );
}

#[tokio::test]
async fn what_is_accepted_is_valid() {
    let mut runner = runner();
    let mut accepted = 0;
    let cases = test_support::all_cases();
    for action in &test_support::manifest().await.actions {
        let validator = validator(action);
        let works = cases.iter().filter(|case| case.name.action == action.id);
        let works = works.filter(|case| matches!(case.expect, Some(Expect::Ok(_))));
        let inputs: Vec<Value> = works
            .filter_map(|case| serde_json::from_str(&case.input).ok())
            .collect();
        let names: Vec<String> = action
            .inputs
            .iter()
            .map(|field| field.name.clone())
            .collect();
        if names.is_empty() {
            continue;
        }
        let change = (
            prop::sample::select(inputs),
            prop::sample::select(names),
            odd(),
        );
        for _ in 0..CHANGED {
            let (mut input, name, value) = change.new_tree(&mut runner).unwrap().current();
            input[&name] = value;
            if refusal(action, &input).await.is_none() {
                assert!(validator.is_valid(&input), "{}: {input}", action.id);
                accepted += 1;
            }
        }
    }
    assert!(accepted > 500, "{accepted}");
}
