//! The contract's description of an action and its fields, as `build/` generates it, and its
//! conversion to the contract's types.

use crate::world::plugin::{self as wit, Effect, FieldType, JsonTypes};

/// One action.
pub struct Action {
    pub id: &'static str,
    pub title: &'static str,
    pub description: Option<&'static str>,
    pub group: &'static str,
    pub effect: Effect,
    pub destructive: bool,
    pub permissions: &'static [&'static str],
    pub inputs: &'static [Field],
    pub outputs: &'static [Field],
}

/// One input or output.
pub struct Field {
    pub name: &'static str,
    pub title: &'static str,
    pub description: Option<&'static str>,
    pub kind: FieldType,
    pub also: JsonTypes,
    pub format: Option<&'static str>,
    pub required: Required,
    pub applies_when: Option<&'static Condition>,
    pub templated: bool,
    pub default: Option<&'static str>,
    pub example: Option<&'static str>,
    pub allowed: &'static [&'static str],
    pub choices: Option<&'static Choices>,
    pub lines: u8,
    pub advanced: bool,
}

/// Whether an input is required.
pub enum Required {
    Optional,
    Always,
    When(&'static Condition),
}

/// A condition: another input has one of these values.
pub struct Condition {
    pub field: &'static str,
    pub values: &'static [&'static str],
}

/// The source of choices.
pub struct Choices {
    pub action: &'static str,
    pub rows: &'static str,
    pub value: &'static str,
    pub label: &'static str,
    pub search: Option<&'static str>,
    pub input: &'static str,
}

impl Action {
    /// The whole description. `variables` are those that the action needs.
    pub fn to_wit(&self, variables: &[&str]) -> wit::Action {
        wit::Action {
            id: self.id.to_owned(),
            title: self.title.to_owned(),
            description: text(self.description),
            group: self.group.to_owned(),
            effect: self.effect,
            destructive: self.destructive,
            variables: texts(variables),
            permissions: texts(self.permissions),
            inputs: self.inputs.iter().map(Field::to_wit).collect(),
            outputs: self.outputs.iter().map(Field::to_wit).collect(),
        }
    }
}

impl Field {
    fn to_wit(&self) -> wit::Field {
        wit::Field {
            name: self.name.to_owned(),
            title: self.title.to_owned(),
            description: text(self.description),
            type_: self.kind,
            also: self.also,
            format: text(self.format),
            required: self.required.to_wit(),
            applies_when: self.applies_when.map(Condition::to_wit),
            templated: self.templated,
            default_value: text(self.default),
            example: text(self.example),
            allowed: texts(self.allowed),
            choices: self.choices.map(Choices::to_wit),
            lines: self.lines,
            advanced: self.advanced,
        }
    }
}

impl Required {
    fn to_wit(&self) -> wit::Requirement {
        match self {
            Self::Optional => wit::Requirement::Optional,
            Self::Always => wit::Requirement::Always,
            Self::When(condition) => wit::Requirement::When(condition.to_wit()),
        }
    }
}

impl Condition {
    fn to_wit(&self) -> wit::Condition {
        wit::Condition {
            field: self.field.to_owned(),
            values: texts(self.values),
        }
    }
}

impl Choices {
    fn to_wit(&self) -> wit::Choices {
        wit::Choices {
            action: self.action.to_owned(),
            input: self.input.to_owned(),
            rows: self.rows.to_owned(),
            value: self.value.to_owned(),
            label: self.label.to_owned(),
            search: text(self.search),
        }
    }
}

fn text(text: Option<&str>) -> Option<String> {
    text.map(str::to_owned)
}

fn texts(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}
