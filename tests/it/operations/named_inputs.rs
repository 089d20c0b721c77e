//! `x-workflow-inputs`: inputs that go where the constants of a definition put them.

use super::{body, defined, message, sent};
use intercom_connector::internals::plugin::{FieldType, Requirement};
use intercom_connector::internals::{describe, preview, problems};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Assigns a conversation with a text that several inputs make.
fn escalate() -> Value {
    json!({
        "operationId": "escalate",
        "x-workflow-inputs": {"type": "object", "required": ["reason"], "properties": {
            "reason": {"type": "string", "example": "It burns.", "description": "Why."},
            "agent": {"type": "string"},
            "until": {"type": "integer", "format": "date-time"},
            "labels": {"type": "array", "items": {"type": "string"}},
            "who": {"type": "object", "properties": {"id": {"type": "string"}}},
            "key": {"type": "string", "format": "password"}
        }},
        "parameters": [{
            "name": "conversation_id", "in": "path", "required": true,
            "schema": {"type": "string"}
        }],
        "requestBody": {"required": true, "content": {"application/json": {"schema": {
            "type": "object",
            "properties": {
                "admin_id": {"const": "{{settings.bot}}"},
                "body": {"const": "Escalated by {{inputs.agent}}: {{inputs.reason}}"},
                "snoozed_until": {"const": "{{inputs.until}}"},
                "labels": {"const": "{{inputs.labels}}"},
                "details": {"const": {"reason": "{{inputs.reason}}", "who": ["{{inputs.who.id?}}"]}},
                "secret": {"type": "string", "const": "{{inputs.key}}"},
                "priority": {"type": "boolean"}
            }
        }}}}
    })
}

fn document() -> String {
    defined("/conversations/{conversation_id}/parts", "post", escalate())
}

#[test]
fn inputs_go_where_constants_put_them() {
    let input = json!({
        "conversation_id": 5, "priority": "true",
        "agent": "{{trigger.id}}", "reason": "it burns", "until": "{{trigger.until}}",
        "labels": ["x"], "who": {"id": 7}
    });
    let request = sent(&document(), "escalate", &input).unwrap();
    assert_eq!(
        body(&request),
        json!({
            "admin_id": "814860", "body": "Escalated by c/1: it burns",
            "snoozed_until": 1_772_442_000, "labels": ["x"], "priority": true,
            "details": {"reason": "it burns", "who": ["7"]}
        })
    );
}

#[test]
fn an_input_that_is_left_out_leaves_its_field_out() {
    for input in [
        json!({"conversation_id": 5, "reason": "it burns"}),
        json!({"conversation_id": 5, "reason": "it burns", "agent": null, "until": null, "who": null}),
    ] {
        let request = sent(&document(), "escalate", &input).unwrap();
        assert_eq!(
            body(&request),
            json!({
                "admin_id": "814860", "body": "Escalated by : it burns",
                "details": {"reason": "it burns", "who": []}
            })
        );
    }
}

/// What an input holds is a value, wherever it goes and whatever it looks like.
#[test]
fn values_are_never_resolved_again() {
    let input = json!({"conversation_id": 5, "reason": "{{trigger.who.note}}", "agent": r"\{{b}}"});
    let request = sent(&document(), "escalate", &input).unwrap();
    let sent = body(&request);
    assert_eq!(sent["body"], "Escalated by {{b}}: {{a}}");
    assert_eq!(sent["details"]["reason"], "{{a}}");
    // The caller's own placeholders look into the workflow context alone.
    let input = json!({"conversation_id": 5, "reason": "{{inputs.agent}}", "agent": "Mira"});
    let message = message(super::sent(&document(), "escalate", &input).unwrap_err());
    assert!(
        message.contains("reason: {{inputs.agent}} has no value"),
        "{message}"
    );
}

