//! `call` on a terminal, against the double of Intercom: it asks for what an action
//! needs.
#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::io::ErrorKind;
use std::net::TcpListener;
use std::process::{Command, Output};

use intercom_double::intercom::TOKEN;
use intercom_double::{IntercomDouble, Options};
use serde_json::{Value, json};

use crate::connector;

/// Runs `connector call` on a terminal, where a person gives these answers to these
/// questions; none if there is no Python, which has pseudo-terminals without unsafe
/// code.
fn call(arguments: &[&str], url: &str, answers: &Value) -> Option<Output> {
    let program = connector(&["call"]);
    let mut python = Command::new("python3");
    for (name, value) in program.get_envs() {
        match value {
            Some(value) => python.env(name, value),
            None => python.env_remove(name),
        };
    }
    python
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/converse.py"))
        .arg(answers.to_string())
        .arg(program.get_program())
        .args(program.get_args())
        .args(arguments)
        .arg("--component")
        .arg(&test_support::artifact().component)
        .args(["--env", &format!("INTERCOM_BASE_URL={url}")])
        .env("INTERCOM_ACCESS_TOKEN", TOKEN);
    match python.output() {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            eprintln!("left out: there is no python3");
            None
        }
        output => Some(output.unwrap()),
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The input that `shown` ends with, to be given by `--input`.
fn repeated(shown: &str) -> Value {
    let mut lines = shown.lines();
    let word = lines.find_map(|line| line.strip_prefix("--input '")?.strip_suffix('\''));
    serde_json::from_str(word.unwrap()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_is_written_from_prompts_alone() {
    let double = IntercomDouble::start(Options {
        contacts: 1,
        ..Options::default()
    });
    let double = double.await.unwrap();
    let url = double.url();
    let contact = json!([["role: ", "1\n"], ["email: ", "maren@example.com\n"]]);
    let Some(made) = call(&["create-contact"], &url, &contact) else {
        return;
    };
    let shown = text(&made.stdout);
    assert!(made.status.success(), "{shown}{}", text(&made.stderr));
    // Optional as described, and yet a user needs it.
    assert!(
        shown.contains("  email: is not given, and a user needs"),
        "{shown}"
    );
    let (_, result) = shown.rsplit_once("\n\n").unwrap();
    let result: Value = serde_json::from_str(result).unwrap_or_else(|_| panic!("{shown}"));
    let id = result["id"].as_str().unwrap();

    let message = json!([
        ["recipient_contact_type: ", "1\n"],
        ["recipient_contact_id: ", format!("{id}\n")],
        ["message_type: ", "telegram\n"],
        ["message_type [telegram]: ", "1\n"],
        ["search for: ", "riel\n"],
        ["  1) 814861  Tomas Riel", ""],
        ["from_id: ", "1\n"],
        ["subject: ", "Welcome\n"],
        ["> ", "<p>Hello,</p>\n"],
        ["> ", "<p>Maren</p>\n"],
        ["> ", ".\n"],
        ["template: ", "plain\n"],
    ]);
    let sent = call(&["send-message"], &url, &message).unwrap();
    let shown = text(&sent.stdout);
    assert!(sent.status.success(), "{shown}{}", text(&sent.stderr));
    assert!(shown.contains("HTML or plain text"), "{shown}");
    assert!(!shown.contains("\ncc"), "{shown}");
    let page = include_str!("../../../../docs/commands.md");
    let (_, of_page) = page.split_once("```text\nFrom Id").unwrap();
    let (of_page, _) = of_page.split_once("\n```").unwrap();
    assert!(shown.contains(of_page), "{shown}");
    assert_eq!(
        repeated(&shown),
        json!({
            "recipient_contact_type": "user",
            "recipient_contact_id": id,
            "message_type": "email",
            "from_id": "814861",
            "subject": "Welcome",
            "body": "<p>Hello,</p>\n<p>Maren</p>",
            "template": "plain",
        })
    );
    assert_eq!(double.counts().messages.get(id), Some(&1));
}

#[tokio::test(flavor = "multi_thread")]
async fn dates_are_checked_at_once_and_ctrl_d_gives_up() {
    let double = IntercomDouble::start(Options::default()).await.unwrap();
    let answers = json!([
        ["contact_id: ", "7\n"],
        ["signed_up_date: ", "soon\n"],
        ["signed_up_date: \"soon\"", ""],
        ["signed_up_date: ", "\u{4}"],
    ]);
    let known = r#"{"role": "user", "email": "a@example.com", "name": "A", "external_id": "1",
        "phone": "+1123456789", "avatar": "https://example.com/a.png"}"#;
    let arguments = ["update-contact", "--all", "--input", known];
    let Some(output) = call(&arguments, &double.url(), &answers) else {
        return;
    };
    let shown = text(&output.stdout);
    assert_eq!(
        output.status.code(),
        Some(1),
        "{shown}{}",
        text(&output.stderr)
    );
    assert!(shown.contains("such as 2026-11-29 or"), "{shown}");
    assert!(
        shown.ends_with("cancelled; the action was not called\n"),
        "{shown}"
    );
    assert!(double.counts().tally.requests.is_empty());
}

/// The hidden prompt catches Ctrl-C; what comes after it must still end.
#[test]
fn a_secret_is_not_shown_and_ctrl_c_ends_the_call() {
    // It accepts connections, and never responds.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", silent.local_addr().unwrap());
    let answers = json!([["code: ", "hush\n"], ["--input '{}'\r\n", "\u{3}"]]);
    let app = ["INTERCOM_CLIENT_ID=a", "INTERCOM_CLIENT_SECRET=b"];
    let arguments = ["exchange-code", "--env", app[0], "--env", app[1]];
    let Some(output) = call(&arguments, &url, &answers) else {
        return;
    };
    let shown = text(&output.stdout);
    assert_eq!(
        output.status.code(),
        Some(130),
        "{shown}{}",
        text(&output.stderr)
    );
    assert!(shown.contains("without the secret code"), "{shown}");
    assert!(!shown.contains("hush"), "{shown}");
}
