#![allow(clippy::unwrap_used)]
use super::*;
use crate::input::{Context, Resolve};
use crate::search::Filter;
use proptest::prelude::*;
use serde_json::json;

fn filter(formula: &str) -> Filter {
    let read = Filter::read(&EVENTS, Resolve::new(Context::NONE), formula.into());
    read.unwrap().value().unwrap()
}

struct Fields;

impl EventFields for Fields {
    fn holds(&self, name: &str) -> Option<Holds> {
        Some(match name {
            "email" | "role" => Holds::Text,
            "size" => Holds::Number,
            "open" => Holds::Flag,
            "created_at" => Holds::Date,
            "item" => Holds::Anything,
            _ => return None,
        })
    }

    fn names(&self) -> Vec<&str> {
        vec!["email", "role", "size", "open", "created_at", "item"]
    }
}

fn holds(formula: &str, data: &Value) -> bool {
    let filter = filter(formula);
    filter.for_events(&Fields).unwrap().holds(data)
}

#[test]
fn every_operator_has_its_plain_meaning() {
    let data = json!({
        "email": "Ada@Example.com", "role": null, "size": 12, "open": false,
        "created_at": 1_772_441_000, // 2026-03-02T08:43:20Z
        "item": {"tags": ["VIP", "beta"], "parts": [{"body": "Hello"}], "n": 3, "at": "2026-03-02T08:43:20Z"},
    });
    for formula in [
        "email = 'ada@example.com'",
        "email != 'bob@example.com'",
        "email CONTAINS 'EXAMPLE'",
        "email STARTS WITH 'ada' AND email ENDS WITH '.com'",
        "email NOT STARTS WITH 'bob' AND email NOT CONTAINS 'bob'",
        "email IN ('a', 'ADA@example.com') AND email NOT IN ('a', 'b')",
        "role IS NULL AND email IS NOT NULL",
        "role != 'user' AND NOT role = 'user' AND NOT role CONTAINS 'u'",
        "size = 12 AND size = '12.0' AND size >= 12 AND size < 12.5",
        "size BETWEEN 12 AND 13 AND size NOT BETWEEN 1 AND 11",
        "open = false AND open != true",
        "created_at = '2026-03-02' AND created_at >= '2026-03-02'",
        "created_at > '2026-03-01' AND NOT created_at > '2026-03-02'",
        "created_at = 1772441000 AND created_at <= '2026-03-02T08:43:20Z'",
        "item.tags = 'vip' AND item.tags CONTAINS 'et' AND item.tags != 'gold'",
        "item.parts.0.body = 'hello' AND item.parts.1.body IS NULL",
        "item.n > 2 AND item.n = 3 AND item.at > '2026-03-01'",
        "Created-At > 2026-03-01 OR size = 1",
    ] {
        assert!(holds(formula, &data), "{formula}");
        assert!(!holds(&format!("NOT ({formula})"), &data), "{formula}");
    }
}

#[test]
fn mistakes_are_reported_where_they_are() {
    for (formula, expected) in [
        (
            "emial = 'a'",
            "\"emial\" is not a field of this event; write email if you meant that",
        ),
        (
            "role.name = 'a'",
            "\"role.name\" is not a field of this event; write role if you meant that",
        ),
        (
            "email > 'a'",
            "\">\" does not compare text; compare email with =, !=, CONTAINS or IN",
        ),
        (
            "size = 'many'",
            "'many' is not a number; compare size with a number",
        ),
        (
            "open = 'yes'",
            "'yes' is neither true nor false; compare open with true or false",
        ),
        (
            "created_at > 'soon'",
            "'soon' is not a date; compare created_at with a date",
        ),
    ] {
        let filter = filter(formula);
        let errors = filter.for_events(&Fields).unwrap_err();
        let texts: Vec<String> = errors.iter().map(ToString::to_string).collect();
        assert_eq!(texts, [expected], "{formula}");
    }
}

#[test]
fn all_mistakes_come_at_once() {
    let filter = filter("a = 1 AND NOT (b = 2 OR size = 3)");
    assert_eq!(filter.for_events(&Fields).unwrap_err().len(), 2);
}

proptest! {
    /// A condition and its opposite split all events.
    #[test]
    fn a_condition_or_its_negation_holds(
        size in proptest::option::of(-3i64..3), wanted in -3i64..3, other in -3i64..3,
        operator in prop::sample::select(vec!["=", "!=", "<", "<=", ">", ">="]),
    ) {
        let data = json!({"size": size});
        let condition = format!("size {operator} {wanted}");
        prop_assert_ne!(holds(&condition, &data), holds(&format!("NOT {condition}"), &data));
        let expected = size.is_some_and(|size| match operator {
            "=" => size == wanted,
            "!=" => size != wanted,
            "<" => size < wanted,
            "<=" => size <= wanted,
            ">" => size > wanted,
            _ => size >= wanted,
        }) || (size.is_none() && operator == "!=");
        prop_assert_eq!(holds(&condition, &data), expected);
        let between = format!("size BETWEEN {wanted} AND {other}");
        let expected = size.is_some_and(|size| (wanted..=other).contains(&size));
        prop_assert_eq!(holds(&between, &data), expected);
    }
}