#[test]
fn errors_name_the_input_and_no_value() {
    let typed = escalate().to_string();
    let typed = typed.replace(
        r#""const":"{{inputs.until}}""#,
        r#""type":"boolean","const":"{{inputs.until}}""#,
    );
    let document = defined(
        "/parts/{conversation_id}",
        "post",
        serde_json::from_str(&typed).unwrap(),
    );
    let input = json!({"conversation_id": 5, "reason": "x", "until": 1_772_442_000});
    let told = message(sent(&document, "escalate", &input).unwrap_err());
    assert!(
        told.contains("until: {{inputs.until}} is neither true nor false; give true or false"),
        "{told}"
    );
    assert!(!told.contains("1772442000"), "{told}");
    // One input with an error says nothing of the constants.
    let told = message(sent(&document, "escalate", &json!({"until": "soon"})).unwrap_err());
    for expected in [
        "reason: is required",
        "conversation_id: is required",
        "until: \"soon\" is not",
    ] {
        assert!(told.contains(expected), "{told}");
    }
    assert!(!told.contains("body"), "{told}");
}

#[test]
fn constants_are_resolved_without_a_context_too() {
    let sent = |definition: Value| {
        let document = defined("/conversations/{conversation_id}/parts", "post", definition);
        let input = json!({"conversation_id": 5, "reason": "it {{burns}}"});
        preview(
            "escalate",
            &input.to_string(),
            vec![("WORKFLOW_ACTIONS".to_owned(), document)],
        )
    };
    let told = message(sent(escalate()).unwrap_err());
    assert!(
        told.contains(
            "admin_id: {{settings.bot}} has no value: the engine did not set WORKFLOW_CONTEXT"
        ),
        "{told}"
    );
    let fixed = escalate().to_string().replace("{{settings.bot}}", "814860");
    let request = sent(serde_json::from_str(&fixed).unwrap())
        .unwrap()
        .remove(0);
    assert_eq!(body(&request)["body"], "Escalated by : it {{burns}}");
}

#[test]
fn a_secret_is_redacted_where_it_is_sent() {
    let input = json!({"conversation_id": 5, "reason": "x", "key": "s3cr3t-key"});
    let request = sent(&document(), "escalate", &input).unwrap();
    assert_eq!(body(&request)["secret"], "[redacted]");
}

#[test]
fn they_are_inputs_like_any_other() {
    let variables = [("WORKFLOW_ACTIONS".to_owned(), document())];
    let action = describe(&["escalate".to_owned()], &variables).remove(0);
    let names = action.inputs.iter().map(|field| field.name.as_str());
    let names: BTreeSet<_> = names.collect();
    assert_eq!(
        names,
        BTreeSet::from([
            "reason",
            "conversation_id",
            "agent",
            "key",
            "labels",
            "until",
            "who",
            "who.id",
            "priority"
        ])
    );
    let input = |name| action.inputs.iter().find(|it| it.name == name).unwrap();
    let reason = input("reason");
    assert_eq!(reason.type_, FieldType::Text);
    assert!(matches!(reason.required, Requirement::Always));
    assert_eq!(reason.description.as_deref(), Some("Why."));
    assert_eq!(input("key").format.as_deref(), Some("secret"));
}

/// The problems of a definition, changed in one place.
fn problems_of(was: &str, is: &str) -> Vec<String> {
    let definition = escalate().to_string();
    assert_eq!(definition.matches(was).count(), 1, "{was}");
    let definition = serde_json::from_str(&definition.replace(was, is)).unwrap();
    let document = defined("/parts/{conversation_id}", "post", definition);
    let found = problems(&[("WORKFLOW_ACTIONS".to_owned(), document)]).into_iter();
    let found = found.map(|problem| format!("{}; {}", problem.message, problem.hint.unwrap()));
    found.collect()
}

