//! The commands as a person meets them: output, errors in words, exit status.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::process::{Command, Output, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use serde_json::json;

/// Runs the program with the component that the tests have built, and none of
/// our own configuration.
fn host_test(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_host-test"));
    command.args(arguments);
    let about_a_component =
        !arguments.contains(&"--help") && arguments.first() != Some(&"completions");
    if !arguments.is_empty() && about_a_component {
        command
            .arg("--component")
            .arg(&support::artifact().component);
    }
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("INTERCOM_")) {
        command.env_remove(name);
    }
    command.env("HOST_TEST_CONNECTIONS", "/nonexistent");
    command.stdin(Stdio::null());
    command
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn status(output: &Output) -> i32 {
    output.status.code().expect("it ends by itself")
}

/// A server on the loopback that answers one request, and passes on its head
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
    let output = host_test(&["call", "create-contact", "--input", "-"])
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
fn call_prints_an_error_in_words() {
    let (address, _requests) = answer_once(
        "HTTP/1.1 404 Not Found\r\ncontent-type: application/json\r\nconnection: close\r\n\r\n\
         {\"type\":\"error.list\",\"request_id\":\"r-1\",\"errors\":[{\"code\":\"not_found\",\"message\":\"No such.\"}]}",
    );
    let output = host_test(&[
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
    let output = host_test(&[
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
fn a_wrong_command_line_ends_with_2() {
    let table: [&[&str]; 4] = [
        &["call"],
        &["replay", "--frobnicate"],
        &["call", "test-connection", "--env", "NOVALUE"],
        &["fly"],
    ];
    for arguments in table {
        let output = host_test(arguments).output().unwrap();
        assert_eq!(
            status(&output),
            2,
            "{arguments:?}: {}",
            text(&output.stderr)
        );
    }
}

#[test]
fn replay_prints_a_line_a_case_and_the_failures_below() {
    let root = tempfile::tempdir().unwrap();
    let about = "Reads a contact.";
    let case = json!({ "about": about, "input": { "contact_id": "1" } });
    let entry = support::exchange(
        "GET",
        "/contacts/1",
        &json!({ "type": "contact", "id": "1" }),
    );
    support::write_case(root.path(), "get-contact-by-id/right", &case, &[entry]);
    support::write_case(root.path(), "get-contact-by-id/wrong", &case, &[]);
    let folder = root.path().to_str().unwrap();

    let replay = |more: &[&str]| {
        let mut command = host_test(&["replay", "--fixtures", folder]);
        let output = command.args(more).output().unwrap();
        (status(&output), text(&output.stdout), text(&output.stderr))
    };
    let (status, out, _) = replay(&["--bless"]);
    assert_eq!(status, 1, "{out}");
    assert!(out.contains("blessed") && out.contains("FAILED"), "{out}");
    assert!(
        out.contains("get-contact-by-id/wrong: request 1 matches no recorded exchange"),
        "{out}"
    );
    assert!(out.ends_with("1 passed, 1 failed\n"), "{out}");

    let (status, out, _) = replay(&["right"]);
    assert_eq!(status, 0, "{out}");
    let line = out.lines().nth(1).unwrap();
    let words: Vec<&str> = line.split_whitespace().collect();
    assert_eq!(words[..4], ["get-contact-by-id", "right", "1", "passed"]);
    assert!(out.ends_with("1 passed, 0 failed\n"), "{out}");

    // A sandbox sees what its case names and nothing of this process.
    let mut command = host_test(&["replay", "--fixtures", folder, "right"]);
    let output = command.env("INTERCOM_REGION", "mars").output().unwrap();
    assert!(output.status.success(), "{}", text(&output.stdout));

    let (status, _, error) = replay(&["nothing-like-this"]);
    assert_eq!(status, 1, "{error}");
    assert!(error.contains("\"nothing-like-this\""), "{error}");
}

#[test]
fn inspect_prints_what_the_component_is_made_of() {
    let output = host_test(&["inspect"]).output().unwrap();
    let out = text(&output.stdout);
    assert_eq!(status(&output), 0, "{}", text(&output.stderr));
    for part in [
        "licenses     Apache-2.0 OR MIT\n",
        "imports\n",
        "wasi:http/outgoing-handler@",
        "exports\n",
        "create-contact",
        "role: text",
        "email?: text",
    ] {
        assert!(out.contains(part), "{part} is not in:\n{out}");
    }
}

#[test]
fn manifest_prints_what_the_component_offers() {
    let print = |arguments: &[&str]| {
        let output = host_test(arguments).output().unwrap();
        assert_eq!(status(&output), 0, "{}", text(&output.stderr));
        serde_json::from_slice::<serde_json::Value>(&output.stdout).unwrap()
    };
    let manifest = print(&["manifest"]);
    assert_eq!(manifest["name"], "intercom");
    let message = manifest["actions"].as_array().unwrap();
    let message = message.iter().find(|action| action["id"] == "send-message");
    let message = message.unwrap();
    assert_eq!(message["effect"], "write-once");
    let inputs = message["inputs"].as_array().unwrap();
    let subject = inputs.iter().find(|field| field["name"] == "subject");
    assert_eq!(
        subject.unwrap()["required"],
        json!({ "when": { "field": "message_type", "value": "email" } })
    );

    let schemas = print(&["manifest", "--schema"]);
    assert_eq!(schemas["create-contact"]["title"], "Create Contact");
    let schema = print(&["manifest", "--schema", "create-contact"]);
    assert_eq!(schema, schemas["create-contact"]);

    let output = host_test(&["manifest", "--schema", "crate-contact"])
        .output()
        .unwrap();
    let error = text(&output.stderr);
    assert_eq!(status(&output), 1, "{error}");
    assert!(
        error.contains("\"crate-contact\"") && error.contains("create-contact,"),
        "{error}"
    );
}

#[test]
fn the_reference_page_is_up_to_date() {
    let output = host_test(&["docs", "--check"]).output().unwrap();
    assert_eq!(status(&output), 0, "{}", text(&output.stderr));
}

#[test]
fn docs_writes_the_page_that_its_check_wants() {
    let root = tempfile::tempdir().unwrap();
    let path = root.path().join("page.md");
    let docs = |more: &[&str]| {
        let mut command = host_test(&["docs", "--output", path.to_str().unwrap()]);
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
}

#[test]
fn completions_name_the_commands() {
    for shell in ["bash", "zsh", "fish"] {
        let output = host_test(&["completions", shell]).output().unwrap();
        let script = text(&output.stdout);
        assert_eq!(status(&output), 0, "{}", text(&output.stderr));
        for word in [
            "replay",
            "preview",
            "record",
            "scan",
            "manifest",
            "completions",
            "schema",
        ] {
            assert!(script.contains(word), "{word} is not in:\n{script}");
        }
    }
    let output = host_test(&["completions", "cobol"]).output().unwrap();
    assert_eq!(status(&output), 2);
}

#[test]
fn help_tells_a_stranger_examples_and_exit_status() {
    for command in [
        "replay",
        "call",
        "preview",
        "record",
        "scan",
        "inspect",
        "manifest",
        "docs",
        "build",
        "completions",
    ] {
        let output = host_test(&[command, "--help"]).output().unwrap();
        let help = text(&output.stdout);
        assert!(
            help.contains("Example") && help.contains("Exit status"),
            "{help}"
        );
    }
}
