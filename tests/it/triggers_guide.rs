//! `docs/triggers.md`: its first table has every trigger with its topics and permissions,
//! and the one of polling the triggers that are polled.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use intercom_connector::internals::{manifest, plugin};
use std::collections::BTreeSet;

const GUIDE: &str = include_str!("../../docs/triggers.md");

/// The page until polling, and from there.
fn halves() -> (&'static str, &'static str) {
    GUIDE.split_once("\n## Polling\n").unwrap()
}

/// The texts in back-quotes, in order.
fn quoted(text: &str) -> Vec<String> {
    text.split('`')
        .skip(1)
        .step_by(2)
        .map(str::to_owned)
        .collect()
}

#[test]
fn the_table_has_every_trigger() {
    let (webhooks, _) = halves();
    let rows = webhooks.lines().filter(|line| line.starts_with("| `"));
    let rows: Vec<(String, Vec<String>, String)> = rows
        .map(|row| {
            let cells: Vec<&str> = row.split('|').map(str::trim).collect();
            (
                quoted(cells[1])[0].clone(),
                quoted(cells[2]),
                cells[3].to_owned(),
            )
        })
        .collect();
    let (typed, other) = rows.split_at(rows.len() - 1);
    let mut triggers = manifest(&[]).triggers;
    let last = triggers.pop().unwrap();
    assert_eq!(other[0].0, last.id);
    let counted = format!("the {} other topics", last.topics.len());
    assert!(GUIDE.contains(&counted), "{counted}");
    let expected = triggers.into_iter();
    let expected = expected.map(|it| (it.id, it.topics, it.permissions.join(", ")));
    assert_eq!(typed, expected.collect::<Vec<_>>());
}

#[test]
fn the_polled_triggers_are_listed() {
    let (_, polling) = halves();
    let (polling, _) = polling.split_once("\n## ").unwrap();
    let rows = polling.lines().filter(|line| line.starts_with("| `"));
    let listed: BTreeSet<String> = rows
        .flat_map(|row| quoted(row.split('|').nth(1).unwrap()))
        .collect();
    let triggers = manifest(&[]).triggers.into_iter();
    let polled = triggers.filter(|it| it.sources.contains(plugin::TriggerSources::POLL));
    let polled: BTreeSet<String> = polled.map(|it| it.id).collect();
    assert_eq!(listed, polled);
}
