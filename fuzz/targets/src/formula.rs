//! Filters of a search: compiled within Intercom's limits or refused with a
//! message, and no value adds a condition.

use super::template;
use intercom_connector::internals::fill::fill;
use intercom_connector::internals::formula::{Literal, ParsedFormula, Written};
use intercom_connector::internals::{CONTACTS, Context, Filter, Patch, Resolve, Version};
use serde_json::{Value, json};
use std::ops::RangeInclusive;

/// Values for placeholders, some of which look like conditions.
const CONTEXT: &str = r#"{
    "settings": {"admin": "814860", "plans": ["pro", "team"], "n": 5, "on": true, "none": null},
    "v": "x' OR role = 'user", "w": ") OR (", "deep": {"field": "role"},
    "whole": "role = 'user' AND name = '{{v}}'"
}"#;

/// The versions in which dates and owners differ.
const VERSIONS: [&str; 3] = ["2.15", "2.16", "2.17"];

/// A row with every kind of field.
fn row() -> Value {
    json!({
        "role": "user", "name": "Ann", "created_at": 1_700_000_000, "owner_id": 814_860,
        "last_seen_at": null, "has_hard_bounced": false, "signed_up_at": "1700000000",
        "custom_attributes": {"n": 3, "plan": "pro", "since_at": 1_690_000_000},
    })
}

/// A formula, or a filter in JSON, as text; JSON also as it is in `invoke`'s input.
pub fn formula(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let context = Context::parse(CONTEXT).expect("the context is an object");
    let resolve = Resolve::new(&context);
    printed_parses_back(text, resolve);
    compiles_within_limits(text.into(), resolve);
    if let Ok(json) = serde_json::from_str::<Value>(text) {
        compiles_within_limits(json, resolve);
    }
}

fn printed_parses_back(text: &str, resolve: Resolve<'_>) {
    let Ok(parsed) = ParsedFormula::parse(text, &CONTACTS) else {
        return;
    };
    let printed = parsed.to_string();
    let back = ParsedFormula::parse(&printed, &CONTACTS);
    let back = back.map_err(|error| error.problem().to_owned());
    let again = back.map(|formula| formula.to_string());
    assert_eq!(again.as_ref(), Ok(&printed));

    let conditions = parsed.0.leaves();
    if let Ok(filled) = fill(parsed.0.clone(), resolve) {
        assert_eq!(filled.leaves(), conditions);
        let plain = ParsedFormula(written(filled)).to_string();
        let back =
            ParsedFormula::parse(&plain, &CONTACTS).map_err(|error| error.problem().to_owned());
        assert_eq!(back.map(|formula| formula.0.leaves()), Ok(conditions));
    }
}

type Tree<V> = intercom_connector::internals::formula::Tree<
    intercom_connector::internals::formula::Condition<V>,
>;

/// A resolved formula as if written with its values.
fn written(filled: Tree<Literal>) -> Tree<Written> {
    use intercom_connector::internals::formula::{Condition, Operand};
    let operand = |operand: Operand<Literal>| Operand {
        value: Written::Literal(operand.value),
        location: operand.location,
        source: None,
    };
    let tree = filled.try_map(&mut |condition: Condition<Literal>| {
        Ok::<_, ()>(Condition {
            operands: condition.operands.into_iter().map(operand).collect(),
            field: condition.field,
            field_location: condition.field_location,
            operator: condition.operator,
            operator_location: condition.operator_location,
        })
    });
    tree.expect("nothing can fail")
}

fn compiles_within_limits(filter: Value, resolve: Resolve<'_>) {
    let Ok(Patch::Value(filter)) = Filter::read(&CONTACTS, resolve, filter) else {
        return;
    };
    for version in VERSIONS {
        let version = Version::parse(version).expect("a version");
        match filter.compile(version) {
            Ok(compiled) => {
                let query = serde_json::from_str(&compiled.query).expect("a query is JSON");
                check(&query, 0);
                if let Some(rows) = compiled.rows {
                    let _ = rows.matches(&row());
                    assert!(!rows.fields().is_empty());
                }
                is_a_filter_itself(&query, version);
            }
            Err(problems) => assert!(!problems.is_empty()),
        }
    }
}

/// Intercom's own query is a filter, too.
fn is_a_filter_itself(query: &Value, version: Version) {
    let nothing = Context::parse("{}").expect("an object");
    match Filter::read(&CONTACTS, Resolve::new(&nothing), escaped(query)) {
        Ok(Patch::Value(filter)) => {
            let again = filter.compile(version);
            assert!(again.is_ok() || is_distant(query), "{query}: {again:?}");
        }
        other => panic!("{query}: {other:?}"),
    }
}

/// Numbers that are read as Unix seconds. Smaller ones may be ids, larger ones milliseconds.
const SECONDS: RangeInclusive<i64> = 100_000_000..=99_999_999_999;

/// Whether a number is compared that is not read as a date: a date before 1973 or after 5138
/// in words is such a number in the query.
fn is_distant(query: &Value) -> bool {
    match query.get("value").and_then(Value::as_array) {
        Some(parts) => parts.iter().any(is_distant),
        None => query["value"]
            .as_i64()
            .is_some_and(|n| !SECONDS.contains(&n)),
    }
}

/// With the placeholders of all texts escaped.
fn escaped(value: &Value) -> Value {
    match value {
        Value::String(text) => template::escaped(&template::escaped(text, "{{"), "<<").into(),
        Value::Array(items) => items.iter().map(escaped).collect(),
        Value::Object(map) => {
            let pairs = map.iter().map(|(key, value)| {
                let value = if key == "value" {
                    escaped(value)
                } else {
                    value.clone()
                };
                (key.clone(), value)
            });
            Value::Object(pairs.collect())
        }
        plain => plain.clone(),
    }
}

/// Two levels of groups, fifteen filters each (`docs/intercom-api.md`, Search),
/// and no key unknown to Intercom.
fn check(query: &Value, depth: usize) {
    let query = query.as_object().expect("an object");
    assert!(query.get("operator").is_some_and(Value::is_string));
    let value = query.get("value").expect("a value");
    if query.contains_key("field") {
        assert_eq!(query.len(), 3);
        assert!(!value.is_object());
        return;
    }
    let group = value.as_array().expect("a group");
    assert_eq!(query.len(), 2);
    assert!(depth < 2, "{query:?}");
    assert!((1..=15).contains(&group.len()), "{query:?}");
    group.iter().for_each(|inner| check(inner, depth + 1));
}
