//! What the component can reach: the import list is its capability list.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::BTreeSet;

use host_test::inspect::{Inspection, inspect};

/// All that the connector needs: outgoing HTTP with its streams, time for waits
/// and timeouts, and the environment for its configuration.
const ALLOWED: [&str; 7] = [
    "wasi:cli/environment",
    "wasi:clocks/monotonic-clock",
    "wasi:http/outgoing-handler",
    "wasi:http/types",
    "wasi:io/error",
    "wasi:io/poll",
    "wasi:io/streams",
];

const EXPORTED: [&str; 14] = [
    "intercom:connector/choices@0.2.0",
    "intercom:connector/companies@0.2.0",
    "intercom:connector/connection@0.2.0",
    "intercom:connector/contacts@0.2.0",
    "intercom:connector/conversations@0.2.0",
    "intercom:connector/custom@0.2.0",
    "intercom:connector/events@0.2.0",
    "intercom:connector/messages@0.2.0",
    "intercom:connector/notes@0.2.0",
    "intercom:connector/tags@0.2.0",
    "intercom:connector/tickets@0.2.0",
    "workflow:plugin/plugin@0.2.0",
    "workflow:plugin/triggers@0.2.0",
    "workflow:plugin/types@0.2.0",
];

fn inspection() -> Inspection {
    let component = std::fs::read(&test_support::artifact().component).unwrap();
    inspect(&component).unwrap()
}

/// An interface's name without its version, which moves with the WASI release.
fn unversioned(name: &str) -> &str {
    name.split('@').next().unwrap_or(name)
}

#[test]
fn imports_nothing_beyond_the_list() {
    let inspection = inspection();
    let imports: BTreeSet<&str> = inspection
        .imports
        .iter()
        .map(|name| unversioned(name))
        .collect();
    let extra: Vec<_> = imports
        .difference(&BTreeSet::from(ALLOWED))
        .copied()
        .collect();
    assert!(extra.is_empty(), "the component also imports {extra:?}");
    assert!(
        imports.contains("wasi:http/outgoing-handler"),
        "{imports:?}"
    );
}

#[test]
fn exports_exactly_the_world() {
    let inspection = inspection();
    let exports: BTreeSet<&str> = inspection.exports.iter().map(String::as_str).collect();
    assert_eq!(exports, BTreeSet::from(EXPORTED));
}

#[test]
fn actions_are_read_from_the_component() {
    let actions = inspection().actions;
    let action = |name: &str| {
        actions
            .iter()
            .find(|action| action.name == name)
            .expect(name)
    };
    let input = |name: &str, input: &str| {
        let input = action(name).inputs.iter().find(|found| found.name == input);
        input.map(|input| (input.kind.clone(), input.optional))
    };
    let table = [
        ("create-contact", "role", "text", false),
        ("create-contact", "unsubscribe-from-email", "flag", true),
        ("update-contact", "clear", "clearable-fields", false),
        ("send-message", "cc", "list<recipient>", false),
        ("search-contacts", "pagination-parameters", "text", true),
        ("custom-action", "body", "json", true),
    ];
    for (name, field, kind, optional) in table {
        assert_eq!(
            input(name, field),
            Some((kind.to_owned(), optional)),
            "{name}.{field}"
        );
    }
    assert!(action("test-connection").inputs.is_empty());
    let interfaces = actions.iter().map(|action| action.interface.as_str());
    let ours = interfaces.filter(|name| name.starts_with("intercom:connector/"));
    assert_eq!(ours.count(), actions.len(), "{actions:?}");
}