#[test]
fn what_constants_name_is_described() {
    const POST: &str = "/paths/~1parts~1{conversation_id}/post";
    const FIELDS: &str = "/requestBody/content/application~1json/schema/properties";
    for (was, is, expected) in [
        (
            "by {{inputs.agent}}",
            "by {{inputs.agnet}} {{inputs.agent}}",
            format!(
                "{POST}{FIELDS}/body/const: {{{{inputs.agnet}}}} is not an input of \
                 x-workflow-inputs; describe it there, beside "
            ),
        ),
        (
            "{{inputs.who.id?}}",
            "{{inputs.who}} {{inputs}}",
            format!("{POST}{FIELDS}/details/const/who/0: {{{{inputs}}}} is not an input"),
        ),
        (
            "{{inputs.who.id?}}",
            "{{inputs.conversation_id}}{{inputs.who}}",
            format!(
                "{POST}{FIELDS}/details/const/who/0: {{{{inputs.conversation_id}}}} is not an input"
            ),
        ),
        (
            "{{inputs.until}}",
            "never",
            format!(
                "{POST}/x-workflow-inputs/properties/until: is an input that no const uses; \
                 write {{{{inputs.until}}}} in a const, or leave it out"
            ),
        ),
        (
            "{{inputs.key}}",
            "Bearer {{inputs.key}}",
            format!("{POST}{FIELDS}/secret/const: {{{{inputs.key}}}} is a secret in a longer text"),
        ),
        (
            r#""schema":{"type":"string"}"#,
            r#""schema":{"type":"string","const":"{{inputs.agent}}"}"#,
            format!(
                "{POST}/parameters/0/schema/const: {{{{inputs.agent}}}} may be left out, and the \
                 field is required; add agent to required of x-workflow-inputs"
            ),
        ),
        (
            r#""agent":{"type":"string"}"#,
            r#""agent":{"const":"Mira"}"#,
            format!("{POST}/x-workflow-inputs/properties/agent: is fixed, so it is not an input"),
        ),
        (
            "{{inputs.labels}}",
            "{{inputs.labels",
            format!("{POST}{FIELDS}/labels/const: {{{{inputs.labels has no closing }}}}"),
        ),
        (
            r#""priority":"#,
            r#""reason":"#,
            format!("{POST}: two inputs have the name \"reason\""),
        ),
    ] {
        let found = problems_of(was, is);
        assert!(
            found
                .first()
                .is_some_and(|first| first.starts_with(&expected)),
            "{found:#?}"
        );
    }
}

/// A value that is fixed by an input may have the input's name.
#[test]
fn a_path_can_take_an_input_that_a_text_names_too() {
    let document = defined(
        "/contacts/{contact_id}/notes",
        "post",
        json!({
            "operationId": "note",
            "x-workflow-inputs": {"required": ["contact_id"], "properties": {
                "contact_id": {"type": "string"}
            }},
            "parameters": [{
                "name": "contact_id", "in": "path", "required": true,
                "schema": {"type": "string", "const": "{{inputs.contact_id}}"}
            }],
            "requestBody": {"content": {"application/json": {"schema": {"properties": {
                "body": {"const": "About {{inputs.contact_id}}"}
            }}}}}
        }),
    );
    let request = sent(&document, "note", &json!({"contact_id": "a/b"})).unwrap();
    assert!(
        request.url.ends_with("/contacts/a%2Fb/notes"),
        "{}",
        request.url
    );
    assert_eq!(body(&request), json!({"body": "About a/b"}));
}

proptest! {
    /// No value adds a key, a field or a placeholder to what the definition fixes.
    #[test]
    fn no_value_changes_what_is_fixed(value in r#"[a-z{}<>.?"\\:, ]{1,16}"#) {
        let context = json!({"v": value}).to_string();
        let variables = vec![
            ("WORKFLOW_ACTIONS".to_owned(), document().replace("{{settings.bot}}", "1")),
            ("WORKFLOW_CONTEXT".to_owned(), context),
        ];
        let input = json!({"conversation_id": 5, "reason": "{{v}}", "agent": "{{v}}"});
        let sent = preview("escalate", &input.to_string(), variables).unwrap().remove(0);
        let body = body(&sent);
        prop_assert_eq!(&body["body"], &json!(format!("Escalated by {value}: {value}")));
        prop_assert_eq!(&body["details"], &json!({"reason": value, "who": []}));
        prop_assert_eq!(body.as_object().unwrap().len(), 3);
    }
}
