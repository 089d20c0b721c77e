//! The policies that are printed in the documentation are ones.
#![allow(clippy::unwrap_used, clippy::panic)]

use connector_egress::Grants;
use host_test::build::workspace;

/// The TOML blocks of a text in Markdown.
fn blocks(text: &str) -> Vec<String> {
    let opened = text.split("```toml\n").skip(1);
    opened
        .map(|rest| rest.split("```").next().unwrap_or_default().to_owned())
        .collect()
}

#[test]
fn every_printed_policy_grants_something() {
    for file in ["docs/security.md", "crates/connector-egress/src/grants.rs"] {
        let text = std::fs::read_to_string(workspace().join(file)).unwrap();
        // Where it is a module's documentation, its text begins each line.
        let lines = text.lines().map(|line| {
            let line = line.strip_prefix("//!").unwrap_or(line);
            line.strip_prefix(' ').unwrap_or(line)
        });
        let blocks = blocks(&lines.collect::<Vec<_>>().join("\n"));
        assert!(!blocks.is_empty(), "{file}");
        for block in blocks {
            let grants = block.parse::<Grants>();
            let grants = grants.unwrap_or_else(|error| panic!("{file}: {error}\n{block}"));
            assert!(!grants.0.is_empty(), "{file}: {block}");
        }
    }
}
