//! Spans reach an OpenTelemetry collector, without the token.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::process::Command;
use std::sync::{Arc, Mutex};

use test_support::server::Server;

const TOKEN: &str = "dG9rOnNlY3JldC1pbi1hLXNwYW4=";

#[tokio::test]
async fn spans_reach_a_collector() {
    let received = Arc::new(Mutex::new(String::new()));
    let log = Arc::clone(&received);
    let collector = Server::start(move |request| {
        log.lock().unwrap().push_str(request);
        Server::ok("")
    })
    .await;
    let service = Server::start(|_| Server::ok(r#"{"type":"admin","id":"1"}"#)).await;
    let mut command = Command::new(env!("CARGO_BIN_EXE_connector"));
    command
        .args(["call", "test-connection", "--component"])
        .arg(&test_support::artifact().component)
        .env("INTERCOM_ACCESS_TOKEN", TOKEN)
        .env(
            "INTERCOM_BASE_URL",
            format!("http://127.0.0.1:{}", service.port()),
        )
        .env(
            "OTEL_EXPORTER_OTLP_ENDPOINT",
            format!("http://127.0.0.1:{}", collector.port()),
        );
    let output = tokio::task::spawn_blocking(move || command.output().unwrap());
    let output = output.await.unwrap();
    assert!(output.status.success(), "{output:?}");
    assert!(output.stderr.is_empty(), "{output:?}");
    let received = received.lock().unwrap();
    assert!(received.starts_with("POST /v1/traces"), "{received}");
    for part in ["action", "test-connection", "request", "status", "outcome"] {
        assert!(received.contains(part), "{part}: {received}");
    }
    assert!(!received.contains(TOKEN), "{received}");
}

#[tokio::test]
async fn spans_are_not_sent_unencrypted_over_the_network() {
    for variable in [
        "OTEL_EXPORTER_OTLP_ENDPOINT",
        "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
    ] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_connector"));
        command
            .args(["completions", "bash"])
            .env(variable, "http://collector.example:4318");
        let output = command.output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{output:?}");
        let said = String::from_utf8(output.stderr).unwrap();
        let expected = format!(
            "{variable}: traces would go to http://collector.example:4318 unencrypted; give an \
             address with https, or one of this machine, such as http://127.0.0.1:4318\n"
        );
        assert_eq!(said, expected);
    }
}
