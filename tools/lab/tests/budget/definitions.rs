//! What definitions and the catalogue cost. The counts hold; the times are printed, by
//! `cargo test -p lab --test budget definitions -- --nocapture`.

use std::sync::Arc;
use std::time::Instant;

use connector_host::manifest::CatalogueQuery;
use connector_host::{ConnectorPre, DenyAll, Engine, Environment, Limits};
use lab::load::cases::{canned, measured};
use serde::Serialize;
use serde_json::{Value, json};

use super::counting::Counter;

const TYPED: &str = "get-contact-by-id/page-example";

/// This many definitions: recipes under other ids, about what a team has.
fn definitions(count: usize) -> String {
    let recipes = recipes();
    let documents = recipes.iter().cycle().take(count).enumerate();
    let documents = documents.map(|(number, recipe)| {
        let text = recipe.replace(
            r#""operationId": ""#,
            &format!(r#""operationId": "n{number}-"#),
        );
        serde_json::from_str(&text).unwrap()
    });
    let own = json!({"openapi": "3.1.0", "paths": {"/contacts/{contact_id}/own": {"get": {
        "operationId": "own",
        "parameters": [{
            "name": "contact_id", "in": "path", "required": true, "schema": {"type": "string"}
        }]
    }}}});
    let documents: Vec<Value> = documents.skip(1).chain([own]).collect();
    Value::from(documents).to_string()
}

/// The texts of `examples/actions`. The one with links names itself in them.
fn recipes() -> Vec<String> {
    let folder = host_test::build::workspace().join("examples/actions");
    let files = std::fs::read_dir(folder).unwrap();
    let paths = files.map(|file| file.unwrap().path());
    let mut paths: Vec<_> = paths
        .filter(|path| path.extension().is_some_and(|kind| kind == "json"))
        .collect();
    paths.sort();
    let texts = paths
        .iter()
        .map(|path| std::fs::read_to_string(path).unwrap());
    texts.collect()
}

fn with(environment: &Environment, count: usize) -> Environment {
    let mut environment = environment.clone();
    if count > 0 {
        environment.insert("WORKFLOW_ACTIONS".to_owned(), definitions(count));
    }
    environment
}

/// The definitions are read where an action of theirs is called, and nowhere else.
#[tokio::test]
async fn definitions_cost_only_calls_of_defined_actions() {
    let component = &test_support::artifact().component;
    let counter = Counter::new(component);
    let cases = measured(&test_support::manifest().await).unwrap();
    let case = cases
        .iter()
        .find(|case| case.name.to_string() == TYPED)
        .unwrap();
    let own = r#"{"contact_id": "6762f0dd1bb69f9f2193bb83"}"#;
    let mut counts = Vec::new();
    for (action, input, count) in [
        (case.name.action.as_str(), case.input.as_str(), 0),
        (case.name.action.as_str(), case.input.as_str(), 60),
        ("own", own, 1),
        ("own", own, 60),
    ] {
        let environment = with(&case.environment, count);
        let counted = counter
            .count(&environment, canned(case), action, input)
            .await;
        let took = took(component, &environment, case, action, input).await;
        let bytes = environment.get("WORKFLOW_ACTIONS").map_or(0, String::len);
        let instructions = counted.instructions;
        println!(
            "{instructions:>9} instructions {took:>7} µs  {action}, {count} definitions, {bytes} bytes"
        );
        counts.push(instructions);
    }
    let [none, beside, one, sixty] = counts.as_slice() else {
        panic!("{counts:?}")
    };
    assert!(
        *beside < none + none / 5,
        "{beside} with definitions, {none} without"
    );
    assert!(*sixty < 40 * one, "{sixty} with 60, {one} with one");
}

/// The median of a call in a sandbox of its own, in µs.
async fn took(
    component: &std::path::Path,
    environment: &Environment,
    case: &connector_cases::Case,
    action: &str,
    input: &str,
) -> u128 {
    let engine = Engine::new().unwrap();
    let connector = ConnectorPre::from_file(&engine, component, Limits::default()).unwrap();
    let mut times = Vec::new();
    for _ in 0..101 {
        let start = Instant::now();
        let sandbox = connector.sandbox(environment, Arc::new(canned(case))).await;
        let result = sandbox.unwrap().invoke(action, input).await;
        assert!(result.unwrap().is_ok());
        times.push(start.elapsed().as_micros());
    }
    times.sort_unstable();
    times[times.len() / 2]
}

/// The sizes of what the catalogue says, as JSON, and how long it takes.
#[tokio::test]
async fn the_catalogue_in_figures() {
    let component = &test_support::artifact().component;
    let engine = Engine::new().unwrap();
    let connector = ConnectorPre::from_file(&engine, component, Limits::default()).unwrap();
    let mut ids = Vec::new();
    let mut times = [Vec::new(), Vec::new()];
    let mut bytes = [0, 0];
    for _ in 0..51 {
        let sandbox = connector
            .sandbox(&Environment::new(), Arc::new(DenyAll))
            .await;
        let mut sandbox = sandbox.unwrap();
        let start = Instant::now();
        let listed = sandbox.catalogue(CatalogueQuery::default()).await.unwrap();
        times[0].push(start.elapsed().as_micros());
        bytes[0] = size(&listed);
        ids = listed
            .into_iter()
            .map(|action| action.id)
            .step_by(12)
            .take(20)
            .collect();
        let start = Instant::now();
        let described = sandbox.describe(&ids).await.unwrap();
        times[1].push(start.elapsed().as_micros());
        bytes[1] = size(&described);
    }
    assert_eq!(ids.len(), 20);
    for ((name, times), bytes) in ["catalogue", "describe of 20"]
        .iter()
        .zip(&mut times)
        .zip(bytes)
    {
        times.sort_unstable();
        println!("{:>7} µs {bytes:>7} bytes  {name}", times[times.len() / 2]);
        assert!(bytes < 100_000, "{name}: {bytes} bytes");
    }
}

fn size(value: &impl Serialize) -> usize {
    serde_json::to_string(value).unwrap().len()
}
