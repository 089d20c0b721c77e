//! The files of a case: what is read, what is refused, what is selected.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::fs;

use connector_cases::{Case, examples};
use connector_host::Manifest;
use connector_host::manifest::{Action, Effect};
use serde_json::{Value, json};
use test_support::write_case;

#[test]
fn files_of_the_wrong_shape_are_refused() {
    let fine = json!({ "about": "x", "input": {}, "expect": { "ok": 1 } });
    let with = |key: &str, value: Value| {
        let mut case = fine.clone();
        case[key] = value;
        case
    };
    let table = [
        (with("expects", json!({})), "unknown field `expects`"),
        (with("expect", json!({ "ok": 1, "error": 2 })), "expect"),
        (
            with("expect", json!({ "fine": 1 })),
            "unknown variant `fine`",
        ),
        (
            with(
                "expect",
                json!({ "error": { "kind": "permanent", "reason": "x", "message": "y", "state": 1 } }),
            ),
            "unknown field `state`",
        ),
        (
            with(
                "expect",
                json!({ "error": { "kind": "maybe", "reason": "x", "message": "y" } }),
            ),
            "unknown variant `maybe`",
        ),
        (json!({ "input": {} }), "missing field `about`"),
    ];
    for (case, complaint) in table {
        let root = tempfile::tempdir().unwrap();
        write_case(root.path(), "a/b", &case, &[]);
        let error = Case::read(&root.path().join("a/b"))
            .unwrap_err()
            .to_string();
        assert!(error.contains(complaint), "{error}");
        assert!(error.contains("case.json"), "{error}");
    }
}

#[test]
fn a_byte_order_mark_before_a_file_is_ignored() {
    let root = tempfile::tempdir().unwrap();
    let case = json!({ "about": "x", "input": {}, "expect": { "ok": 1 } });
    let entry = test_support::exchange("GET", "/me", &json!({}));
    write_case(root.path(), "a/b", &case, &[entry]);
    let folder = root.path().join("a/b");
    for name in ["case.json", "exchange.har"] {
        let text = fs::read_to_string(folder.join(name)).unwrap();
        fs::write(folder.join(name), format!("\u{feff}{text}")).unwrap();
    }
    let case = Case::read(&folder).unwrap();
    assert_eq!((case.about.as_str(), case.exchanges.len()), ("x", 1));
}

/// A connector with the action `read`.
fn one_action() -> Manifest {
    Manifest {
        name: "x".to_owned(),
        actions: vec![Action {
            id: "read".to_owned(),
            effect: Effect::Read,
            ..Action::default()
        }],
        ..Manifest::default()
    }
}

#[test]
fn an_action_has_exactly_one_example() {
    let root = tempfile::tempdir().unwrap();
    let found = || examples(root.path(), &one_action()).map_err(|error| error.to_string());
    for (name, example, found_now) in [
        ("read/a", false, Err("read: 0 cases are its example")),
        ("read/b", true, Ok("read/b")),
        ("read/c", true, Err("read: 2 cases are its example")),
    ] {
        let case = json!({ "about": "x", "example": example, "input": {} });
        write_case(root.path(), name, &case, &[]);
        match (found(), found_now) {
            (Ok(cases), Ok(expected)) => assert_eq!(cases[0].name.to_string(), expected),
            (Err(error), Err(expected)) => assert!(error.starts_with(expected), "{error}"),
            (found, expected) => panic!("{name}: {found:?}, expected {expected:?}"),
        }
    }
}

