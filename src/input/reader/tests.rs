//! What a form comes to, and every message about its fields.

use super::*;
use crate::input::{Email, Text};

fn read(input: &str, read: impl FnOnce(&mut InputReader<'_>)) -> Vec<String> {
    let context = r#"{"a": null, "b": [1], "c": [{"left": [2]}], "e": ""}"#;
    let context = Context::parse(context).unwrap_or_default();
    let input = RawInput::from_json(input).unwrap_or_default();
    let notes = Notes::default();
    let mut fields = InputReader::new(input, &context, &notes);
    read(&mut fields);
    fields.finish().0.lines()
}

#[test]
fn every_error_names_its_field() {
    let lines = read(
        r#"{"name": {"x": 1}, "phone": "{{b}}", "rol": "user", "email": null}"#,
        |fields| {
            fields.required::<Text>("role");
            fields.required::<Text>("email");
            fields.optional::<Text>("name");
            fields.optional::<Text>("phone");
        },
    );
    assert_eq!(
        lines,
        [
            "role: is required; give text",
            "email: is null, but required; give text",
            "name: {\"x\":1} is not text; give text",
            "phone: {{b}} is not text; give text",
            "rol: is not an input of this action; write role if you meant that",
        ]
    );
}

#[test]
fn a_null_placeholder_in_a_required_place_is_named() {
    let lines = read(r#"{"role": "{{a}}"}"#, |fields| {
        fields.required::<Text>("role");
    });
    assert_eq!(
        lines,
        ["role: {{a}} is null, but required; give {{a}} a value in the workflow"]
    );
}

#[test]
fn absent_null_and_empty_differ() {
    let (context, notes) = (Context::default(), Notes::default());
    let input = RawInput::default()
        .with("a", "")
        .with_cleared(&[("b", true), ("c", false)]);
    let mut fields = InputReader::new(input, &context, &notes);
    assert_eq!(
        fields.read::<Text>("a", Need::Nothing),
        Some(Patch::Value(Text(String::new())))
    );
    assert_eq!(fields.read::<Text>("b", Need::Nothing), Some(Patch::Null));
    assert_eq!(fields.read::<Text>("c", Need::Nothing), Some(Patch::Absent));
    assert!(fields.finish().0.is_empty());
}

/// The errors and the notes of an optional email, and of an optional text.
fn optional(context: &str, email: &str, text: &str) -> (String, Vec<String>) {
    let context = Context::parse(context).unwrap_or_default();
    let input = RawInput::default().with("email", email).with("text", text);
    let notes = Notes::default();
    let mut reader = InputReader::new(input, &context, &notes);
    reader.optional::<Email>("email");
    reader.optional::<Text>("text");
    let (errors, notes) = reader.finish();
    (errors.lines().join("\n"), notes)
}

#[test]
fn text_is_literal_without_a_context() {
    let address = "an address such as name@example.com";
    for (email, text, error, note) in [
        ("a@b", "Ann << Co", "", ""),
        (
            "a@b",
            "{{settings.crm_key}}",
            "",
            "text: {{settings.crm_key}} is sent literally; ",
        ),
        ("a@b", "Hi <<x>>!", "", "text: <<x>> is sent literally; "),
        (
            "{{trigger.email}}",
            "x",
            "email: {{trigger.email}} has no value: the engine did not set WORKFLOW_CONTEXT",
            "",
        ),
        (
            "{{user}}@example.com",
            "x",
            "email: {{user}} has no value: the engine did not set WORKFLOW_CONTEXT",
            "",
        ),
        (
            "",
            "",
            "email: \"\" is empty text; leave the key out, or give",
            "",
        ),
    ] {
        let (message, notes) = optional("", email, text);
        assert!(message.starts_with(error), "{message}");
        assert_eq!(error.is_empty(), message.is_empty(), "{message}");
        assert!(error.is_empty() || message.contains(address), "{message}");
        assert_eq!(notes.len(), usize::from(!note.is_empty()), "{notes:?}");
        assert!(notes.concat().starts_with(note), "{notes:?}");
    }
}

