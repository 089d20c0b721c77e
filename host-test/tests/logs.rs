//! What the harness logs of an action, and what it never does.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use std::process::{Command, Output};

use serde_json::{Value, json};
use support::server::Server;

const TOKEN: &str = "dG9rOnNlY3JldC1pbi1hLWxvZw==";
const PERSON: &str = "jo.secret@acme.io";

/// Runs `host-test call` against a server that answers with a contact.
async fn call(arguments: &[&str]) -> Output {
    let server = Server::start(|_| {
        let contact = json!({ "type": "contact", "id": "7", "email": PERSON });
        let body = contact.to_string();
        Server::ok(&body).replace("\r\n\r\n", "\r\nX-Request-Id: req-1\r\n\r\n")
    })
    .await;
    let mut command = Command::new(env!("CARGO_BIN_EXE_host-test"));
    command
        .args(["call", "create-contact", "--component"])
        .arg(&support::artifact().component)
        .args([
            "--input",
            &json!({ "role": "user", "email": PERSON }).to_string(),
        ])
        .args(arguments)
        .env("INTERCOM_ACCESS_TOKEN", TOKEN)
        .env(
            "INTERCOM_BASE_URL",
            format!("http://127.0.0.1:{}", server.port()),
        )
        .env_remove("RUST_LOG");
    tokio::task::spawn_blocking(move || command.output().unwrap())
        .await
        .unwrap()
}

fn log(output: &Output) -> String {
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[tokio::test]
async fn nothing_is_logged_unless_asked_for() {
    assert_eq!(log(&call(&[]).await), "");
}

#[tokio::test]
async fn one_span_an_action_and_one_a_request() {
    let log = log(&call(&["--log", "info", "--log-format", "json"]).await);
    let lines: Vec<Value> = log
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let [answered, ended] = lines.as_slice() else {
        panic!("{log}");
    };
    assert_eq!(answered["fields"]["message"], "answered");
    let request = &answered["span"];
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
async fn the_finest_log_holds_neither_token_nor_bodies() {
    let log = log(&call(&["--log", "trace"]).await);
    assert!(log.lines().count() > 20, "it is a fine log: {log}");
    assert!(!log.contains(TOKEN), "{log}");
    assert!(!log.contains(PERSON), "{log}");
}

#[tokio::test]
async fn bodies_are_logged_when_asked_for_and_tell_nothing_of_anybody() {
    let log = log(&call(&["--log", "info", "--log-bodies", "--log-format", "json"]).await);
    let mut lines = log.lines().map(|line| serde_json::from_str(line).unwrap());
    let bodies: Value = lines
        .find(|line: &Value| line["fields"]["message"] == "bodies")
        .unwrap();
    assert_eq!(bodies["fields"]["method"], "POST");
    let body = |name: &str| serde_json::from_str::<Value>(bodies["fields"][name].as_str().unwrap());
    let (sent, received) = (body("sent").unwrap(), body("received").unwrap());
    assert_eq!(sent["role"], "user");
    // The same person in both, and nobody's address.
    assert_eq!(sent["email"], "person-1@example.com");
    assert_eq!(received["email"], "person-1@example.com");
    assert!(!log.contains(TOKEN) && !log.contains(PERSON), "{log}");
}

#[tokio::test]
async fn a_filter_that_is_none_is_refused() {
    let output = call(&["--log", "host_test=loud"]).await;
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(
        said.starts_with("--log: \"host_test=loud\" is not a filter"),
        "{said}"
    );
}
