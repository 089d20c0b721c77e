//! The commands as a person meets them: output, errors in words, exit status.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::process::{Output, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use test_support::command_line::assert_quiet_without_a_reader;

use crate::connector;

fn with_component(arguments: &[&str]) -> std::process::Command {
    let mut command = connector(arguments);
    let component = &test_support::artifact().component;
    command.arg("--component").arg(component);
    command
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn status(output: &Output) -> i32 {
    output.status.code().expect("it ends by itself")
}

/// A server on loopback that responds to one request, and passes on its head
/// and body.
fn answer_once(response: &'static str) -> (String, mpsc::Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(10)))
            .unwrap();
        let mut reader = BufReader::new(stream.try_clone().unwrap());
        let mut request = String::new();
        while !request.ends_with("\r\n\r\n") {
            assert!(reader.read_line(&mut request).unwrap() > 0);
        }
        let lower = request.to_lowercase();
        let chunked = lower.contains("transfer-encoding: chunked");
        let length = lower
            .lines()
            .find_map(|line| line.strip_prefix("content-length: "));
        let mut body = vec![0; length.map_or(0, |length| length.parse().unwrap())];
        reader.read_exact(&mut body).unwrap();
        request.push_str(&text(&body));
        while chunked && !request.ends_with("0\r\n\r\n") {
            assert!(reader.read_line(&mut request).unwrap() > 0);
        }
        sender.send(request).unwrap();
        stream.write_all(response.as_bytes()).unwrap();
    });
    (address, receiver)
}

