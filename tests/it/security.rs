//! Every claim of SECURITY.md names tests that exist.
#![allow(clippy::unwrap_used)]

use std::path::Path;

const SECURITY: &str = include_str!("../../SECURITY.md");

/// The texts in back-quotes, in order.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

/// The rows of all tables, without their heads.
fn rows(text: &str) -> impl Iterator<Item = &str> {
    let is_row = |line: &str| line.starts_with('|');
    let lines = std::iter::once("").chain(text.lines());
    let pairs = lines.zip(text.lines());
    pairs
        .filter(move |(before, line)| is_row(before) && is_row(line) && !line.starts_with("|---"))
        .map(|(_, row)| row)
}

/// The tests that a row or a paragraph names, each with the file named last before
/// it.
fn witnesses(text: &str) -> Vec<(&str, &str)> {
    let of_a_test = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    let mut file = "no file";
    let mut found = Vec::new();
    for name in quoted(text) {
        if name.ends_with(".rs") {
            file = name;
        } else if name.contains('_') && name.chars().all(of_a_test) {
            found.push((file, name));
        }
    }
    found
}

/// Whether `source` has a test of this name: a function with a test attribute.
fn has_test(source: &str, name: &str) -> bool {
    let lines: Vec<&str> = source.lines().map(str::trim).collect();
    let is_function = |line: &&str| {
        let line = line.strip_prefix("async ").unwrap_or(line);
        let rest = line
            .strip_prefix("fn ")
            .and_then(|rest| rest.strip_prefix(name));
        rest.is_some_and(|rest| rest.starts_with('('))
    };
    let Some(at) = lines.iter().position(is_function) else {
        return false;
    };
    let above = lines.iter().take(at).rev();
    let mut attributes = above.take_while(|line| line.starts_with("#[") || line.starts_with("//"));
    attributes.any(|line| *line == "#[test]" || line.starts_with("#[tokio::test"))
}

#[test]
fn every_witness_is_a_test() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let paragraphs = SECURITY.split("\n\n").filter(|text| !text.starts_with('|'));
    let mut count = 0;
    for (file, name) in rows(SECURITY).chain(paragraphs).flat_map(witnesses) {
        let source = std::fs::read_to_string(root.join(file)).unwrap_or_default();
        assert!(has_test(&source, name), "{file} has no test {name}");
        count += 1;
    }
    assert!(count > 20, "{count}");
}

#[test]
fn every_claim_has_a_witness() {
    let mut count = 0;
    for row in rows(SECURITY) {
        assert!(!witnesses(row).is_empty(), "nothing holds this: {row}");
        count += 1;
    }
    assert!(count > 20, "{count}");
}

#[test]
fn what_is_a_test_and_what_is_not() {
    let source = "
        #[test]
        fn plain() {}
        /// With a word on it.
        #[tokio::test(flavor = \"multi_thread\")]
        // And a remark.
        #[cfg(unix)]
        async fn by_http_2() {}
        fn helper(test: bool) {}
        #[test]
        fn longer_name() {}

        fn after_a_test() {}
        // fn remark() is none
    ";
    for name in ["plain", "by_http_2", "longer_name"] {
        assert!(has_test(source, name), "{name}");
    }
    for name in ["helper", "longer", "after_a_test", "remark", "missing"] {
        assert!(!has_test(source, name), "{name}");
    }
    let text = "| They cannot | held by |\n|---|---|\n| x | `a/b.rs`: `by_http_2`, `plain_one` |\n";
    let expected = [("a/b.rs", "by_http_2"), ("a/b.rs", "plain_one")];
    let found: Vec<_> = rows(text).flat_map(witnesses).collect();
    assert_eq!(found, expected);
    assert_eq!(
        rows("| a |\n|---|\n| b |\n\n| c |\n|---|\n| d |").count(),
        2
    );
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
