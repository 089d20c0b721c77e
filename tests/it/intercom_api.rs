//! `docs/intercom-api.md`: code cites sections that it has, and it names cases
//! and tests that exist.
#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::{Path, PathBuf};

const PAGE: &str = include_str!("../../docs/intercom-api.md");

/// What a citation begins with; in two pieces, so that this line is none.
const CITED: &str = concat!("`docs/intercom-api", ".md`, ");

/// Folders without source files of this repository.
const SKIPPED: [&str; 3] = ["target", ".git", "node_modules"];

/// The titles of the sections, without their numbers.
fn titles() -> impl Iterator<Item = &'static str> {
    let headings = PAGE.lines().filter_map(|line| line.strip_prefix("## "));
    headings.map(|heading| heading.split_once(". ").unwrap().1)
}

/// The Rust files of the repository, with their text.
fn sources() -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut folders = vec![PathBuf::from(env!("CARGO_MANIFEST_DIR"))];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy();
            if path.is_dir() && !SKIPPED.contains(&&*name) {
                folders.push(path);
            } else if name.ends_with(".rs") {
                let text = fs::read_to_string(&path).unwrap();
                found.push((path, text));
            }
        }
    }
    found
}

/// What follows each citation, on one line: comments break citations.
fn citations(source: &str) -> Vec<String> {
    let lines = source.lines().map(str::trim);
    let text = lines.map(|line| line.trim_start_matches(['/', '!']).trim());
    let text = text.collect::<Vec<_>>().join(" ");
    text.split(CITED).skip(1).map(str::to_owned).collect()
}

fn is_a_section(cited: &str) -> bool {
    titles().any(|title| {
        let rest = cited.strip_prefix(title);
        rest.is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() || c == ' '))
    })
}

#[test]
fn every_citation_names_a_section() {
    let mut count = 0;
    for (path, source) in sources() {
        for cited in citations(&source) {
            let start: String = cited.chars().take(40).collect();
            assert!(is_a_section(&cited), "{}: {start}", path.display());
            count += 1;
        }
    }
    assert!(count > 40, "{count}");
}

#[test]
fn a_citation_may_span_lines_and_must_be_whole() {
    let source = format!("    /// Text ({CITED}Conflicts\n    /// and merges).\n");
    assert_eq!(citations(&source), ["Conflicts and merges)."]);
    for (cited, expected) in [
        ("Search)", true),
        ("Search, and", true),
        ("Searching)", false),
        ("Conflicts)", false),
        ("Conflicts and merges.", true),
    ] {
        assert_eq!(is_a_section(cited), expected, "{cited}");
    }
}

#[test]
fn every_case_and_test_it_names_exists() {
    let (_, held) = PAGE.split_once("Tests of these facts").unwrap();
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let sources = sources();
    let (mut cases, mut tests) = (0, 0);
    for name in held.split('`').skip(1).step_by(2) {
        if name.contains('/') {
            assert!(fixtures.join(name).is_dir(), "no case {name}");
            cases += 1;
        } else if name.chars().all(|c| c.is_ascii_lowercase() || c == '_') {
            let function = format!("fn {name}(");
            let is_there = sources.iter().any(|(_, text)| text.contains(&function));
            assert!(is_there, "no test {name}");
            tests += 1;
        }
    }
    assert!(cases > 40 && tests > 15, "{cases} {tests}");
}
