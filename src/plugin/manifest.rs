//! The manifest of the connector.
//!
//! Actions and fields come from the WIT text (see `build/`), triggers from
//! [`crate::triggers`], hosts and variables from [`crate::api`].

use super::actions::defined;
use super::described;
use crate::actions::Contract;
use crate::actions::connection::{
    authorize_url::AuthorizeUrl, exchange_code::ExchangeCode, test_connection::TestConnection,
};
use crate::api::{ACCESS_TOKEN, VARIABLES, Version, hosts};
use crate::operations;
use crate::triggers;
use crate::world::plugin as wit;

/// The connector's manifest. Its actions include custom ones.
pub fn manifest(variables: &[(String, String)]) -> wit::ConnectorManifest {
    wit::ConnectorManifest {
        name: "intercom".to_owned(),
        title: "Intercom".to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        api_version: Version::DEFAULT.to_owned(),
        summary:
            "Manages contacts, companies, conversations and tickets in Intercom, and calls any \
                  other endpoint of its API."
                .to_owned(),
        docs_url: Some("https://developers.intercom.com/docs".to_owned()),
        hosts: hosts().map(str::to_owned).collect(),
        variables: VARIABLES.iter().map(variable).collect(),
        auth: Some(auth()),
        signature: Some(triggers::signature()),
        actions: actions(variables),
        triggers: triggers::describe(),
    }
}

fn actions(variables: &[(String, String)]) -> Vec<wit::Action> {
    let defined = defined(variables).operations;
    let defined = defined.iter().map(operations::describe);
    described::all().into_iter().chain(defined).collect()
}

fn auth() -> wit::Auth {
    wit::Auth {
        token: ACCESS_TOKEN.name.to_owned(),
        test: Some(TestConnection::ID.to_owned()),
        oauth: Some(wit::Oauth {
            authorize: AuthorizeUrl::ID.to_owned(),
            exchange: ExchangeCode::ID.to_owned(),
        }),
    }
}

fn variable(variable: &crate::api::Variable) -> wit::Variable {
    wit::Variable {
        name: variable.name.to_owned(),
        description: variable.description.to_owned(),
        secret: variable.secret,
        default_value: variable.default.as_ref().map(ToString::to_string),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::contact;
    use crate::api::field::Access;

    fn input(action: &str, name: &str) -> Option<wit::Field> {
        let action = manifest(&[]).actions.into_iter().find(|a| a.id == action)?;
        action.inputs.into_iter().find(|field| field.name == name)
    }

    #[test]
    fn fields_come_from_the_wit_text() {
        let owner = input("create-contact", "owner_id");
        assert!(owner.is_some_and(|field| field.title == "Owner Id"
            && field.templated
            && field.format.as_deref() == Some("id")
            && field.example.as_deref() == Some(r#""{{settings.admin}}""#)));
        let role = input("create-contact", "role");
        assert!(role.is_some_and(|field| field.allowed == ["user", "lead"]
            && matches!(field.required, wit::Requirement::Always)));
        let subject = input("send-message", "subject");
        assert!(subject.is_some_and(|field| matches!(
            field.required,
            wit::Requirement::When(wit::Condition { field, values })
                if field == "message_type" && values == ["email"]
        )));
        let copy = input("send-message", "cc[].contact_id");
        assert!(copy.is_some_and(|field| field.title == "Contact Id"));
        assert!(input("update-contact", "clear").is_none());
    }

    #[test]
    fn a_contact_s_writable_fields_are_the_inputs() {
        let writable = contact::FIELDS
            .iter()
            .filter(|field| field.access != Access::Search);
        let inputs = |id: &str| {
            let action = manifest(&[])
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
        for action in manifest(&[]).actions {
            assert!(action.description.is_some(), "{}", action.id);
            for field in action.inputs.iter().chain(&action.outputs) {
                assert!(field.description.is_some(), "{} {}", action.id, field.name);
            }
        }
    }

    #[test]
    fn examples_and_defaults_are_json() {
        for action in manifest(&[]).actions {
            for field in action.inputs {
                for text in field.example.into_iter().chain(field.default_value) {
                    let parsed = serde_json::from_str::<serde_json::Value>(&text);
                    assert!(parsed.is_ok(), "{} {}: {text}", action.id, field.name);
                }
            }
        }
    }

    #[test]
    fn choices_name_rows_that_an_action_lists() {
        let manifest = manifest(&[]);
        let inputs = manifest.actions.iter().flat_map(|action| &action.inputs);
        let with_choices = inputs.filter_map(|field| field.choices.as_ref());
        let with_choices: Vec<_> = with_choices.collect();
        assert!(!with_choices.is_empty());
        for choices in with_choices {
            let mut actions = manifest.actions.iter();
            let lister = actions.find(|action| action.id == choices.action);
            let has = |name: &str, kind: wit::FieldType| {
                let mut outputs = lister.into_iter().flat_map(|action| &action.outputs);
                outputs.any(|output| output.name == name && output.type_ == kind)
            };
            let wit::Choices {
                rows, value, label, ..
            } = choices;
            assert!(has(rows, wit::FieldType::RecordList), "{choices:?}");
            for key in [value, label] {
                let key = format!("{rows}[].{key}");
                assert!(has(&key, wit::FieldType::Text), "{choices:?}");
            }
            let search = choices.search.as_ref();
            let mut names = lister.into_iter().flat_map(|action| &action.inputs);
            assert!(search.is_none_or(|search| names.any(|field| field.name == *search)));
            let input = serde_json::from_str::<serde_json::Map<_, _>>(&choices.input);
            assert!(input.is_ok(), "{choices:?}");
        }
    }

    #[test]
    fn an_action_needs_the_variables_of_its_credentials() {
        let manifest = manifest(&[]);
        let needed = |id: &str| {
            let mut actions = manifest.actions.iter();
            let action = actions.find(|action| action.id == id);
            action.map(|action| action.variables.join(" "))
        };
        for (id, variables) in [
            ("create-contact", "INTERCOM_ACCESS_TOKEN"),
            ("authorize-url", ""),
            ("exchange-code", "INTERCOM_CLIENT_ID INTERCOM_CLIENT_SECRET"),
        ] {
            assert_eq!(needed(id).as_deref(), Some(variables), "{id}");
        }
        let without_default = |name: &String| {
            let mut variables = manifest.variables.iter();
            variables.any(|variable| variable.name == *name && variable.default_value.is_none())
        };
        let mut names = manifest.actions.iter().flat_map(|action| &action.variables);
        assert!(names.all(without_default));
    }

    #[test]
    fn only_a_custom_action_can_delete() {
        let actions = manifest(&[]).actions.into_iter();
        let destructive = actions.filter(|action| action.destructive);
        assert!(destructive.map(|action| action.id).eq(["custom-action"]));
    }
}
