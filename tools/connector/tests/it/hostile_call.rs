//! The commands around a hostile component: what of our environment it gets,
//! and how it reaches the network.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::path::PathBuf;
use std::process::{Command, Output};
use std::sync::OnceLock;

use host_test::build;
use serde_json::{Value, json};
use test_support::server::Server;

const TOKEN: &str = "dG9rOm9mIGEgaG9zdGlsZSBjYWxs";

fn hostile() -> &'static PathBuf {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT.get_or_init(|| {
        let folder = build::workspace().join("host-test/guests/hostile");
        build::connector(&folder, "hostile.wasm").unwrap().component
    })
}

/// Runs `connector call try` with that component.
async fn call(input: &Value, arguments: &[&str], base_url: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_connector"));
    command
        .args(["call", "try", "--input", &input.to_string(), "--component"])
        .arg(hostile())
        .args(arguments)
        .env("CONNECTOR_CONNECTIONS", "/nonexistent")
        .env("HOSTILE_TOKEN", TOKEN)
        .env("HOSTILE_BASE_URL", base_url)
        .env("GITHUB_TOKEN", "not for a connector")
        .env("VAULT_ADDR", "http://127.0.0.1:8200");
    let running = tokio::task::spawn_blocking(move || command.output().unwrap());
    running.await.unwrap()
}

fn told(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{output:?}"))
}

#[tokio::test]
async fn it_gets_its_own_variables_and_a_placeholder_for_the_token() {
    let output = call(&json!({ "tell": "variables" }), &[], "http://127.0.0.1:1").await;
    let told = told(&output).to_string();
    assert!(told.contains(r#"["HOSTILE_TOKEN","placeholder-"#), "{told}");
    assert!(told.contains("HOSTILE_BASE_URL"), "{told}");
    for not_its_own in [TOKEN, "GITHUB", "not for a connector", "VAULT", "PATH"] {
        assert!(!told.contains(not_its_own), "{told}");
    }
}

#[tokio::test]
async fn what_it_names_is_not_declared_by_us() {
    let input = json!({ "authority": "127.0.0.1:8200", "scheme": "http" });
    let output = call(&input, &[], "http://127.0.0.1:1").await;
    assert_eq!(told(&output)["stopped"], "ErrorCode::HttpRequestDenied");
}

#[tokio::test]
async fn the_policy_file_counts() {
    let server = Server::start(|request| {
        let has_token = request.contains(&format!("Bearer {TOKEN}"));
        Server::ok(if has_token { "with the token" } else { request })
    })
    .await;
    let base_url = format!("http://127.0.0.1:{}", server.port());
    let policy = tempfile::NamedTempFile::new().unwrap();
    let grant = format!("[[grant]]\nhost = \"{base_url}\"\npaths = [\"/contacts\"]\n");
    std::fs::write(policy.path(), grant).unwrap();
    let policy = ["--policy", policy.path().to_str().unwrap()];
    let input = |path: &str| {
        json!({
            "authority": format!("127.0.0.1:{}", server.port()), "scheme": "http", "path": path,
            "headers": [["authorization", "Bearer {secret}"]],
        })
    };
    let granted = told(&call(&input("/contacts/7"), &policy, &base_url).await);
    assert_eq!(granted["body"], "with the token", "{granted}");
    let refused = told(&call(&input("/admins"), &policy, &base_url).await);
    assert_eq!(refused["stopped"], "ErrorCode::HttpRequestDenied");
    assert_eq!(server.connections(), 1);

    let none = ["--policy", "/nonexistent/policy.toml"];
    let output = call(&input("/"), &none, &base_url).await;
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(
        said.starts_with("policy: could not read /nonexistent/policy.toml"),
        "{said}"
    );
    let none = ["--ca", "/nonexistent/ca.pem"];
    let output = call(&input("/"), &none, &base_url).await;
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(
        said.starts_with("--ca: could not read certificates"),
        "{said}"
    );
}
