//! What the WIT text says of the typed actions, as the build packs it, in the types of
//! the contract.

use super::actions::Entry;
use crate::operations::{Table, choices, effect, field_type};
use crate::world::plugin::{self as wit, JsonTypes};
use connector_definitions::described::{Condition, Described, Field};
use connector_definitions::title;

/// What the build has packed.
const TABLE: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/actions.bin"));

/// All typed actions, in the order of the WIT text.
pub fn all() -> Vec<wit::Action> {
    let table = Table::open(TABLE);
    table.entries().map(|entry| action(entry.read())).collect()
}

/// The same in short.
pub fn summaries() -> Vec<wit::ActionSummary> {
    let table = Table::open(TABLE);
    let summaries = table.entries().map(|entry| summary(entry.summary()));
    summaries.collect()
}

/// The typed action with an id.
pub fn find(id: &str) -> Option<wit::Action> {
    Table::open(TABLE).find(id).map(action)
}

fn summary(action: Described) -> wit::ActionSummary {
    wit::ActionSummary {
        title: title(&action.id),
        id: action.id,
        description: given(action.description),
        group: action.group,
        effect: effect(action.effect),
        destructive: action.destructive,
    }
}

fn action(action: Described) -> wit::Action {
    let variables = Entry::find(&action.id).map(|entry| (entry.variables)());
    let variables = variables.unwrap_or_default().iter();
    wit::Action {
        title: title(&action.id),
        id: action.id,
        description: given(action.description),
        group: action.group,
        effect: effect(action.effect),
        destructive: action.destructive,
        variables: variables.map(|name| (*name).to_owned()).collect(),
        permissions: action.permissions,
        inputs: action.inputs.into_iter().map(field).collect(),
        outputs: action.outputs.into_iter().map(field).collect(),
    }
}

fn field(field: Field) -> wit::Field {
    wit::Field {
        title: title(&field.name),
        name: field.name,
        description: given(field.description),
        type_: field_type(field.kind),
        also: JsonTypes::from_bits_truncate(field.also as u8),
        format: given(field.format),
        required: match condition(field.required_when) {
            Some(condition) => wit::Requirement::When(condition),
            None if field.required => wit::Requirement::Always,
            None => wit::Requirement::Optional,
        },
        applies_when: condition(field.applies_when),
        templated: field.templated,
        default_value: given(field.default),
        example: given(field.example),
        allowed: field.allowed,
        choices: choices(field.choices),
        lines: u8::try_from(field.lines).unwrap_or(u8::MAX),
        advanced: field.advanced,
    }
}

fn condition(condition: Condition) -> Option<wit::Condition> {
    let Condition { field, values } = condition;
    (!field.is_empty()).then_some(wit::Condition { field, values })
}

fn given(text: String) -> Option<String> {
    (!text.is_empty()).then_some(text)
}
