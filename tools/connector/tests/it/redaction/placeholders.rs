//! Inputs with placeholders, and the workflow context that they take values from.

use connector::redaction::redact;
use serde_json::{Value, json};

use super::{exchange, recording};

/// A contact that was created with this input in this context, redacted: the input,
/// the context and the request's body.
fn redacted_contact(input: &Value, context: Option<&str>, sent: &Value) -> [Value; 3] {
    let url = "https://api.intercom.io/contacts";
    let one = exchange(url, Some(sent.to_string()), "{}".to_owned());
    let mut all = recording(input, vec![one]);
    if let Some(context) = context {
        let variable = ("WORKFLOW_CONTEXT".to_owned(), context.to_owned());
        all.environment.extend([variable]);
    }
    let left = redact(&all, &[]).recording;
    assert_eq!(redact(&left, &[]).recording, left, "redacting it again");
    let json = |text: &str| serde_json::from_str::<Value>(text).unwrap();
    [
        json(&left.input),
        left.environment
            .get("WORKFLOW_CONTEXT")
            .map_or(Value::Null, |context| json(context)),
        json(left.exchanges[0].request_body.as_deref().unwrap()),
    ]
}

#[test]
fn what_is_put_together_of_parts_has_its_stand_in_as_a_whole() {
    let context = r#"{"trigger": {"first": "Johanna", "last": "Hansen", "user": "jo"}}"#;
    for (name, sent, left, left_sent) in [
        // The parts have the stand-in of the whole, and so it stays put together.
        (
            "{{trigger.first}}",
            "Johanna",
            "{{trigger.first}}",
            "Person 1",
        ),
        (
            "Jo {{trigger.gone?}}",
            "Jo ",
            "Person 1 {{trigger.gone?}}",
            "Person 1 ",
        ),
        // They would be twice the stand-in.
        (
            "{{trigger.first}} Hansen",
            "Johanna Hansen",
            "Person 1",
            "Person 1",
        ),
        (
            "{{trigger.first}} <<trigger.last>>",
            "Johanna Hansen",
            "Person 1",
            "Person 1",
        ),
    ] {
        let input = json!({ "name": name });
        let sent = json!({ "name": sent });
        let [input, _, sent] = redacted_contact(&input, Some(context), &sent);
        assert_eq!(input, json!({ "name": left }), "{name}");
        assert_eq!(sent, json!({ "name": left_sent }), "{name}");
    }
    let [input, _, sent] = redacted_contact(
        &json!({ "email": "{{trigger.user}}@acme.io" }),
        Some(context),
        &json!({ "email": "jo@acme.io" }),
    );
    assert_eq!(input, json!({ "email": "person-1@example.com" }));
    assert_eq!(sent, input);
}

#[test]
fn without_a_context_text_is_literal() {
    let text = json!({
        "name": "{{settings.crm_key}}", "phone": "Ann << Co",
        "custom_attributes": { "path": r"C:\{{user}}", "note": r"\{{x}}" },
    });
    for context in [None, Some(" ")] {
        let sent = json!({ "name": text["name"], "phone": text["phone"] });
        let one = exchange(
            "https://api.intercom.io/me",
            Some(sent.to_string()),
            String::new(),
        );
        let mut all = recording(&text, vec![one]);
        let variable = context.map(|text| ("WORKFLOW_CONTEXT".to_owned(), text.to_owned()));
        all.environment.extend(variable);
        let left = redact(&all, &[]).recording;
        assert_eq!(
            serde_json::from_str::<Value>(&left.input).unwrap(),
            json!({
                "name": "{{settings.crm_key}}", "phone": "Text 1",
                "custom_attributes": { "path": "Text 2", "note": "Text 3" },
            })
        );
    }
}

#[test]
fn escapes_are_read_and_written_as_the_component_does() {
    let context = r#"{"user": "Johanna Hansen"}"#;
    for (written, sent, left) in [
        // Nothing to hide.
        (r"a \{{b}}", "a {{b}}", r"a \{{b}}"),
        (r"C:\\{{user}}", r"C:\Johanna Hansen", r"C:\\{{user}}"),
        (
            r"jo@acme.io\\{{user}}",
            r"jo@acme.io\Johanna Hansen",
            r"person-1@example.com\\{{user}}",
        ),
        (
            r"\{{jo@acme.io}}",
            "{{jo@acme.io}}",
            r"\{{person-1@example.com}}",
        ),
        (
            r"\\\<<jo@acme.io>>",
            r"\<<jo@acme.io>>",
            r"\\\<<person-1@example.com>>",
        ),
    ] {
        let [input, _, _] = redacted_contact(
            &json!({ "body": written }),
            Some(context),
            &json!({ "body": sent, "name": "Johanna Hansen" }),
        );
        assert_eq!(input, json!({ "body": left }), "{written}");
    }
}

#[test]
fn an_id_that_is_a_float_has_the_stand_in_of_the_integer() {
    for (id, sent, left) in [
        ("8148601.0", "8148601", json!(1000000)),
        ("8.148601e6", "8148601", json!(1000000)),
        ("25.0", "25", serde_json::from_str("25.0").unwrap()),
    ] {
        let context = format!("{{\"trigger\": {{\"id\": {id}}}}}");
        let [input, context, sent] = redacted_contact(
            &json!({ "external_id": "{{trigger.id}}" }),
            Some(&context),
            &json!({ "external_id": sent }),
        );
        assert_eq!(input, json!({ "external_id": "{{trigger.id}}" }));
        assert_eq!(context, json!({ "trigger": { "id": left } }));
        let expected = left.as_f64().unwrap();
        assert_eq!(sent, json!({ "external_id": format!("{expected}") }));
    }
}

#[test]
fn unpaired_surrogates_and_a_byte_order_mark_hide_nothing() {
    let context = "\u{feff}{\"trigger\": {\"name\": \"Johanna\\ud83d\", \"half\": \"a\\ude00\"}}";
    let [_, context, sent] = redacted_contact(
        &json!({ "name": "{{trigger.name}}", "phone": "{{trigger.half}}" }),
        Some(context),
        &json!({ "name": "Johanna\u{fffd}", "phone": "a\u{fffd}" }),
    );
    let trigger = json!({ "name": "Person 1", "half": "Text 1" });
    assert_eq!(context, json!({ "trigger": trigger }));
    assert_eq!(sent, json!({ "name": "Person 1", "phone": "Text 1" }));
}