#[test]
fn errors_name_the_path_of_a_value_and_not_the_value() {
    let context = r#"{"a": "s3cret", "b": {"c": "s3cret"}, "e": "", "n": null}"#;
    for (email, error) in [
        ("{{a}}", "email: {{a}} is not an email address; give"),
        ("{{b}}", "email: {{b}} is not an email address; give"),
        (
            "{{a}} x",
            "email: \"{{a}} x\" is not an email address; give",
        ),
        ("{{e}}", "email: {{e}} is empty text; leave the key out"),
        (
            "{{e}} ",
            "email: \"{{e}} \" is empty text; leave the key out",
        ),
    ] {
        let (message, _) = optional(context, email, "x");
        assert!(message.starts_with(error), "{message}");
        assert!(!message.contains("s3cret"), "{message}");
    }
}

#[test]
fn a_placeholder_that_is_null_leaves_a_field_alone() {
    let context = r#"{"a": {"n": null}}"#;
    for (text, note) in [
        ("{{a.n}}", "text: {{a.n}} is null, so it is left unchanged"),
        ("<<a.n>>", "text: <<a.n>> is null, so it is left unchanged"),
        ("{{a.n?}}", ""),
        ("{{gone.x?}}", ""),
    ] {
        let context = Context::parse(context).unwrap_or_default();
        let input = RawInput::default().with("text", text);
        let noted = Notes::default();
        let mut reader = InputReader::new(input, &context, &noted);
        assert_eq!(
            reader.read::<Text>("text", Need::Nothing),
            Some(Patch::Absent)
        );
        let (errors, notes) = reader.finish();
        assert!(errors.is_empty());
        assert_eq!(notes.concat(), note);
    }
}

struct Pair;

impl Record for Pair {
    const EXPECTED: &'static str = "a list of pairs";

    fn read(input: &mut InputReader<'_>) -> Option<Self> {
        let left = input.required::<Text>("left");
        let right = input.optional::<Text>("right");
        left.zip(right).map(|_| Self)
    }
}

fn pairs(input: &str) -> Vec<String> {
    read(input, |fields| _ = fields.list::<Pair>("pairs"))
}

#[test]
fn errors_of_records_have_their_path() {
    for (input, message) in [
        (
            r#"{"pairs": 1}"#,
            "pairs: 1 is not a list; give a list of pairs",
        ),
        (
            r#"{"pairs": [1]}"#,
            "pairs[0]: 1 is not a record; give a list of pairs",
        ),
        (
            r#"{"pairs": [{"left": "x"}, {"right": "y"}]}"#,
            "pairs[1].left: is required; give text",
        ),
        (
            r#"{"pairs": [{"left": "x", "rihgt": "y"}]}"#,
            "pairs[0].rihgt: is not an input of this action; write right if you meant that",
        ),
        (
            r#"{"pairs": "{{b}}"}"#,
            "pairs[0]: {{b}} is not a record; give a list of pairs",
        ),
        (
            r#"{"pairs": "{{c}}"}"#,
            "pairs[0].left: {{c}} is not text; give text",
        ),
    ] {
        assert_eq!(pairs(input), [message]);
    }
    for fine in [
        r#"{"pairs": null}"#,
        "{}",
        r#"{"pairs": [{"left": "x", "right": "y"}]}"#,
    ] {
        assert_eq!(pairs(fine), [""; 0]);
    }
}

#[test]
fn setting_and_clearing_a_field_is_refused() {
    let (context, notes) = (Context::default(), Notes::default());
    let input = RawInput::default()
        .with("a", "x")
        .with_cleared(&[("a", true)]);
    assert!(
        !InputReader::new(input, &context, &notes)
            .finish()
            .0
            .is_empty()
    );
}