#[test]
fn archives_of_the_wrong_shape_are_refused() {
    let request = json!({ "method": "GET", "url": "https://api.intercom.io/me" });
    let answer = |response: Value| json!({ "request": request, "response": response });
    let table = [
        (
            json!({ "request": { "method": "GET", "url": "/me" }, "response": { "status": 200 } }),
            "is not an absolute URL",
        ),
        (answer(json!({ "status": 99 })), "status 99"),
        (answer(json!({ "status": 700 })), "status 700"),
        (
            answer(json!({ "_fault": "earthquake" })),
            "unknown variant `earthquake`",
        ),
        (
            answer(json!({ "status": 200, "content": { "text": "?", "encoding": "base64" } })),
            "not base64",
        ),
        (
            answer(json!({ "status": 200, "content": { "encoding": "rot13" } })),
            "\"rot13\" is not known",
        ),
        (
            answer(json!({ "status": 200, "headers": [{ "name": "a b", "value": "" }] })),
            "\"a b\" is not a valid",
        ),
    ];
    for (entry, complaint) in table {
        let root = tempfile::tempdir().unwrap();
        let case = json!({ "about": "x", "input": {} });
        write_case(root.path(), "a/b", &case, &[entry]);
        let error = Case::read(&root.path().join("a/b"))
            .unwrap_err()
            .to_string();
        assert!(error.contains(complaint), "{error}");
    }
}

#[test]
fn only_version_1_2_of_the_archive_format_is_read() {
    let root = tempfile::tempdir().unwrap();
    write_case(
        root.path(),
        "a/b",
        &json!({ "about": "x", "input": {} }),
        &[],
    );
    let har = json!({ "log": { "version": "1.1", "entries": [] } }).to_string();
    fs::write(root.path().join("a/b/exchange.har"), har).unwrap();
    let error = Case::read(&root.path().join("a/b"))
        .unwrap_err()
        .to_string();
    assert!(error.contains("log.version is \"1.1\""), "{error}");
}

#[test]
fn patterns_select_by_part_or_whole() {
    let root = tempfile::tempdir().unwrap();
    for name in ["get/one", "get/two", "put/one"] {
        write_case(
            root.path(),
            name,
            &json!({ "about": "x", "input": {} }),
            &[],
        );
    }
    let table: [(Option<&str>, &[&str]); 6] = [
        (None, &["get/one", "get/two", "put/one"]),
        (Some("one"), &["get/one", "put/one"]),
        (Some("get/t"), &["get/two"]),
        (Some("get/*"), &["get/one", "get/two"]),
        (Some("*/?wo"), &["get/two"]),
        (Some("three"), &[]),
    ];
    for (pattern, expected) in table {
        let cases = connector_cases::select(root.path(), pattern).unwrap();
        let names: Vec<String> = cases.iter().map(|case| case.name.to_string()).collect();
        assert_eq!(names, expected, "{pattern:?}");
    }
}

#[test]
fn the_environment_of_a_case() {
    let root = tempfile::tempdir().unwrap();
    let table = [
        (
            json!({}),
            vec![
                ("INTERCOM_ACCESS_TOKEN", "fixture-token"),
                ("INTERCOM_MAX_RETRIES", "0"),
            ],
        ),
        (
            json!({ "INTERCOM_ACCESS_TOKEN": null, "INTERCOM_MAX_RETRIES": null }),
            vec![],
        ),
        (
            json!({ "INTERCOM_ACCESS_TOKEN": "t", "WORKFLOW_CONTEXT": { "a": [1] }, "INTERCOM_MAX_RETRIES": 2 }),
            vec![
                ("INTERCOM_ACCESS_TOKEN", "t"),
                ("INTERCOM_MAX_RETRIES", "2"),
                ("WORKFLOW_CONTEXT", "{\"a\":[1]}"),
            ],
        ),
    ];
    for (environment, expected) in table {
        let case = json!({ "about": "x", "input": {}, "environment": environment });
        write_case(root.path(), "a/b", &case, &[]);
        let case = Case::read(&root.path().join("a/b")).unwrap();
        let pairs: Vec<_> = case
            .environment
            .iter()
            .map(|(k, v)| (k.as_str(), v.as_str()))
            .collect();
        assert_eq!(pairs, expected);
    }
}
