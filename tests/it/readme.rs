//! The tables of the README are complete, and its program is one that compiles.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

use intercom_connector::internals::plugin::{Effect, TriggerSources};
use intercom_connector::internals::{VARIABLES, manifest};

const README: &str = include_str!("../../README.md");
const EMBEDDING: &str = include_str!("../../crates/connector-host/examples/embed.rs");

#[test]
fn it_is_read_in_a_minute() {
    assert!(README.lines().count() <= 170);
}

#[test]
fn the_embedding_is_the_example() {
    let (_, shown) = README.split_once("```rust\n").unwrap();
    let shown = shown.split("\n```").next().unwrap();
    assert!(EMBEDDING.contains(shown), "{shown}");
}

/// The column of an effect, counted from the group's.
fn column(effect: Effect) -> usize {
    match effect {
        Effect::Read => 1,
        Effect::WriteIdempotent => 2,
        Effect::WriteOnce => 3,
    }
}

/// The column of triggers.
const TRIGGERS: usize = 4;

#[test]
fn every_action_and_trigger_is_in_the_table() {
    let section = README
        .split("\n## ")
        .find(|it| it.starts_with("Actions and triggers\n"));
    let rows = section
        .unwrap()
        .lines()
        .filter(|line| line.starts_with("| "));
    let mut shown = Vec::new();
    for row in rows {
        for (at, cell) in row.trim_matches('|').split('|').enumerate() {
            let ids = cell.split('`').skip(1).step_by(2);
            shown.extend(ids.map(|id| (id.to_owned(), at)));
        }
    }
    let manifest = manifest(&[]);
    let actions = manifest.actions.into_iter();
    let mut known: Vec<_> = actions.map(|it| (it.id, column(it.effect))).collect();
    known.extend(manifest.triggers.into_iter().map(|it| (it.id, TRIGGERS)));
    shown.sort();
    known.sort();
    assert_eq!(shown, known);
}

#[test]
fn the_numbers_of_triggers_are_true() {
    let triggers = manifest(&[]).triggers;
    let topics: usize = triggers.iter().map(|it| it.topics.len()).sum();
    let sources = triggers.iter().map(|it| it.sources);
    let polled = sources
        .filter(|it| it.contains(TriggerSources::POLL))
        .count();
    for text in [
        format!("[{} triggers]", triggers.len()),
        format!("all {topics} webhook topics"),
        format!("{polled} triggers can be polled"),
    ] {
        assert!(README.contains(&text), "{text}");
    }
}

#[test]
fn every_variable_is_in_the_table_with_its_default() {
    let token = manifest(&[]).auth.unwrap().token;
    for variable in VARIABLES {
        let start = format!("| `{}` |", variable.name);
        let row = README.lines().find(|line| line.starts_with(&start));
        let row = row.unwrap_or_else(|| panic!("no row {start}"));
        let last = row.trim_end_matches('|').rsplit('|').next().unwrap().trim();
        let expected = match variable.default {
            Some(default) => format!("`{default}`"),
            None if variable.name == token => "required".to_owned(),
            None => String::new(),
        };
        assert_eq!(last, expected, "{}", variable.name);
    }
}
