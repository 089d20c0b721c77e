#![allow(clippy::unwrap_used)]
use super::super::structure::ALL;
use super::*;

fn document(text: &str) -> Document {
    Document::parse(text.to_owned(), ALL).unwrap()
}

#[test]
fn fields_are_read_as_far_as_they_fit() {
    let text = r#"{"id": "a1", "n": 12345678901234567890123, "at": "7", "yes": true, "null": null,
            "list": [1, {"x": 2}], "inner": {"id": 5}, "date": 1.5}"#;
    let whole = document(text);
    let object = whole.object().unwrap();
    assert_eq!(object.text("id").as_deref(), Some("a1"));
    assert_eq!(object.text("n").as_deref(), Some("12345678901234567890123"));
    assert_eq!(object.integer("at"), Some(7));
    assert_eq!(object.integer("date"), None);
    assert_eq!(object.boolean("yes"), Some(true));
    assert_eq!(object.boolean("id"), None);
    let rest = object.without("list");
    assert!(rest.starts_with(r#"{"id":"a1","n":12345678901234567890123,"#));
    assert!(!rest.contains("list") && rest.ends_with(r#""date":1.5}"#));
    let quoted = document(r#"{"a\"b": [ 1 ], "c": 2}"#);
    let quoted = quoted.object().unwrap();
    assert_eq!(quoted.json("a\"b"), Some("[ 1 ]"));
    assert_eq!(quoted.without("c"), r#"{"a\"b":[ 1 ]}"#);
    let only = document(r#"{"c": {"d": [], "e": 1}}"#);
    let only = only.object().unwrap();
    assert_eq!(only.without("c"), "{}");
    assert_eq!(only.without("c/d"), r#"{"c":{"e":1}}"#);
    let twice = document(r#"{"a": 1, "a": 2}"#);
    assert_eq!(twice.object().unwrap().integer("a"), Some(2));
    assert_eq!(object.text("null"), None);
    assert_eq!(object.text("missing"), None);
    let items = object.list("list");
    let texts: Vec<&str> = items.iter().map(|item| item.json()).collect();
    assert_eq!(texts, ["1", r#"{"x": 2}"#]);
    let objects = items.iter().map(|item| item.object().integer("x"));
    assert_eq!(objects.collect::<Vec<_>>(), [None, Some(2)]);
    assert!(object.list("id").is_empty());
    assert_eq!(
        object.object("inner").unwrap().text("id").as_deref(),
        Some("5")
    );
    assert!(object.object("list").is_none());
    assert_eq!(object.object_json("inner"), Some(r#"{"id": 5}"#));
    assert_eq!(object.object_json("list"), None);
}

#[test]
fn what_is_no_object_is_none() {
    for text in ["", "[]", "null", "<html>", "{\"a\":", "\"x\""] {
        let document = Document::parse(text.to_owned(), ALL);
        assert!(!document.is_ok_and(|it| it.object().is_some()), "{text}");
    }
}
