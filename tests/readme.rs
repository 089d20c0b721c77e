//! The README shows code that compiles, and the variables that are read.
#![allow(clippy::unwrap_used, clippy::panic)]

use intercom_connector::internals::VARIABLES;

const README: &str = include_str!("../README.md");
const EMBEDDING: &str = include_str!("../host-test/examples/embed.rs");

#[test]
fn the_embedding_is_the_example() {
    let (_, after) = README.split_once("```rust\n").unwrap();
    let (shown, _) = after.split_once("```").unwrap();
    assert!(EMBEDDING.contains(shown), "{shown}");
}

#[test]
fn every_variable_is_in_the_table_with_its_default() {
    for variable in VARIABLES {
        let start = format!("| `{}` |", variable.name);
        let row = README.lines().find(|line| line.starts_with(&start));
        let row = row.unwrap_or_else(|| panic!("no row {start}"));
        let last = row.trim_end_matches('|').rsplit('|').next().unwrap().trim();
        let expected = match variable.default {
            Some(default) => format!("`{default}`"),
            None if variable.required => "required".to_owned(),
            None => String::new(),
        };
        assert_eq!(last, expected, "{}", variable.name);
    }
}
