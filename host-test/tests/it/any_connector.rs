//! The harness runs another connector by the same contract, with no code of its
//! own for it: an echo, `guests/echo`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use connector_cases::{Case, Replay};
use connector_host::manifest::{CatalogueQuery, Requirement};
use connector_host::schema::{Audience, input_schema, output_schema};
use connector_host::{ConnectorPre, Engine, Environment, Limits};
use host_test::build;
use host_test::render::{curl, http};
use serde_json::json;

fn echo() -> ConnectorPre {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    let component = BUILT.get_or_init(|| {
        let folder = build::workspace().join("host-test/guests/echo");
        let built = build::connector(&folder, "echo.wasm");
        built.expect("the echo builds").component
    });
    let engine = Engine::new().unwrap();
    ConnectorPre::from_file(&engine, component, Limits::default()).unwrap()
}

#[tokio::test]
async fn its_manifest_makes_schemas() {
    let manifest = echo().manifest().await.unwrap();
    assert_eq!(manifest.name, "echo");
    assert_eq!(manifest.hosts, ["echo.example"]);
    let action = manifest.action("echo").unwrap();
    assert_eq!(action.inputs[0].required, Requirement::Always);

    for audience in [Audience::Form, Audience::Agent] {
        let schema = input_schema(action, audience);
        let validator = jsonschema::draft202012::new(&schema).unwrap();
        assert!(validator.is_valid(&json!({ "text": "hello" })));
        assert!(!validator.is_valid(&json!({ "text": "hello", "more": 1 })));
        assert!(!validator.is_valid(&json!({ "text": 1 })));
        assert!(!validator.is_valid(&json!({})));
        let schema = output_schema(action, audience);
        let validator = jsonschema::draft202012::new(&schema).unwrap();
        assert!(validator.is_valid(&json!({ "answer": "hello" })));
        assert!(!validator.is_valid(&json!({ "answer": 1 })));
    }
}

#[tokio::test]
async fn its_action_is_found_and_described() {
    let query = |words: &str| CatalogueQuery {
        words: words.to_owned(),
        ..CatalogueQuery::default()
    };
    let found = echo().catalogue(query("SENDS text")).await.unwrap();
    assert_eq!(found[0].id, "echo");
    assert_eq!(echo().catalogue(query("rocket")).await.unwrap(), []);
    let ids = ["rocket", "echo"].map(str::to_owned);
    let described = echo().describe(&ids).await.unwrap();
    assert_eq!(described, echo().manifest().await.unwrap().actions);
}

#[tokio::test]
async fn it_previews() {
    let transport = Arc::new(Replay::new(&[]));
    let sandbox = echo().sandbox(&Environment::new(), transport).await;
    let mut sandbox = sandbox.unwrap();
    let previewed = sandbox.preview("echo", r#"{"text": "hello"}"#).await;
    let requests = previewed.unwrap().unwrap();
    assert_eq!(
        http(&requests[0]),
        "POST https://echo.example/ HTTP/1.1\n\nhello"
    );
    let line = curl(&requests[0], None);
    assert!(
        line.ends_with(" --url 'https://echo.example/' --data-raw 'hello'"),
        "{line}"
    );

    let refused = sandbox.preview("echo", "{}").await.unwrap().unwrap_err();
    let explained = connector_host::explain(&refused);
    let expected = "echo: text: is required\n  hint         give a text\n";
    assert!(explained.starts_with(expected), "{explained}");
}

#[tokio::test]
async fn its_recorded_cases_run() {
    let root = tempfile::tempdir().unwrap();
    let exchange = json!({
        "request": {
            "method": "POST", "url": "https://echo.example/",
            "postData": { "mimeType": "text/plain", "text": "hello" },
        },
        "response": { "status": 200, "content": { "text": "hello, hello" } },
    });
    let run = async |name: &str, case, entries: &[_]| {
        test_support::write_case(root.path(), name, &case, entries);
        let case = Case::read(&root.path().join(name)).unwrap();
        connector_cases::run(&echo(), &case).await
    };
    let mut case = json!({
        "about": "Comes back.",
        "input": { "text": "hello" },
        "expect": { "ok": { "answer": "hello, hello" } },
    });
    let outcome = run(
        "echo/comes-back",
        case.clone(),
        std::slice::from_ref(&exchange),
    )
    .await;
    assert!(outcome.passed(), "{}", outcome.report());
    case["input"]["text"] = json!("bye");
    let outcome = run("echo/other", case, &[exchange]).await;
    assert!(
        outcome
            .report()
            .contains("request 1 matches no recorded exchange")
    );
}
