//! Every test that SECURITY.md calls to witness exists.
#![allow(clippy::unwrap_used)]

use std::path::Path;

const SECURITY: &str = include_str!("../SECURITY.md");

/// The texts between backquotes, in order.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

#[test]
fn every_witness_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut witnesses = 0;
    // A file's name stands before the tests in it, in one row or sentence.
    let mut file: Option<(&str, String)> = None;
    for name in SECURITY.lines().flat_map(quoted) {
        if name.ends_with(".rs") {
            let text = std::fs::read_to_string(root.join(name));
            file = Some((name, text.unwrap_or_default()));
        } else if name.contains('_') && name.chars().all(|c| c.is_ascii_lowercase() || c == '_') {
            let (path, text) = file.as_ref().unwrap();
            assert!(
                text.contains(&format!("fn {name}(")),
                "{path} has no {name}"
            );
            witnesses += 1;
        }
    }
    assert!(witnesses > 20, "{witnesses}");
}

#[test]
fn every_file_and_case_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for name in SECURITY.lines().flat_map(quoted) {
        if name.ends_with(".rs") || name.ends_with(".toml") {
            assert!(root.join(name).exists(), "{name}");
        }
    }
    // `(cases `one`, `two`)`
    let lists = SECURITY.split("(cases ").skip(1);
    let lists = lists.map(|rest| rest.split(')').next().unwrap());
    for case in lists.flat_map(quoted) {
        let mut actions = std::fs::read_dir(root.join("fixtures")).unwrap();
        let known = actions.any(|action| action.unwrap().path().join(case).is_dir());
        assert!(known, "no case {case}");
    }
}
