//! Unusual JSON as text; some of it is malformed.

use connector_host::bindings::plugin::Field;
use serde_json::{Map, Value, json};

/// Texts that are not JSON objects.
pub const NO_OBJECTS: [&str; 8] = [
    "",
    "{",
    "[]",
    "7",
    "\"text\"",
    "true",
    "{\"a\": 1}}",
    "{'a': 1}",
];

/// Depth of nested values, too deep for recursion.
const DEPTH: usize = 20_000;

/// Length of a long text, in bytes.
const LENGTH: usize = 100_000;

/// Unusual values of an input, with their descriptions.
pub fn values() -> Vec<(&'static str, String)> {
    let plain = [
        ("null", "null"),
        ("true", "true"),
        ("a negative number", "-1"),
        ("a fraction", "0.1"),
        ("a number of 30 digits", "123456789012345678901234567890"),
        ("a number beyond a float", "1e999"),
        ("an empty text", r#""""#),
        ("white space", r#"" \t\n""#),
        ("a control character", r#""\u0000\u001b[2J""#),
        ("an unpaired surrogate", r#""a\ud83d""#),
        ("surrogates in the wrong order", r#""\udc00\ud83d""#),
        ("an open placeholder", r#""{{settings.""#),
        ("an empty placeholder", r#""{{}}<<>>""#),
        ("a placeholder without a value", r#""{{no.such.value}}""#),
        ("another host", r#""https://elsewhere.example/""#),
        ("a path to another host", r#""//elsewhere.example/a""#),
        ("a user part", r#""@elsewhere.example/a""#),
        ("a line break", r#""a\r\nhost: elsewhere.example\r\n\r\n""#),
        ("a path upwards", r#""/../../a?b=c#d""#),
        ("a text of several scripts", r#""ΔÄ你\u202e🏳️‍🌈'\"<\\""#),
        ("an empty list", "[]"),
        ("a list of lists", "[[], [[]], null]"),
        ("an empty object", "{}"),
        ("an object", r#"{"a": {"": [1, null]}, "a": 2}"#),
    ];
    let plain = plain.map(|(name, value)| (name, value.to_owned()));
    let made = [
        ("lists within lists", nested("[", "]")),
        ("objects within objects", nested("{\"a\":", "}")),
        ("a long text", format!("\"{}\"", "a ".repeat(LENGTH / 2))),
        ("a long number", "9".repeat(LENGTH / 10)),
        (
            "open parentheses",
            format!("\"{}\"", "(".repeat(LENGTH / 10)),
        ),
    ];
    plain.into_iter().chain(made).collect()
}

fn nested(open: &str, close: &str) -> String {
    format!("{}1{}", open.repeat(DEPTH), close.repeat(DEPTH))
}

/// Unusual values of a variable.
pub const VARIABLES: [&str; 8] = [
    "",
    " ",
    "-1",
    "99999999999999999999",
    "{",
    "[]",
    "\u{0}",
    "a\r\nb: c",
];

/// A response with the keys of an action's results, and values of other types.
pub fn response(outputs: &[Field]) -> String {
    let common = json!({
        "id": { "a": [] },
        "type": 1,
        "data": [null, 1, { "id": [] }, "a"],
        "errors": "none",
        "pages": { "next": { "starting_after": 7 } },
        "url": false,
        "\u{1f3f3}": 1e300,
    });
    let mut body: Map<String, Value> = common.as_object().cloned().unwrap_or_default();
    for output in outputs.iter().filter(|output| !output.name.contains('.')) {
        body.insert(output.name.clone(), json!([[1], { "a": {} }]));
    }
    Value::Object(body).to_string()
}

/// A text, truncated if it is long.
pub fn shortened(text: &str) -> String {
    const SHOWN: usize = 40;
    let beginning: String = text.chars().take(SHOWN).collect();
    match beginning.len() < text.len() {
        true => format!("{beginning}…"),
        false => beginning,
    }
}

/// The part of a text around a word.
pub fn around(text: &str, word: &str) -> String {
    const BESIDE: usize = 20;
    let (before, after) = text.split_once(word).unwrap_or((text, ""));
    let before: Vec<char> = before.chars().rev().take(BESIDE).collect();
    let before: String = before.into_iter().rev().collect();
    let after: String = after.chars().take(BESIDE).collect();
    format!("…{before}{word}{after}…")
}
