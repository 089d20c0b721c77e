//! A definition and the typed action of the same operation.

use super::{body, defined, sent};
use proptest::prelude::*;
use serde_json::{Value, json};

/// `POST /contacts` as a user would describe it.
fn create() -> String {
    let text = json!({"type": "string"});
    let date = json!({"type": "integer", "format": "date-time"});
    defined(
        "/contacts",
        "post",
        json!({"operationId": "my-create", "requestBody": {"content": {"application/json": {
            "schema": {"type": "object", "required": ["role"], "properties": {
                "role": {"type": "string", "enum": ["user", "lead"]},
                "email": text, "external_id": text, "phone": text, "name": text,
                "signed_up_at": date, "last_seen_at": date,
                "unsubscribed_from_emails": {"type": "boolean"},
                "custom_attributes": {"type": "object"}
            }}
        }}}}),
    )
}

/// The same contact by the names that the typed action has.
fn typed_names(contact: &Value) -> Value {
    let fields = contact.as_object().unwrap().iter();
    let renamed = fields.map(|(key, value)| {
        let key = match key.as_str() {
            "signed_up_at" => "signed_up_date",
            "unsubscribed_from_emails" => "unsubscribe_from_email",
            "custom_attributes" => "custom_attribute",
            other => other,
        };
        (key.to_owned(), value.clone())
    });
    renamed.collect()
}

fn contact() -> impl Strategy<Value = Value> {
    let name = prop_oneof!["[A-Za-z ]{1,12}", Just("{{trigger.id}}".to_owned())];
    let date = prop_oneof![
        Just(json!("2026-03-02T09:00:00Z")),
        Just(json!("2026-03-02")),
        Just(json!(1_772_442_000)),
        Just(json!("{{trigger.until}}")),
    ];
    let custom = prop_oneof![
        Just(json!({"plan": "pro", "team": "{{settings.team}}"})),
        Just(json!({"gone": "{{settings.none}}", "list": [1, {"a": null}]})),
        Just(json!("{\"plan\": \"{{trigger.id}}\"}")),
    ];
    let role = prop_oneof![Just("user"), Just("LEAD"), Just(" lead")];
    let parts = (
        role,
        proptest::option::of(name),
        proptest::option::of(date),
        proptest::option::of(any::<bool>()),
        proptest::option::of(custom),
    );
    parts.prop_map(|(role, name, date, flag, custom)| {
        let mut contact = json!({"role": role, "email": "name@example.com"});
        for (key, value) in [
            ("name", name.map(Value::from)),
            ("signed_up_at", date),
            ("unsubscribed_from_emails", flag.map(Value::from)),
            ("custom_attributes", custom),
        ] {
            contact
                .as_object_mut()
                .unwrap()
                .extend(value.map(|value| (key.to_owned(), value)));
        }
        contact
    })
}

proptest! {
    /// What a definition of `POST /contacts` sends is what the typed action sends.
    #[test]
    fn a_definition_sends_what_the_typed_action_sends(input in contact()) {
        let defined = sent(&create(), "my-create", &input).unwrap();
        let typed = sent(&create(), "create-contact", &typed_names(&input)).unwrap();
        prop_assert_eq!(&defined.url, &typed.url);
        prop_assert_eq!(&defined.method, &typed.method);
        prop_assert_eq!(format!("{:?}", defined.headers), format!("{:?}", typed.headers));
        prop_assert_eq!(body(&defined), body(&typed), "{}", input);
    }
}
