//! A person connects: with a token, or by having the app authorised; what is
//! kept is what `call` then uses. The double plays Intercom and its OAuth pages.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod oauth;
mod token;

use intercom_double::IntercomDouble;
use serde_json::{Value, json};
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;
use test_support::server::Server;

/// A person's machine: a folder for connections, and the double's address.
struct Person {
    home: TempDir,
    base_url: String,
}

impl Person {
    fn new(double: &IntercomDouble) -> Self {
        Self::at(double.url())
    }

    fn at(base_url: String) -> Self {
        Self {
            home: tempfile::tempdir().unwrap(),
            base_url,
        }
    }

    /// Where connections are kept; not there yet.
    fn folder(&self) -> PathBuf {
        self.home.path().join("connections")
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_connector"));
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("INTERCOM_")) {
            command.env_remove(name);
        }
        command
            .args(arguments)
            .arg("--component")
            .arg(&test_support::artifact().component)
            .env("CONNECTOR_CONNECTIONS", self.folder())
            .env("INTERCOM_BASE_URL", &self.base_url)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    fn run(&self, arguments: &[&str], stdin: impl AsRef<[u8]>) -> Output {
        let mut child = self.command(arguments).spawn().unwrap();
        child
            .stdin
            .take()
            .unwrap()
            .write_all(stdin.as_ref())
            .unwrap();
        child.wait_with_output().unwrap()
    }

    /// What is kept under this name.
    fn connection(&self, name: &str) -> Value {
        let file = format!("intercom/{name}.json");
        let kept = std::fs::read(self.folder().join(file)).unwrap();
        serde_json::from_slice(&kept).unwrap()
    }

    fn kept(&self) -> Vec<String> {
        let folder = self.folder().join("intercom");
        let entries = std::fs::read_dir(folder).into_iter().flatten();
        let mut names: Vec<String> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The commands block, so the double needs its own threads.
macro_rules! with_double {
    ($options:expr, |$double:ident, $person:ident| $body:block) => {{
        let $double = intercom_double::IntercomDouble::start($options)
            .await
            .unwrap();
        let $person = Person::new(&$double);
        tokio::task::block_in_place(|| $body);
    }};
}

use with_double;

/// A refusal in the service's words.
fn refusal(message: &str) -> String {
    let errors =
        json!({ "type": "error.list", "errors": [{ "code": message, "message": message }] });
    Server::ok(&errors.to_string()).replace("200 OK", "403 Forbidden")
}