#[test]
fn call_sends_one_request_and_prints_the_result() {
    let (address, requests) = answer_once(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n\r\n\
         {\"type\":\"contact\",\"id\":\"7\",\"role\":null}",
    );
    let output = with_component(&["call", "create-contact", "--input", "-"])
        .args(["--env", &format!("INTERCOM_BASE_URL={address}")])
        .env("INTERCOM_ACCESS_TOKEN", "tok")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .and_then(|mut child| {
            let input = br#"{"role": "user", "email": "name@example.com"}"#;
            child.stdin.take().unwrap().write_all(input)?;
            child.wait_with_output()
        })
        .unwrap();
    assert_eq!(status(&output), 0, "{}", text(&output.stderr));
    let result: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(result["id"], "7");
    let request = requests.recv_timeout(Duration::from_secs(10)).unwrap();
    assert!(
        request.starts_with("POST /contacts HTTP/1.1\r\n"),
        "{request}"
    );
    assert!(
        request
            .to_lowercase()
            .contains("\r\nauthorization: bearer tok\r\n"),
        "{request}"
    );
    assert!(request.contains("name@example.com"), "{request}");
}

#[test]
fn a_write_without_a_body_has_the_length_0() {
    let archive = ["archive-contact", r#"{"contact_id": "7"}"#];
    let put = ["custom-action", r#"{"method": "PUT", "path": "/x"}"#];
    let delete = ["custom-action", r#"{"method": "DELETE", "path": "/x"}"#];
    let get = ["custom-action", r#"{"method": "GET", "path": "/x"}"#];
    for ([action, input], length) in [(archive, true), (put, true), (delete, true), (get, false)] {
        let (address, requests) = answer_once(
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n\r\n\
             {\"type\":\"contact\",\"id\":\"7\"}",
        );
        let output = with_component(&["call", action, "--input", input])
            .env("INTERCOM_BASE_URL", address)
            .env("INTERCOM_ACCESS_TOKEN", "tok")
            .output()
            .unwrap();
        assert_eq!(status(&output), 0, "{}", text(&output.stderr));
        let request = requests.recv_timeout(Duration::from_secs(10)).unwrap();
        let head = request.to_lowercase();
        assert_eq!(
            head.contains("\r\ncontent-length: 0\r\n"),
            length,
            "{request}"
        );
        assert!(!head.contains("transfer-encoding"), "{request}");
    }
}

#[test]
fn call_prints_an_error_in_words() {
    let (address, _requests) = answer_once(
        "HTTP/1.1 404 Not Found\r\ncontent-type: application/json\r\nconnection: close\r\n\r\n\
         {\"type\":\"error.list\",\"request_id\":\"r-1\",\"errors\":[{\"code\":\"not_found\",\"message\":\"No such.\"}]}",
    );
    let output = with_component(&[
        "call",
        "get-contact-by-id",
        "--input",
        r#"{"contact_id": "7"}"#,
    ])
    .env("INTERCOM_BASE_URL", address)
    .env("INTERCOM_ACCESS_TOKEN", "tok")
    .output()
    .unwrap();
    let error = text(&output.stderr);
    assert_eq!(status(&output), 1, "{error}");
    assert_eq!(text(&output.stdout), "");
    for line in [
        "reason       not found",
        "status       404",
        "request id   r-1",
        "codes        not_found",
    ] {
        assert!(error.contains(line), "{line} is not in:\n{error}");
    }
    assert!(
        !error.contains("tok\n") && !error.contains("Bearer"),
        "{error}"
    );
}

#[test]
fn call_lists_what_is_wrong_with_the_input() {
    let output = with_component(&[
        "call",
        "create-contact",
        "--input",
        r#"{"role": "king", "emial": "x"}"#,
    ])
    .env("INTERCOM_ACCESS_TOKEN", "tok")
    .output()
    .unwrap();
    let error = text(&output.stderr);
    assert_eq!(status(&output), 1, "{error}");
    for word in ["invalid input", "role: ", "emial: "] {
        assert!(error.contains(word), "{word} is not in:\n{error}");
    }
}

#[test]
fn the_generated_pages_are_up_to_date() {
    let output = with_component(&["docs", "--check"]).output().unwrap();
    assert_eq!(status(&output), 0, "{}", text(&output.stderr));
}

#[test]
fn docs_writes_the_page_that_its_check_wants() {
    let root = tempfile::tempdir().unwrap();
    let path = root.path().join("page.md");
    let docs = |more: &[&str]| {
        let mut command = with_component(&["docs", "--output", path.to_str().unwrap()]);
        let output = command.args(more).output().unwrap();
        (status(&output), text(&output.stderr))
    };
    let (status, error) = docs(&["--check"]);
    assert_eq!(status, 1, "{error}");
    assert_eq!(docs(&[]).0, 0);
    assert_eq!(docs(&["--check"]).0, 0);
    let page = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, page.replace("### Get Contact", "### Fetch Contact")).unwrap();
    let (status, error) = docs(&["--check"]);
    assert_eq!(status, 1, "{error}");
    assert!(
        error.contains("is \"### Fetch Contact") && error.contains("be \"### Get Contact"),
        "{error}"
    );

    std::fs::write(&path, page).unwrap();
    let operations = root.path().join("operations.md");
    let page = std::fs::read_to_string(&operations).unwrap();
    let line = "| `list-tags` | Lists all tags of the workspace. | read |\n";
    assert!(page.contains(line), "{page}");
    std::fs::write(&operations, page.replace(line, "")).unwrap();
    let (status, error) = docs(&["--check"]);
    assert_eq!(status, 1, "{error}");
    assert!(
        error.contains("operations.md is out of date, line "),
        "{error}"
    );

    std::fs::write(&operations, page).unwrap();
    let messages = root.path().join("messages.md");
    let page = std::fs::read_to_string(&messages).unwrap();
    let line = "  - `create-contact: role`: give user or lead\n";
    assert!(page.contains(line), "{page}");
    std::fs::write(&messages, page.replace(line, "")).unwrap();
    let (status, error) = docs(&["--check"]);
    assert_eq!(status, 1, "{error}");
    assert!(
        error.contains("messages.md is out of date, line "),
        "{error}"
    );
}

/// A file with one action, which adds a tag that is always the same to a contact.
fn vip_actions() -> tempfile::NamedTempFile {
    let document = serde_json::json!({ "openapi": "3.1.0", "paths": { "/contacts/{contact_id}/tags": { "post": {
        "operationId": "tag-as-vip",
        "summary": "Tag As VIP",
        "parameters": [
            { "name": "contact_id", "in": "path", "required": true, "schema": { "type": "string" } }
        ],
        "requestBody": { "required": true, "content": { "application/json": { "schema": {
            "type": "object",
            "properties": { "id": { "const": "812345" } },
        } } } },
    } } } });
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), document.to_string()).unwrap();
    file
}

#[test]
fn call_runs_an_action_of_a_file() {
    let (address, requests) = answer_once(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n\r\n\
         {\"type\":\"tag\",\"id\":\"812345\"}",
    );
    let file = vip_actions();
    let output = with_component(&["call", "tag-as-vip", "--input", r#"{"contact_id": "7"}"#])
        .arg("--actions")
        .arg(file.path())
        .env("INTERCOM_BASE_URL", address)
        .env("INTERCOM_ACCESS_TOKEN", "tok")
        .output()
        .unwrap();
    assert_eq!(status(&output), 0, "{}", text(&output.stderr));
    let result: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(result["response"]["type"], "tag");
    let request = requests.recv_timeout(Duration::from_secs(10)).unwrap();
    assert!(request.starts_with("POST /contacts/7/tags "), "{request}");
    assert!(request.contains(r#"{"id":"812345"}"#), "{request}");
}

#[test]
fn docs_lists_actions_of_a_file() {
    let root = tempfile::tempdir().unwrap();
    let path = root.path().join("reference.md");
    let file = vip_actions();
    let output = with_component(&["docs", "--output", path.to_str().unwrap()])
        .arg("--actions")
        .arg(file.path())
        .output()
        .unwrap();
    assert_eq!(status(&output), 0, "{}", text(&output.stderr));
    let page = std::fs::read_to_string(&path).unwrap();
    assert!(page.contains("### Tag As VIP\n"), "{page}");
    let page = std::fs::read_to_string(root.path().join("operations.md")).unwrap();
    assert!(
        page.contains("| `tag-as-vip` | Tag As VIP | write-once |\n"),
        "{page}"
    );
}

#[test]
fn completions_name_the_commands() {
    for shell in ["bash", "zsh", "fish"] {
        let output = connector(&["completions", shell]).output().unwrap();
        let script = text(&output.stdout);
        assert_eq!(status(&output), 0, "{}", text(&output.stderr));
        for word in ["call", "connect", "record", "scan", "docs", "completions"] {
            assert!(script.contains(word), "{word} is not in:\n{script}");
        }
    }
    let output = connector(&["completions", "cobol"]).output().unwrap();
    assert_eq!(status(&output), 2);
}

#[test]
fn a_reader_that_has_gone_ends_it_quietly() {
    for arguments in [&["completions", "bash"][..], &["scan"]] {
        assert_quiet_without_a_reader(&mut connector(arguments));
    }
}

#[test]
fn a_wrong_command_line_ends_with_2() {
    let table: [&[&str]; 3] = [
        &["call"],
        &["call", "test-connection", "--env", "NOVALUE"],
        &["fly"],
    ];
    for arguments in table {
        let output = connector(arguments).output().unwrap();
        let error = text(&output.stderr);
        assert_eq!(status(&output), 2, "{arguments:?}: {error}");
        assert!(!error.contains('\x1b'), "{error}");
    }
}

#[test]
fn help_tells_a_stranger_examples_and_exit_status() {
    for command in [
        "call",
        "connect",
        "record",
        "scan",
        "docs",
        "release",
        "sbom",
        "completions",
    ] {
        let output = connector(&[command, "--help"]).output().unwrap();
        let help = text(&output.stdout);
        assert!(
            help.contains("Example") && help.contains("Exit status"),
            "{help}"
        );
    }
}
