//! Any text as a filter formula: it compiles within Intercom's limits or is
//! refused with a message, and never panics.
#![no_main]

use intercom_connector::api::Version;
use intercom_connector::input::{Context, FromInput, Given, Resolve};
use intercom_connector::search::Filter;
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

const CONTEXT: &str = r#"{"settings": {"admin": "814860", "plans": ["pro", "team"], "n": 5}}"#;

fuzz_target!(|text: &str| {
    let Ok(context) = Context::parse(CONTEXT) else { return };
    for version in ["2.15", "2.16", "2.17"] {
        let Ok(version) = Version::parse(version) else { return };
        let Ok(Given::Value(filter)) = Filter::read(Resolve::new(&context), text.into()) else {
            return;
        };
        if let Ok(compiled) = filter.compile(version) {
            assert_within_limits(&compiled.query, 0);
        }
    }
});

/// Two levels of groups, fifteen filters each (API facts 2.4).
fn assert_within_limits(query: &Value, depth: usize) {
    if let Some(group) = query.get("value").filter(|_| query.get("field").is_none()) {
        let group = group.as_array().map(Vec::as_slice).unwrap_or_default();
        assert!(depth < 2, "{query}");
        assert!((1..=15).contains(&group.len()), "{query}");
        group.iter().for_each(|inner| assert_within_limits(inner, depth + 1));
    }
}
