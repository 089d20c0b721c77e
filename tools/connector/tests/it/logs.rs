//! What the harness logs of an action, and what it never does.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::ffi::OsStr;
use std::path::Path;
use std::process::{Command, Output};

use host_test::build;
use serde_json::{Value, json};
use test_support::secure::Authority;
use test_support::server::Server;

const TOKEN: &str = "dG9rOnNlY3JldC1pbi1hLWxvZw==";
const PERSON: &str = "jo.secret@acme.io";

/// Calls an action of `component`.
async fn call<I: AsRef<OsStr>>(
    component: &Path,
    action: &str,
    input: &Value,
    base_url: &str,
    arguments: impl IntoIterator<Item = I>,
) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_connector"));
    command
        .args(["call", action, "--component"])
        .arg(component)
        .args(["--input", &input.to_string()])
        .args(arguments)
        .env("INTERCOM_ACCESS_TOKEN", TOKEN)
        .env("INTERCOM_BASE_URL", base_url)
        .env_remove("RUST_LOG");
    tokio::task::spawn_blocking(move || command.output().unwrap())
        .await
        .unwrap()
}

/// Answers with a contact.
async fn contacts() -> Server {
    Server::start(|_| {
        let contact = json!({ "type": "contact", "id": "7", "email": PERSON });
        let body = contact.to_string();
        Server::ok(&body).replace("\r\n\r\n", "\r\nX-Request-Id: req-1\r\n\r\n")
    })
    .await
}

/// Creates a contact.
async fn create(arguments: &[&str]) -> Output {
    let input = json!({ "role": "user", "email": PERSON });
    let component = &test_support::artifact().component;
    let server = contacts().await;
    call(
        component,
        "create-contact",
        &input,
        &server.url(),
        arguments,
    )
    .await
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn log(output: &Output) -> String {
    assert!(output.status.success(), "{output:?}");
    text(&output.stderr)
}

/// The event that tells of bodies.
fn bodies(log: &str) -> Value {
    let mut lines = log
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok());
    let bodies = lines.find(|line: &Value| line["fields"]["message"] == "bodies");
    bodies.unwrap_or_else(|| panic!("{log}"))
}

#[tokio::test]
async fn nothing_is_logged_by_default() {
    assert_eq!(log(&create(&[]).await), "");
}

#[tokio::test]
async fn one_span_an_action_and_one_a_request() {
    let log = log(&create(&["--log", "info", "--log-format", "json"]).await);
    let lines: Vec<Value> = log
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let [responded, ended] = lines.as_slice() else {
        panic!("{log}");
    };
    assert_eq!(responded["fields"]["message"], "responded");
    let request = &responded["span"];
    assert_eq!(request["name"], "request");
    assert_eq!(request["attempt"], 1);
    assert_eq!(request["method"], "POST");
    assert_eq!(request["path"], "/contacts");
    assert_eq!(request["status"], 200);
    assert_eq!(request["request_id"], "req-1");
    assert_eq!(ended["fields"]["message"], "ended");
    assert_eq!(ended["span"]["action"], "create-contact");
    assert_eq!(ended["span"]["outcome"], "success");
    assert_eq!(ended["fields"]["requests"], 1);
    assert!(ended["fields"]["bytes_sent"].as_u64() > Some(40), "{ended}");
    assert!(
        ended["fields"]["bytes_received"].as_u64() > Some(40),
        "{ended}"
    );
    assert!(ended["fields"]["duration_ms"].is_u64(), "{ended}");
}

#[tokio::test]
async fn the_finest_log_contains_neither_token_nor_bodies() {
    let log = log(&create(&["--log", "trace"]).await);
    assert!(log.lines().count() > 20, "it is a fine log: {log}");
    assert!(!log.contains(TOKEN), "{log}");
    assert!(!log.contains(PERSON), "{log}");
}

/// Reads a contact by an address in the path, with a name in the query.
fn find() -> Value {
    json!({
        "method": "GET",
        "path": format!("/contacts/find_by_external_id/{PERSON}"),
        "query": [{ "name": "name", "value": "Jo Secret" }],
    })
}

