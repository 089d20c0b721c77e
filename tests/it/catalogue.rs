//! The catalogue: every operation of Intercom's API can be called as it describes
//! itself.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "for tests only"
)]

use intercom_connector::internals::plugin::{
    Action, ActionSummary, CatalogueQuery, Field, FieldType, Requirement,
};
use intercom_connector::internals::{catalogue, describe, manifest, preview};
use serde_json::{Map, Value, json};

fn listed(words: &str) -> Vec<ActionSummary> {
    let query = CatalogueQuery {
        words: words.to_owned(),
        group: None,
        effect: None,
    };
    catalogue(&query, &[])
}

/// The operations that are not in the manifest.
fn operations() -> Vec<Action> {
    let curated = manifest(&[]).actions;
    let rest = listed("").into_iter().map(|action| action.id);
    let rest = rest.filter(|id| curated.iter().all(|action| action.id != *id));
    describe(&rest.collect::<Vec<_>>(), &[])
}

/// A value that a field says it takes.
fn example(field: &Field) -> Option<Value> {
    let allowed = field.allowed.first().map(|value| json!(value));
    let example = field
        .example
        .as_ref()
        .map(|text| serde_json::from_str(text).unwrap());
    example.or(allowed)
}

/// The input that an action describes: its top-level fields, required or all, those of
/// records one by one.
fn input(action: &Action, all: bool) -> Value {
    let is_wanted = |field: &Field| all || matches!(field.required, Requirement::Always);
    let mut input = Map::new();
    for field in action.inputs.iter().filter(|field| is_wanted(field)) {
        if field.name.contains('.') {
            continue;
        }
        let value = match field.type_ {
            FieldType::Record => Some(record(action, &format!("{}.", field.name), all)),
            FieldType::RecordList => {
                Some(json!([record(action, &format!("{}[].", field.name), all)]))
            }
            _ => example(field),
        };
        // Where a list starts has no example: nothing came before it.
        if field.name != "next_page" {
            input.extend(value.map(|value| (field.name.clone(), value)));
        }
    }
    input.into()
}

fn record(action: &Action, prefix: &str, all: bool) -> Value {
    let inner = action
        .inputs
        .iter()
        .filter_map(|field| Some((field.name.strip_prefix(prefix)?, field)));
    let wanted = inner.filter(|(_, field)| all || matches!(field.required, Requirement::Always));
    let values = wanted.filter_map(|(name, field)| Some((name.to_owned(), example(field)?)));
    values.collect()
}

#[test]
fn every_operation_previews_from_its_own_examples() {
    let operations = operations();
    assert!(operations.len() > 200, "{}", operations.len());
    for action in operations {
        for all in [false, true] {
            let input = input(&action, all);
            let requests = preview(&action.id, &input.to_string(), Vec::new());
            let requests = requests
                .map_err(|error| format!("{} {input}: {error:?}", action.id))
                .unwrap();
            let url = &requests[0].url;
            assert!(url.starts_with("https://api.intercom.io/"), "{url}");
            assert!(!url.contains(['{', '}']), "{url}");
        }
    }
}

#[test]
fn choices_come_from_actions_that_exist() {
    let ids: Vec<String> = listed("").into_iter().map(|action| action.id).collect();
    for action in operations() {
        for choices in action
            .inputs
            .iter()
            .filter_map(|field| field.choices.as_ref())
        {
            assert!(
                ids.contains(&choices.action),
                "{}: {}",
                action.id,
                choices.action
            );
            let lister = describe(std::slice::from_ref(&choices.action), &[]).remove(0);
            let has_rows = lister
                .outputs
                .iter()
                .any(|output| output.name == choices.rows);
            assert!(
                has_rows,
                "{}: {} of {}",
                action.id, choices.rows, choices.action
            );
        }
    }
}

/// Inputs whose name says which list their value is picked from.
const PICKED: [(&str, &str); 14] = [
    ("admin_id", "admins"),
    ("from_id", "admins"),
    ("owner_id", "admins"),
    ("author_id", "admins"),
    ("team_id", "teams"),
    ("tag_id", "tags"),
    ("segment_id", "segments"),
    ("ticket_type_id", "ticket-types"),
    ("ticket_state_id", "ticket-states"),
    ("subscription_id", "subscription-types"),
    ("away_status_reason_id", "away-status-reasons"),
    ("brand_id", "brands"),
    ("data_attribute_id", "data-attribute-ids"),
    ("help_center_id", "help-centers"),
];

#[test]
fn inputs_that_are_picked_name_their_list() {
    let ids: Vec<String> = listed("").into_iter().map(|action| action.id).collect();
    let actions = describe(&ids, &[]);
    let mut seen = 0;
    for action in &actions {
        for input in &action.inputs {
            let name = input.name.rsplit(['.', ']']).next().unwrap_or_default();
            let Some((_, kind)) = PICKED.iter().find(|(picked, _)| *picked == name) else {
                continue;
            };
            let choices = input.choices.as_ref();
            let given = choices.map(|choices| serde_json::from_str::<Value>(&choices.input));
            let given = given.map(|given| given.unwrap()["kind"].clone());
            assert_eq!(given, Some(json!(kind)), "{} {}", action.id, input.name);
            seen += 1;
        }
    }
    assert!(seen > 40, "{seen}");
}

#[test]
fn operations_are_found_by_words() {
    let ids = |words: &str| -> Vec<String> {
        listed(words).into_iter().map(|action| action.id).collect()
    };
    assert!(ids("scroll companies").contains(&"scroll-companies".to_owned()));
    assert_eq!(ids("no such words at all"), [""; 0]);
}

/// What a list returns has one shape, however Intercom pages it.
#[test]
fn every_list_has_the_same_outputs() {
    let lists: Vec<Action> = operations()
        .into_iter()
        .filter(|action| action.outputs.iter().any(|output| output.name == "items"))
        .collect();
    assert!(lists.len() > 40, "{}", lists.len());
    for action in lists {
        let names: Vec<&str> = action
            .outputs
            .iter()
            .map(|output| output.name.as_str())
            .collect();
        assert_eq!(
            names,
            ["items", "next_page", "total_count", "notes", "response"],
            "{}",
            action.id
        );
    }
}
