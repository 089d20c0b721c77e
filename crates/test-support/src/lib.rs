//! Shared code of the integration tests: one build of the component, generated cases, tiny
//! components and loopback servers.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "for tests only"
)]

pub mod command_line;
pub mod inputs;
pub mod secure;
pub mod server;
pub mod tiny;

use std::fs;
use std::path::Path;
use std::sync::OnceLock;

use connector_cases::{Case, HttpRequest, Outcome};
use connector_host::{ConnectorPre, Engine, Limits, Manifest, PreviewedRequest};
use host_test::build::{self, Artifact};
use serde_json::{Value, json};

/// The component, built once for all tests of a file.
pub fn artifact() -> &'static Artifact {
    static BUILT: OnceLock<Artifact> = OnceLock::new();
    BUILT.get_or_init(|| build::component().expect("the component builds"))
}

/// The component, ready to run.
pub fn connector() -> ConnectorPre {
    static CONNECTOR: OnceLock<ConnectorPre> = OnceLock::new();
    let load = || {
        let engine = Engine::new().expect("the engine starts");
        let path = &artifact().component;
        ConnectorPre::from_file(&engine, path, Limits::default()).expect("the component loads")
    };
    CONNECTOR.get_or_init(load).clone()
}

/// The component's manifest.
pub async fn manifest() -> Manifest {
    connector().manifest().await.unwrap()
}

/// All cases of actions in the workspace's `fixtures/`.
pub fn all_cases() -> Vec<Case> {
    cases(|case| case.delivery.is_none() && case.poll.is_none())
}

/// All cases of polls there.
pub fn all_polls() -> Vec<Case> {
    cases(|case| case.poll.is_some())
}

/// All recorded deliveries there.
pub fn all_deliveries() -> Vec<Case> {
    cases(|case| case.delivery.is_some())
}

fn cases(wanted: fn(&Case) -> bool) -> Vec<Case> {
    let folder = build::workspace().join("fixtures");
    let cases = connector_cases::select(&folder, None).expect("the cases are readable");
    cases.into_iter().filter(wanted).collect()
}

/// Writes a case below `root`; no entries, no `exchange.har`.
pub fn write_case(root: &Path, name: &str, case: &Value, entries: &[Value]) {
    let folder = root.join(name);
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("case.json"), case.to_string()).unwrap();
    if !entries.is_empty() {
        let archive = json!({ "log": {
            "version": "1.2",
            "creator": { "name": "test", "version": "1" },
            "entries": entries,
        } });
        fs::write(folder.join("exchange.har"), archive.to_string()).unwrap();
    }
}

/// Runs a case that is not in a folder of the repository.
pub async fn run_case(name: &str, case: &Value, entries: &[Value]) -> Outcome {
    let root = tempfile::tempdir().unwrap();
    write_case(root.path(), name, case, entries);
    let case = Case::read(&root.path().join(name)).unwrap();
    connector_cases::run(&connector(), &case).await
}

/// A recorded exchange with a 200 JSON response.
pub fn exchange(method: &str, path: &str, answer: &Value) -> Value {
    json!({
        "request": { "method": method, "url": format!("https://api.intercom.io{path}") },
        "response": {
            "status": 200,
            "headers": [{ "name": "Content-Type", "value": "application/json" }],
            "content": { "mimeType": "application/json", "text": answer.to_string() },
        },
    })
}

/// A previewed request in the form that replay compares.
pub fn as_sent(request: &PreviewedRequest) -> HttpRequest {
    let mut head = ::http::Request::builder()
        .method(request.method.as_str())
        .uri(&request.url);
    for header in &request.headers {
        head = head.header(&header.name, &header.value);
    }
    let (head, ()) = head.body(()).unwrap().into_parts();
    HttpRequest::sent(
        &head,
        request.body.as_deref().unwrap_or_default().as_bytes(),
    )
    .unwrap()
}
