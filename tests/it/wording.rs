//! How errors are worded: a message says what is wrong, a hint what to do about it.
//! Both are clauses, so that they read in a form, in a log line and after each other.

#![allow(clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
use serde_json::Value;
use std::path::{Path, PathBuf};

/// What a clause may begin with in upper case.
const NAMES: [&str; 5] = ["Intercom", "INTERCOM_", "WORKFLOW_", "NULL", "U+"];

/// Asserts the wording of an error, with or without the action and the field before it.
/// There is always something to do.
pub fn assert_wording(message: &str, hint: Option<&str>) {
    let hint = hint.unwrap_or_else(|| panic!("no hint: {message}"));
    for text in [message, hint] {
        let ended = text.ends_with(['.', ';', ' ', '\n']);
        assert!(!text.is_empty() && !ended, "{text:?}");
        for line in text.lines() {
            let begins_with_name = NAMES.iter().any(|name| line.starts_with(name));
            let upper = line.starts_with(char::is_uppercase);
            assert!(!upper || begins_with_name, "{line:?}");
        }
    }
    assert!(!hint.ends_with('?'), "a question is no hint: {hint}");
}

/// All `case.json` files.
fn cases() -> Vec<(PathBuf, Value)> {
    let folders = |path: &Path| -> Vec<PathBuf> {
        let entries = std::fs::read_dir(path).expect("a folder");
        let paths = entries.map(|entry| entry.expect("an entry").path());
        paths.filter(|path| path.is_dir()).collect()
    };
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let actions = folders(&fixtures);
    let paths = actions.iter().flat_map(|action| folders(action));
    let read = |path: PathBuf| {
        let text = std::fs::read_to_string(path.join("case.json")).expect("a case");
        (path, serde_json::from_str(&text).expect("JSON"))
    };
    paths.map(read).collect()
}

#[test]
fn the_errors_of_all_cases_have_a_message_and_a_hint() {
    let mut seen = 0;
    for (path, case) in cases() {
        let Some(error) = case["expect"].get("error") else {
            continue;
        };
        let folder = path.parent().and_then(Path::file_name);
        let action = folder.and_then(|name| name.to_str()).expect("an action");
        let message = error["message"].as_str().expect("a message");
        let start = format!("{action}: ");
        // An action that is not found has no name of its own, nor has a delivery.
        let nobodys = message.strip_prefix("plugin: ");
        let nobodys = nobodys.or(message.strip_prefix("receive: "));
        let what = message.strip_prefix(&start).or(nobodys);
        let what = what.unwrap_or_else(|| panic!("{}: {message}", path.display()));
        assert_wording(what, error["hint"].as_str());
        for problem in error["problems"].as_array().into_iter().flatten() {
            let message = problem["message"].as_str().expect("a message");
            assert_wording(message, problem["hint"].as_str());
            assert!(what.contains(message), "{message}");
        }
        seen += 1;
    }
    assert!(seen > 150, "only {seen} errors");
}

#[test]
fn what_is_worded_otherwise_is_noticed() {
    for (message, hint) in [
        ("role: is required.", Some("give user or lead")),
        ("Role is required", Some("give user or lead")),
        ("role: is required", Some("Give user or lead")),
        ("role: is required", Some("give user or lead.")),
        ("role: is required", Some("did you mean user?")),
        ("role: is required", Some("")),
        ("", Some("give user or lead")),
        ("role: is required", None),
    ] {
        let wrong = std::panic::catch_unwind(|| assert_wording(message, hint));
        assert!(wrong.is_err(), "{message:?} {hint:?}");
    }
    assert_wording("role: is required", Some("give user or lead"));
    assert_wording("Intercom failed (503)", Some("try again later"));
}
