//! Rows of a search: one is left out only where the comparison is exact.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

use crate::search_properties::compile;
use intercom_connector::internals::{CONTACTS, Match};
use serde_json::Value;

/// Whether a row matches `condition OR created_at > 15:00`, on a day before that.
fn matches(condition: &str, row: &str) -> Match {
    let formula = format!("{condition} OR created_at > '2026-03-01T15:00:00Z'");
    let compiled = compile(&CONTACTS, formula.as_str(), "{}", "2.16").expect(condition);
    let mut row: Value = serde_json::from_str(row).expect(row);
    row["created_at"] = 1_772_330_000.into();
    compiled.rows.unwrap().matches(&row)
}

#[test]
fn rows_are_left_out_only_where_the_comparison_is_exact() {
    use Match::{No, Unknown, Yes};
    for (condition, row, expected) in [
        // Numbers by value.
        (
            "custom_attributes.score = 5",
            r#"{"custom_attributes": {"score": 5.0}}"#,
            Yes,
        ),
        (
            "custom_attributes.score = 5.0",
            r#"{"custom_attributes": {"score": 5}}"#,
            Yes,
        ),
        (
            "custom_attributes.score = 500",
            r#"{"custom_attributes": {"score": 5e2}}"#,
            Yes,
        ),
        (
            "custom_attributes.score = 5",
            r#"{"custom_attributes": {"score": 5.01}}"#,
            No,
        ),
        (
            "custom_attributes.score IN (4, 5)",
            r#"{"custom_attributes": {"score": 5.0}}"#,
            Yes,
        ),
        (
            "custom_attributes.score != 5",
            r#"{"custom_attributes": {"score": 5.0}}"#,
            No,
        ),
        (
            "custom_attributes.score > 50.4",
            r#"{"custom_attributes": {"score": 50.5}}"#,
            Yes,
        ),
        (
            "custom_attributes.score > 50.5",
            r#"{"custom_attributes": {"score": 50.50}}"#,
            No,
        ),
        (
            "custom_attributes.score < 1",
            r#"{"custom_attributes": {"score": "0.5"}}"#,
            Yes,
        ),
        (
            "custom_attributes.score = '5'",
            r#"{"custom_attributes": {"score": 5.0}}"#,
            Yes,
        ),
        (
            "custom_attributes.score = '5'",
            r#"{"custom_attributes": {"score": "5.0"}}"#,
            Unknown,
        ),
        (
            "custom_attributes.score = 9007199254740993",
            r#"{"custom_attributes": {"score": 9007199254740992}}"#,
            No,
        ),
        // Forms of Intercom's own.
        (
            "avatar = 'https://example.com/a.png'",
            r#"{"avatar": {"type": "avatar", "image_url": "https://example.com/a.png"}}"#,
            Unknown,
        ),
        (
            "avatar = 'https://example.com/a.png'",
            r#"{"avatar": "https://static.example.com/1.png"}"#,
            Unknown,
        ),
        (
            "avatar IS NULL",
            r#"{"avatar": {"image_url": null}}"#,
            Unknown,
        ),
        (
            "phone = '+1 555 0100'",
            r#"{"phone": "+15550100"}"#,
            Unknown,
        ),
        ("phone IN ('+15550100')", r#"{"phone": "+15550100"}"#, Yes),
        ("phone != '0555 0100'", r#"{"phone": "+15550100"}"#, Unknown),
        (
            "custom_attributes.order = '21'",
            r#"{"custom_attributes": {"order": {"type": "Order.list", "instances": []}}}"#,
            Unknown,
        ),
        (
            "custom_attributes.flag = true",
            r#"{"custom_attributes": {"flag": "true"}}"#,
            Unknown,
        ),
        // Text, by case and blanks.
        ("name = 'ann'", r#"{"name": " Ann "}"#, Unknown),
        ("name = 'Ann'", r#"{"name": "Bob"}"#, No),
        ("name = 'Zoé'", r#"{"name": "ZOÉ"}"#, Unknown),
        // Without a value, or without the field.
        ("name = 'Ann'", r#"{"name": null}"#, No),
        ("name IS NULL", r#"{"name": ""}"#, Unknown),
        ("name IS NULL", r#"{"name": "Ann"}"#, No),
        ("name = 'Ann'", r#"{}"#, Unknown),
        (
            "has_hard_bounced = true",
            r#"{"has_hard_bounced": false}"#,
            No,
        ),
    ] {
        assert_eq!(matches(condition, row), expected, "{condition} {row}");
    }
}
