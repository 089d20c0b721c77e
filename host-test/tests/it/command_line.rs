//! The commands as a person meets them: output, errors in words, exit status.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::io::Write;
use std::process::{Command, Output, Stdio};

use serde_json::json;
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
fn catalogue_lists_actions_below_their_groups() {
    let (status, out, error) = outcome(&["catalogue"]);
    assert_eq!((status, error.as_str()), (0, ""));
    assert!(out.starts_with("Contacts\n  create-contact "), "{out}");
    assert!(out.contains("\n\nTags\n  tag "), "{out}");
    let too_long = out.lines().find(|line| line.chars().count() > 80);
    assert_eq!(too_long, None);

    let (_, out, _) = outcome(&["catalogue", "TAG", "snippet"]);
    let ids: Vec<&str> = out
        .lines()
        .filter_map(|line| line.strip_prefix("  "))
        .collect();
    assert!(
        ids[0].starts_with("tag-content-snippet    Adds a tag"),
        "{out}"
    );
    assert!(ids[1].starts_with("untag-content-snippet  "), "{out}");

    let (_, out, _) = outcome(&["catalogue", "--group", "tags", "--effect", "read", "--json"]);
    let found: serde_json::Value = serde_json::from_str(&out).unwrap();
    let ids: Vec<_> = found
        .as_array()
        .unwrap()
        .iter()
        .map(|it| &it["id"])
        .collect();
    assert_eq!(ids, ["list-tags", "get-tag"]);
    assert_eq!(found[0]["effect"], "read");
}

#[test]
fn catalogue_says_why_it_found_nothing() {
    let (status, out, error) = outcome(&["catalogue", "teleport"]);
    assert_eq!((status, out.as_str()), (1, ""));
    assert!(
        error.ends_with("is selected; give fewer or shorter words\n"),
        "{error}"
    );
    let (status, out, error) = outcome(&["catalogue", "--group", "Tag", "--json"]);
    assert_eq!((status, out.as_str()), (1, "[]\n"));
    let start = "--group: \"Tag\" is not a group of this component; give one of Contacts, ";
    assert!(error.starts_with(start), "{error}");
}

#[test]
fn describe_prints_what_an_action_takes() {
    let (status, out, error) = outcome(&["describe", "tag-article", "send-message"]);
    assert_eq!((status, error.as_str()), (0, ""));
    for part in [
        "tag-article: Tag Article (Articles)\n",
        "  effect       write-idempotent: a retry leaves the same result\n",
        "  variables    INTERCOM_ACCESS_TOKEN\n",
        "  article_id  text (id), required\n",
        "    choices: list-choices {\"kind\":\"tags\"} (value value, label label)\n",
        "\nsend-message: Send Message (Messages)\n",
        "  subject  text, required when message_type is email\n",
    ] {
        assert!(out.contains(part), "{part} is not in:\n{out}");
    }

    let (_, out, _) = outcome(&["describe", "send-message", "tag-article", "--json"]);
    let actions: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(actions[0]["id"], "send-message");
    assert_eq!(actions[1]["inputs"][0]["name"], "article_id");
}

#[test]
fn describe_suggests_the_id_that_was_meant() {
    let (status, out, error) = outcome(&["describe", "tag-artcile", "list-tags", "fly"]);
    assert_eq!((status, out.as_str()), (1, ""));
    assert_eq!(
        error,
        "describe: \"tag-artcile\" is not an action of this component; give tag-article\n\
         describe: \"fly\" is not an action of this component; `host-test catalogue` lists the actions\n"
    );
}

/// A file with one action that tags a contact; a byte order mark before it is ignored.
fn vip_actions() -> tempfile::NamedTempFile {
    let document = json!({ "openapi": "3.1.0", "paths": { "/contacts/{contact_id}/tags": { "post": {
        "operationId": "tag-as-vip",
        "description": "Adds the VIP tag to a contact.",
        "parameters": [
            { "name": "contact_id", "in": "path", "required": true, "schema": { "type": "string" } }
        ],
        "requestBody": { "required": true, "content": { "application/json": { "schema": {
            "type": "object",
            "properties": { "id": { "const": "{{settings.vip_tag}}" } },
        } } } },
    } } } });
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), format!("\u{feff}{document}")).unwrap();
    file
}

#[test]
fn actions_of_a_file_stand_beside_the_built_in_ones() {
    let file = vip_actions();
    let path = file.path().to_str().unwrap();
    let context = r#"WORKFLOW_CONTEXT={"settings": {"vip_tag": "812345"}}"#;
    let table: [(&[&str], &str); 4] = [
        (
            &["catalogue", "vip"],
            "  tag-as-vip  Adds the VIP tag to a contact.\n",
        ),
        (
            &["describe", "tag-as-vip"],
            "  contact_id  text (id), required\n",
        ),
        (&["manifest", "--schema", "tag-as-vip"], "\"contact_id\""),
        (
            &[
                "preview",
                "tag-as-vip",
                "--input",
                r#"{"contact_id": "7"}"#,
                "--env",
                context,
            ],
            "\n\n{\"id\":\"812345\"}\n",
        ),
    ];
    for (arguments, part) in table {
        let (status, out, error) = outcome(&[arguments, &["--actions", path]].concat());
        assert_eq!((status, error.as_str()), (0, ""), "{arguments:?}");
        assert!(out.contains(part), "{part} is not in:\n{out}");
        // Without the file there is no such action.
        assert_eq!(outcome(arguments).0, 1, "{arguments:?}");
    }
    let both = [
        "catalogue",
        "--actions",
        path,
        "--env",
        "WORKFLOW_ACTIONS={}",
    ];
    let error = "--actions: --env also sets WORKFLOW_ACTIONS; give one of them\n";
    assert_eq!(outcome(&both), (1, String::new(), error.to_owned()));
}

#[test]
fn actions_check_lists_the_actions_or_all_problems() {
    let file = vip_actions();
    let path = file.path().to_str().unwrap();
    let list = "Custom\n  tag-as-vip  Adds the VIP tag to a contact.\n";
    let checked = outcome(&["actions", "check", path]);
    assert_eq!(checked, (0, list.to_owned(), String::new()));

    let wrong = json!({ "openapi": "3.1.0", "paths": { "/tags": {
        "get": { "operationId": "list-tags" },
        "post": { "operationId": "make-tag", "callback": {} },
    } } });
    std::fs::write(file.path(), wrong.to_string()).unwrap();
    let (status, out, error) = outcome(&["actions", "check", path]);
    assert_eq!((status, out.as_str()), (1, ""));
    let places: Vec<_> = error
        .lines()
        .map(|line| line.split(": ").nth(1).unwrap())
        .collect();
    assert_eq!(
        places,
        [
            "/paths/~1tags/get/operationId",
            "/paths/~1tags/post/callback"
        ],
        "{error}"
    );
    assert!(
        error
            .lines()
            .all(|line| line.starts_with(path) && line.contains("; ")),
        "{error}"
    );

    // Elsewhere problems are reported, and stop nothing.
    let (status, out, error) = outcome(&["catalogue", "tags", "--actions", path]);
    assert_eq!(status, 0, "{error}");
    assert!(out.contains("list-tags"), "{out}");
    assert!(
        error.starts_with("WORKFLOW_ACTIONS: /paths/~1tags/get/operationId: "),
        "{error}"
    );

    std::fs::remove_file(file.path()).unwrap();
    let (status, _, error) = outcome(&["actions", "check", path]);
    assert_eq!(status, 1);
    let start = format!("actions check: could not read {path}: ");
    assert!(error.starts_with(&start), "{error}");
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
