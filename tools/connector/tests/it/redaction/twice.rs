//! Redacting a redacted recording changes nothing.

use connector::redaction::redact;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{FOUND, TOKEN, exchange, left, recording};

/// Values that a recording may have, some of them redacted already.
fn value() -> impl Strategy<Value = Value> {
    let texts: Vec<String> = FOUND
        .iter()
        .map(|text| (*text).to_owned())
        .chain(
            [
                "",
                "user",
                "A",
                "42",
                "2026",
                "Person 1",
                "person-2@example.com",
                "cursor-1",
                "token-1",
                "Text 3",
                "+15550100",
                "REDACTED",
                "100000",
                "1000001",
                "x0000001",
                "a00000000000000000000001",
                "00000000-0000-4000-8000-000000000002",
                "{{settings.admin}}",
                "hi {{x.y}}, jo@acme.io",
                "{{x.name}} Hansen",
                r"C:\{{x.name?}}",
                r"\{{x.name}} << Co",
                "2023-01-01",
                "/contacts/814861/tags",
                "id=4711 and jo@acme.io",
                "crm/jo 5",
                "plan",
                "https://api.intercom.io/contacts/4711?email=jo%40acme.io",
                "{\"id\":\"48151623\",\"name\":\"Johanna",
                "lk7t2w9q",
                "Bo",
                "acme.io",
            ]
            .map(str::to_owned),
        )
        .collect();
    prop_oneof![
        6 => prop::sample::select(texts).prop_map(Value::from),
        1 => (0_u64..3_000_000).prop_map(Value::from),
        1 => Just(Value::Null),
    ]
}

fn body() -> impl Strategy<Value = Value> {
    let keys = prop::sample::select(vec![
        "id",
        "name",
        "email",
        "phone",
        "token",
        "starting_after",
        "custom_attributes",
        "text",
        "type",
        "external_id",
        "value",
        "avatar",
        "email_domain",
        "next",
        "filter_formula",
        "created_at",
    ]);
    value().prop_recursive(3, 24, 4, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((keys.clone(), inner.clone()), 0..5).prop_map(|pairs| {
                let pairs = pairs
                    .into_iter()
                    .map(|(key, value)| (key.to_owned(), value));
                Value::Object(pairs.collect())
            }),
            inner.prop_map(|value| value.to_string().into()),
        ]
    })
}

proptest! {
    #[test]
    fn redacting_twice_is_redacting_once(
        request in body(), answer in body(), input in body(), context in prop::option::of(value()),
    ) {
        let one = exchange(
            "https://api.intercom.io/contacts/4711/jo%40acme.io?email=bo%40acme.io",
            Some(request.to_string()),
            answer.to_string(),
        );
        let mut all = recording(&input, vec![one]);
        if let Some(x) = context {
            let context = json!({ "x": { "y": x, "name": "Johanna" } }).to_string();
            all.environment.insert("WORKFLOW_CONTEXT".to_owned(), context);
        }
        let redacted = redact(&all, &[TOKEN]).recording;
        let again = redact(&redacted, &[TOKEN]).recording;
        prop_assert_eq!(left(&again), left(&redacted));
    }
}
