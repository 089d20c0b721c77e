//! The commands as a person meets them: output, errors in words, exit status.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod catalogue;
mod files;

use serde_json::json;
use std::io::Write;
use std::process::{Command, Output, Stdio};
use test_support::command_line::assert_quiet_without_a_reader;

/// Runs the program with the component that the tests have built, and none of
/// our own configuration.
fn host_test(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_host-test"));
    command.args(arguments);
    if !arguments.is_empty() && !arguments.contains(&"--help") {
        command
            .arg("--component")
            .arg(&test_support::artifact().component);
    }
    let is_ours = |name: &String| name.starts_with("INTERCOM_") || name.starts_with("WORKFLOW_");
    for name in std::env::vars().map(|(name, _)| name).filter(is_ours) {
        command.env_remove(name);
    }
    command.stdin(Stdio::null());
    command
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn status(output: &Output) -> i32 {
    output.status.code().expect("it ends by itself")
}

#[test]
fn a_wrong_command_line_ends_with_2() {
    let table: [&[&str]; 4] = [
        &["preview"],
        &["replay", "--frobnicate"],
        &["preview", "test-connection", "--env", "NOVALUE"],
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
        assert!(!text(&output.stderr).contains('\x1b'), "{arguments:?}");
    }
}

#[test]
fn a_reader_that_has_gone_ends_it_quietly() {
    for arguments in [
        &["inspect"][..],
        &["manifest"],
        &["catalogue"],
        &["replay", "list-admins"],
    ] {
        assert_quiet_without_a_reader(&mut host_test(arguments));
    }
}

#[test]
fn replay_prints_a_line_a_case_and_the_failures_below() {
    let root = tempfile::tempdir().unwrap();
    let about = "Reads a contact.";
    let case = json!({ "about": about, "input": { "contact_id": "1" } });
    let entry = test_support::exchange(
        "GET",
        "/contacts/1",
        &json!({ "type": "contact", "id": "1" }),
    );
    test_support::write_case(root.path(), "get-contact-by-id/right", &case, &[entry]);
    test_support::write_case(root.path(), "get-contact-by-id/wrong", &case, &[]);
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
    assert_eq!((words[0], words[2]), ("passed", "ms"), "{line}");
    assert_eq!(words[3..], ["1", "get-contact-by-id/right"], "{line}");
    assert!(line.len() <= 80, "{line}");
    assert!(out.ends_with("1 passed, 0 failed\n"), "{out}");

    // A sandbox sees what its case names and nothing of this process.
    let mut command = host_test(&["replay", "--fixtures", folder, "right"]);
    let output = command.env("INTERCOM_REGION", "mars").output().unwrap();
    assert!(output.status.success(), "{}", text(&output.stdout));

    let (status, _, error) = replay(&["nothing-like-this"]);
    assert_eq!(status, 1, "{error}");
    assert!(error.contains("\"nothing-like-this\""), "{error}");
}

/// Runs the program with this on standard input.
fn with_input(mut command: Command, input: &[u8]) -> Output {
    command.stdin(Stdio::piped());
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(input).unwrap();
    child.wait_with_output().unwrap()
}

#[test]
fn a_byte_order_mark_before_an_input_is_ignored() {
    let input = "\u{feff}{\"contact_id\": \"7\"}";
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), input).unwrap();
    let at_file = format!("@{}", file.path().display());
    for given in [at_file.as_str(), "-", input] {
        let command = host_test(&["preview", "get-contact-by-id", "--input", given]);
        let output = with_input(command, input.as_bytes());
        assert_eq!(status(&output), 0, "{}", text(&output.stderr));
        let out = text(&output.stdout);
        assert!(out.starts_with("GET "), "{given}: {out}");
    }
    let command = host_test(&["preview", "get-contact-by-id", "--input", "-"]);
    let output = with_input(command, b"\xff\xfe{\0");
    assert_eq!(status(&output), 1);
    assert_eq!(
        text(&output.stderr),
        "--input: could not read standard input: it is not UTF-8; give JSON, @FILE or -\n"
    );
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
    let fits = |line: &&str| line.len() <= 80 && !line.contains('\x1b');
    // The path of the file is as long as it is.
    let too_long = out.lines().skip(1).find(|line| !fits(line));
    assert_eq!(too_long, None);
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
        json!({ "when": { "field": "message_type", "values": ["email"] } })
    );

    let schemas = print(&["manifest", "--schema"]);
    let create = &schemas["create-contact"];
    assert_eq!(create["input"]["title"], "Create Contact");
    assert_eq!(create["output"]["properties"]["id"]["title"], "Id");
    let schema = print(&["manifest", "--schema", "create-contact"]);
    assert_eq!(schema, *create);
    let schema = print(&["manifest", "--schema", "create-contact", "--for", "agent"]);
    assert_eq!(schema["input"]["properties"]["email"]["type"], "string");

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

/// What a command writes, and the status that it ends with.
fn outcome(arguments: &[&str]) -> (i32, String, String) {
    let output = host_test(arguments).output().unwrap();
    (status(&output), text(&output.stdout), text(&output.stderr))
}

#[test]
fn help_tells_a_stranger_examples_and_exit_status() {
    for command in [
        "replay",
        "preview",
        "inspect",
        "manifest",
        "catalogue",
        "describe",
        "actions",
        "conform",
        "build",
    ] {
        let output = host_test(&[command, "--help"]).output().unwrap();
        let help = text(&output.stdout);
        assert!(
            help.contains("Example") && help.contains("Exit status"),
            "{help}"
        );
    }
}

#[test]
fn a_misspelled_variable_is_refused() {
    let mut given = host_test(&["preview", "list-admins", "--env", "INTERCOM_REGON=eu"]);
    let mut set = host_test(&["preview", "list-admins"]);
    for (place, command) in [
        ("--env", &mut given),
        ("environment", set.env("INTERCOM_REGON", "eu")),
    ] {
        let output = command.output().unwrap();
        assert_eq!(status(&output), 1);
        assert_eq!(
            text(&output.stderr),
            format!(
                "{place}: INTERCOM_REGON is not a variable of this connector; give INTERCOM_REGION\n"
            )
        );
    }
    // Of others, nothing is known.
    let mut other = host_test(&["preview", "list-admins"]);
    let output = other
        .env("INTERCOM_ANYTHING", "x")
        .env("REGION", "y")
        .output();
    assert_eq!(status(&output.unwrap()), 0);
}

#[cfg(unix)]
#[test]
fn a_full_disk_ends_it_with_1() {
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full");
    if let Ok(full) = full {
        let output = host_test(&["manifest"]).stdout(full).output().unwrap();
        assert_eq!(status(&output), 1);
        let said = text(&output.stderr);
        assert!(
            said.starts_with("standard output: cannot be written: "),
            "{said}"
        );
    }
}