#[tokio::test]
async fn a_path_is_logged_in_full_and_a_query_is_not() {
    let server = contacts().await;
    let component = &test_support::artifact().component;
    for filter in ["info", "trace"] {
        let arguments = ["--log", filter];
        let output = call(
            component,
            "custom-action",
            &find(),
            &server.url(),
            arguments,
        )
        .await;
        let log = log(&output);
        let path = "/contacts/find_by_external_id/jo.secret%40acme.io";
        assert!(log.contains(path), "{log}");
        for hidden in [TOKEN, PERSON, "Jo%20Secret", "Jo Secret"] {
            assert!(!log.contains(hidden), "{filter}: {hidden} in {log}");
        }
    }
}

#[tokio::test]
async fn the_finest_log_of_tls_and_http_2_contains_neither_token_nor_query() {
    let authority = Authority::new("ours");
    let server = authority.server("localhost", |_| {}).await;
    let component = &test_support::artifact().component;
    let file = authority.file().as_os_str();
    let arguments = ["--log".as_ref(), "trace".as_ref(), "--ca".as_ref(), file];
    let output = call(
        component,
        "custom-action",
        &find(),
        &server.url(),
        arguments,
    )
    .await;
    let log = log(&output);
    let result = text(&output.stdout);
    assert!(result.contains("HTTP/2.0"), "{result}");
    for library in [" h2::", " rustls::"] {
        assert!(log.contains(library), "{library} logs, too: {log}");
    }
    for hidden in [TOKEN, "Jo%20Secret", "Jo Secret"] {
        assert!(!log.contains(hidden), "{hidden} in {log}");
    }
}

#[tokio::test]
async fn bodies_are_logged_on_request_and_without_personal_data() {
    let log = log(&create(&["--log", "info", "--log-bodies", "--log-format", "json"]).await);
    let bodies = bodies(&log);
    assert_eq!(bodies["fields"]["method"], "POST");
    let body = |name: &str| serde_json::from_str::<Value>(bodies["fields"][name].as_str().unwrap());
    let (sent, received) = (body("sent").unwrap(), body("received").unwrap());
    assert_eq!(sent["role"], "user");
    // The same person in both, without an address.
    assert_eq!(sent["email"], "person-1@example.com");
    assert_eq!(received["email"], "person-1@example.com");
    assert!(!log.contains(TOKEN) && !log.contains(PERSON), "{log}");
}

#[tokio::test]
async fn bodies_are_logged_when_the_sandbox_fails_too() {
    let folder = build::workspace().join("host-test/guests/hostile");
    let hostile = build::connector(&folder, "hostile.wasm").unwrap();
    let server = contacts().await;
    let input = json!({
        "scheme": "http", "authority": format!("127.0.0.1:{}", server.port()),
        "method": "POST", "path": "/contacts", "body": json!({ "email": PERSON }).to_string(),
        "trap": true,
    });
    let base_url = format!("HOSTILE_BASE_URL={}", server.url());
    let arguments = [
        "--log",
        "info",
        "--log-format",
        "json",
        "--log-bodies",
        "--env",
        &base_url,
    ];
    let output = call(&hostile.component, "try", &input, "", arguments).await;
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let log = text(&output.stderr);
    assert!(log.contains("trap"), "{log}");
    let bodies = bodies(&log);
    for body in ["sent", "received"] {
        let body = bodies["fields"][body].as_str().unwrap();
        assert!(body.contains("person-1@example.com"), "{body}");
    }
    assert!(!log.contains(PERSON), "{log}");
}

#[tokio::test]
async fn an_invalid_filter_is_refused() {
    let output = create(&["--log", "host_test=loud"]).await;
    assert_eq!(output.status.code(), Some(2));
    let said = text(&output.stderr);
    assert!(
        said.starts_with("--log: \"host_test=loud\" is not a filter"),
        "{said}"
    );
}
