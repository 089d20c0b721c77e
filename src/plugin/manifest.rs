//! The manifest: what the connector offers and what it needs.
//!
//! Actions and fields come from the WIT text (see `build/`), hosts and variables
//! from [`crate::api`].

use crate::api::{VARIABLES, Version, hosts};
use crate::world::plugin::{self as wit, Effect, FieldType};

/// What the connector offers and what it needs.
pub fn manifest() -> wit::ConnectorManifest {
    wit::ConnectorManifest {
        name: "intercom".to_owned(),
        title: "Intercom".to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        api_version: Version::DEFAULT.to_owned(),
        summary: "Creates, updates, gets and searches contacts in Intercom, sends messages, and \
                  calls any other endpoint of its API."
            .to_owned(),
        hosts: hosts().map(str::to_owned).collect(),
        variables: VARIABLES.iter().map(variable).collect(),
        actions: ACTIONS.iter().map(action).collect(),
    }
}

/// One action, as the build script writes it.
struct Action {
    id: &'static str,
    title: &'static str,
    description: Option<&'static str>,
    effect: Effect,
    inputs: &'static [Field],
    outputs: &'static [Field],
}

struct Field {
    name: &'static str,
    title: &'static str,
    kind: FieldType,
    required: Required,
    templated: bool,
    description: Option<&'static str>,
    example: Option<&'static str>,
    allowed: &'static [&'static str],
    choices_from: Option<&'static str>,
}

enum Required {
    Optional,
    Always,
    When(&'static str, &'static str),
}

const ACTIONS: &[Action] = include!(concat!(env!("OUT_DIR"), "/manifest.rs"));

fn action(action: &Action) -> wit::Action {
    wit::Action {
        id: action.id.to_owned(),
        title: action.title.to_owned(),
        description: action.description.map(str::to_owned),
        effect: action.effect,
        inputs: action.inputs.iter().map(field).collect(),
        outputs: action.outputs.iter().map(field).collect(),
    }
}

fn field(field: &Field) -> wit::Field {
    wit::Field {
        name: field.name.to_owned(),
        title: field.title.to_owned(),
        type_: field.kind,
        required: match field.required {
            Required::Optional => wit::Requirement::Optional,
            Required::Always => wit::Requirement::Always,
            Required::When(field, value) => wit::Requirement::When(wit::Condition {
                field: field.to_owned(),
                value: value.to_owned(),
            }),
        },
        templated: field.templated,
        description: field.description.map(str::to_owned),
        example: field.example.map(str::to_owned),
        allowed: field
            .allowed
            .iter()
            .map(|value| (*value).to_owned())
            .collect(),
        choices_from: field.choices_from.map(str::to_owned),
    }
}

fn variable(variable: &crate::api::Variable) -> wit::Variable {
    wit::Variable {
        name: variable.name.to_owned(),
        description: variable.description.to_owned(),
        required: variable.required,
        secret: variable.secret,
        default_value: variable.default.as_ref().map(ToString::to_string),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::contact;

    fn input(action: &str, name: &str) -> Option<wit::Field> {
        let action = manifest().actions.into_iter().find(|a| a.id == action)?;
        action.inputs.into_iter().find(|field| field.name == name)
    }

    #[test]
    fn fields_come_from_the_wit_text() {
        let owner = input("create-contact", "owner_id");
        assert!(owner.is_some_and(|field| field.title == "Owner Id"
            && field.templated
            && field.choices_from.as_deref() == Some("list-admins")
            && field.example.as_deref() == Some(r#""{{settings.admin}}""#)));
        let role = input("create-contact", "role");
        assert!(role.is_some_and(|field| field.allowed == ["user", "lead"]
            && matches!(field.required, wit::Requirement::Always)));
        let subject = input("send-message", "subject");
        assert!(subject.is_some_and(|field| matches!(
            field.required,
            wit::Requirement::When(wit::Condition { field, value })
                if field == "message_type" && value == "email"
        )));
        let copy = input("send-message", "cc[].contact_id");
        assert!(copy.is_some_and(|field| field.title == "Contact Id"));
        assert!(input("update-contact", "clear").is_none());
    }

    #[test]
    fn a_contact_s_writable_fields_are_the_inputs() {
        let writable = contact::FIELDS
            .iter()
            .filter(|field| field.access != contact::Access::Search);
        let inputs = |id: &str| {
            let action = manifest()
                .actions
                .into_iter()
                .find(|action| action.id == id);
            action.map(|action| action.inputs).unwrap_or_default()
        };
        let names = |inputs: Vec<wit::Field>| inputs.into_iter().map(|field| field.name);
        assert!(names(inputs("create-contact")).eq(writable.clone().map(|field| field.page_name)));
        let update = names(inputs("update-contact")).skip(1);
        assert!(update.eq(writable.map(|field| field.page_name)));
    }

    #[test]
    fn everything_has_a_description_and_inputs_an_example() {
        for action in manifest().actions {
            assert!(action.description.is_some(), "{}", action.id);
            for field in action.inputs.iter().chain(&action.outputs) {
                assert!(field.description.is_some(), "{} {}", action.id, field.name);
            }
        }
    }

    #[test]
    fn examples_are_json() {
        for action in manifest().actions {
            for example in action.inputs.into_iter().filter_map(|field| field.example) {
                let parsed = serde_json::from_str::<serde_json::Value>(&example);
                assert!(parsed.is_ok(), "{} {example}", action.id);
            }
        }
    }
}
