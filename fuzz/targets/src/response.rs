//! A response's JSON: what the connector's own reader finds in it is what
//! `serde_json` finds, value by value, and it refuses what that refuses.

use intercom_connector::internals::{MAX_DEPTH, Node, Structure};
use serde_json::Value;

/// The limit of values. Large enough for all that a mutator makes.
const MOST: usize = 1_000_000;

/// A body in any bytes.
pub fn response(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let parsed = serde_json::from_str::<Value>(text).ok();
    let found = Structure::of(text, MOST, usize::MAX);
    let checked = Structure::of(text, MOST, 0).is_some();
    assert_eq!(checked, found.is_some(), "{text:?}");
    let Some(found) = found else {
        // It may refuse more than `serde_json`: too deep, or a reserved key.
        let odd = text.contains("\\u") || text.contains("$serde_json");
        let refused = parsed.is_none() || odd || depth(text) > MAX_DEPTH;
        assert!(refused, "{text:?}");
        return;
    };
    let (_, value) = value(text, &found.nodes);
    assert_eq!(Some(value), parsed, "{text:?}");
}

/// The value of some nodes, with its key.
fn value(text: &str, nodes: &[Node]) -> (Option<String>, Value) {
    assert_eq!(Node::size(nodes), nodes.len(), "{text:?}");
    let (node, mut rest) = nodes.split_first().expect("a node for each value");
    let key = node.key(text).map(|written| key(text, node, written));
    let json = part(text, node.start, node.end);
    let mut inner = Vec::new();
    while !rest.is_empty() {
        let (nodes, after) = rest.split_at(Node::size(rest));
        inner.push(value(text, nodes));
        rest = after;
    }
    let keyed = |(key, value): (Option<String>, Value)| (key.expect("a key"), value);
    let value = match json.as_bytes().first() {
        Some(b'{') => inner.into_iter().map(keyed).collect(),
        Some(b'[') => inner.into_iter().map(|(_, value)| value).collect(),
        _ => serde_json::from_str(json).expect("JSON"),
    };
    (key, value)
}

fn key(text: &str, node: &Node, written: &str) -> String {
    let key: String = serde_json::from_str(&format!("\"{written}\"")).expect("a string");
    let is_found = written.contains('\\') || node.is_named(text, &key);
    assert!(is_found, "{text:?}: {key}");
    key
}

fn part(text: &str, start: u32, end: u32) -> &str {
    text.get(start as usize..end as usize)
        .expect("whole characters")
}

/// At most how deep a text nests: brackets in strings count, too.
fn depth(text: &str) -> usize {
    text.bytes()
        .filter(|byte| matches!(byte, b'[' | b'{'))
        .count()
}
