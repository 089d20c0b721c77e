//! Spans reach an OpenTelemetry collector, without the token.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use std::process::Command;
use std::sync::{Arc, Mutex};

use support::server::Server;

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
    let service = Server::start(|_| Server::ok("{}")).await;
    let mut command = Command::new(env!("CARGO_BIN_EXE_host-test"));
    command
        .args(["call", "test-connection", "--component"])
        .arg(&support::artifact().component)
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
