//! Compares the reader with `serde_json` and with the limits' own check, over written and
//! random texts.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::string_slice)]
use super::*;
use crate::input::Bounds;
use proptest::prelude::*;
use serde_json::Value;
use std::fmt::Write;

const MOST: usize = 40;

/// Whether a text is JSON within limits, by the limits' own check and by serde_json.
fn is_expected(text: &str) -> bool {
    let bounds = Bounds {
        bytes: usize::MAX,
        values: MOST,
    };
    bounds.check(text).is_ok() && serde_json::from_str::<Value>(text).is_ok()
}

/// The value of some nodes, with its key.
fn value(text: &str, nodes: &[Node]) -> (Option<String>, Value) {
    assert_eq!(Node::size(nodes), nodes.len(), "{text}");
    let node = nodes[0];
    let key = node.key(text).map(|written| {
        let key: String = serde_json::from_str(&format!("\"{written}\"")).unwrap();
        let is_plain = !written.contains('\\');
        assert_eq!(node.tag == Tag::of(key.as_bytes()), is_plain, "{text}");
        assert_eq!(is_plain && node.is_named(text, &key), is_plain, "{text}");
        key
    });
    let json = &text[node.start as usize..node.end as usize];
    let (mut rest, mut inner) = (&nodes[1..], Vec::new());
    while !rest.is_empty() {
        let (nodes, after) = rest.split_at(Node::size(rest));
        inner.push(value(text, nodes));
        rest = after;
    }
    let value = match json.as_bytes()[0] {
        b'{' => inner
            .into_iter()
            .map(|(key, value)| (key.unwrap(), value))
            .collect(),
        b'[' => inner.into_iter().map(|(_, value)| value).collect(),
        _ => serde_json::from_str(json).unwrap(),
    };
    (key, value)
}

fn holds(text: &str) {
    let found = Structure::of(text, MOST, ALL);
    assert_eq!(found.is_some(), is_expected(text), "{text:?}");
    assert_eq!(Structure::of(text, MOST, 0).is_some(), found.is_some());
    if let Some(found) = found {
        let (_, value) = value(text, &found.nodes);
        assert_eq!(
            value,
            serde_json::from_str::<Value>(text).unwrap(),
            "{text}"
        );
    }
}

#[test]
fn only_json_within_limits_has_a_structure() {
    let wide = |values: usize| format!("[{}1]", "1,".repeat(values - 1));
    let deep = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    for text in [
        wide(MOST),
        wide(MOST + 1),
        deep(MOST),
        deep(MOST + 1),
        deep(MAX_DEPTH + 1),
    ] {
        holds(&text);
    }
    let most = Structure::of(&deep(MAX_DEPTH), 1000, ALL);
    assert!(most.is_some());
    assert!(Structure::of(&deep(MAX_DEPTH + 1), 1000, ALL).is_none());
    for text in [
        "",
        " ",
        "1",
        "-",
        "-0",
        "01",
        "1.",
        ".5",
        "1.5e",
        "1e+5",
        "1E-05",
        "+1",
        "--1",
        "1 2",
        "tru",
        "true",
        "nulll",
        "[1,]",
        "[,1]",
        "{,}",
        "{\"a\":1,}",
        "{\"a\" 1}",
        "{1:2}",
        "[1}",
        "{\"a\":1]",
        "]",
        "[",
        "{\"a\"",
        "\u{feff}1",
        "\u{b}1",
        "[\u{a0}]",
        " \t\r\n{ \"a\" : [ 1 , { } , [ ] ] } ",
        r#"{"a":1,"a":2}"#,
        "\"\u{7f}\"",
        r#""\u12""#,
        r#""\u12G4""#,
        r#""\x""#,
        r#""\"#,
        r#""\ud83d\ude00""#,
        r#""\ud83d""#,
        r#""\ud83dx\ude00""#,
        r#""\ud83d\u0041""#,
        r#""\ude00""#,
        r#""\"\\\/\b\f\n\r\t\u00e9""#,
        r#"{"$serde_json::private::Number":"1"}"#,
        r#"{"\u0024serde_json::private::Number":"1"}"#,
        r#"{"$":1,"$serde_json::private::Number":"1"}"#,
        r#"{"\u0061":{"b\"c":"\\"}}"#,
        r#"{"\\": "\"", "\"a\\\"" : [":"], ":":"a\":","":{}}"#,
    ] {
        holds(text);
    }
}

#[test]
fn a_string_ends_at_every_place_of_a_word() {
    for length in 0..40 {
        for odd in [
            "",
            "\\n",
            "\n",
            "\u{1f}",
            " ",
            "!",
            "é",
            "\\\"",
            "\u{7f}",
            "\u{10ffff}",
        ] {
            for before in 0..length {
                let mut text = String::from("[\"");
                let (before, after) = ("x".repeat(before), "~".repeat(length - before));
                write!(text, "{before}{odd}{after}\", \"{odd}\"]").unwrap();
                holds(&text);
            }
        }
    }
}

proptest! {
    #[test]
    fn any_text_is_read_as_by_serde_json(
        text in r#"([\[\]{},:"\\ \n]|[0-9eE.+-]|true|null|"k":|\\u[dD][89a-fA-F][0-9]{2}){0,30}"#
    ) {
        holds(&text);
    }

    #[test]
    fn any_value_is_read_as_by_serde_json(value in values(), at in 0_usize..200, odd in any::<char>()) {
        let text = value.to_string();
        holds(&text);
        holds(&format!("{value:#}"));
        // One character replaced.
        let mut characters: Vec<char> = text.chars().collect();
        let at = at % characters.len();
        characters[at] = odd;
        holds(&characters.into_iter().collect::<String>());
    }
}

fn values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 30, 6, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            proptest::collection::btree_map(any::<String>(), inner, 0..6)
                .prop_map(|map| map.into_iter().collect()),
        ]
    })
}
