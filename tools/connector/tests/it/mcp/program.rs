//! The program itself, on its standard input and output.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, Stdio};

use intercom_double::intercom::TOKEN;
use intercom_double::{IntercomDouble, Options};
use serde_json::{Value, json};

use crate::connector;

fn start(arguments: &[&str]) -> Child {
    connector(&["mcp"])
        .args(arguments)
        .arg("--component")
        .arg(&test_support::artifact().component)
        .env("INTERCOM_ACCESS_TOKEN", TOKEN)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

/// A message, and the line that comes back where it is a request.
fn send(child: &mut Child, stdout: &mut impl BufRead, message: &Value) -> String {
    let stdin = child.stdin.as_mut().unwrap();
    writeln!(stdin, "{message}").unwrap();
    let mut line = String::new();
    if message.get("id").is_some() {
        stdout.read_line(&mut line).unwrap();
    }
    line
}

fn initialize() -> Value {
    json!({ "jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {
        "protocolVersion": "2025-11-25",
        "capabilities": {},
        "clientInfo": { "name": "t", "version": "1" },
    } })
}

#[test]
fn a_client_that_only_looks_or_is_cut_off_is_no_error() {
    let discover = json!({ "jsonrpc": "2.0", "id": 1, "method": "server/discover" });
    for first in [None, Some(initialize()), Some(discover)] {
        let mut child = start(&[]);
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        if let Some(first) = &first {
            assert!(send(&mut child, &mut stdout, first).contains("jsonrpc"));
        }
        drop(child.stdin.take());
        let ended = child.wait().unwrap();
        let mut said = String::new();
        child
            .stderr
            .take()
            .unwrap()
            .read_to_string(&mut said)
            .unwrap();
        assert_eq!((ended.code(), said.as_str()), (Some(0), ""), "{first:?}");
    }
}

#[test]
fn a_wrong_rule_is_reported_before_anything_is_served() {
    for (arguments, expected) in [
        (
            ["--only", "lsit-admins"],
            "--only: \"lsit-admins\" is not an action",
        ),
        (
            ["--only", "delete-contact"],
            "--only: delete-contact may delete; add it to --allow",
        ),
        (
            ["--guide", "nothing.md"],
            "--guide: could not read nothing.md",
        ),
        (
            ["--http", "192.0.2.1:80"],
            "--http: 192.0.2.1:80 can be reached from other machines",
        ),
    ] {
        let output = start(&arguments).wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(said.contains(expected), "{said}");
        assert!(output.stdout.is_empty());
    }
}

/// A whole conversation with the double, in which no secret appears.
#[tokio::test(flavor = "multi_thread")]
async fn the_transcript_contains_no_secret() {
    let double = IntercomDouble::start(Options {
        contacts: 120,
        ..Options::default()
    })
    .await
    .unwrap();
    let url = format!("INTERCOM_BASE_URL={}", double.url());
    let secret = "the-apps-secret";
    let work = tokio::task::spawn_blocking(move || {
        let arguments = [
            "--env",
            &url,
            "--env",
            &format!("INTERCOM_CLIENT_SECRET={secret}"),
        ];
        let mut child = start(
            &[
                &arguments[..],
                &["--allow", "custom-action", "--log", "debug"],
            ]
            .concat(),
        );
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut stderr = child.stderr.take().unwrap();
        // Read all along, else a full pipe would stop the program.
        let log = std::thread::spawn(move || {
            let mut log = String::new();
            stderr.read_to_string(&mut log).map(|_| log).unwrap()
        });
        let mut transcript = send(&mut child, &mut stdout, &initialize());
        let ready = json!({ "jsonrpc": "2.0", "method": "notifications/initialized" });
        send(&mut child, &mut stdout, &ready);
        let search =
            json!({ "filter_formula": "role = 'user'", "pagination_parameters": "limit=100" });
        let get = json!({ "method": "GET", "path": "/me" });
        for (tool, arguments) in [
            ("search-contacts", search.clone()),
            ("create-contact", json!({ "role": "lead", "name": "Maren" })),
            ("get-contact-by-id", json!({ "contact_id": "nothing" })),
            ("custom-action", get),
            ("test-connection", json!({})),
            (
                "preview",
                json!({ "action": "search-contacts", "input": search }),
            ),
        ] {
            let call = json!({ "jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": {
                "name": tool, "arguments": arguments,
            } });
            transcript += &send(&mut child, &mut stdout, &call);
        }
        drop(child.stdin.take());
        assert!(child.wait().unwrap().success());
        transcript + &log.join().unwrap()
    });
    let transcript = work.await.unwrap();
    assert!(transcript.contains("Maren") && transcript.contains("[redacted]"));
    for secret in [TOKEN, secret] {
        assert!(!transcript.contains(secret), "{secret}: {transcript}");
    }
}
