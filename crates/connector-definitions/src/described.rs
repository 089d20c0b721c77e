//! What the contract says of a typed action and its fields.

use crate::codec::{Codec, Packed};
use crate::method::Effect;
use crate::operation::{Choices, Kind};

/// One action. Texts are empty where nothing was said.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[allow(missing_docs, reason = "the contract's `action` describes them")]
pub struct Described {
    pub id: String,
    pub description: String,
    pub group: String,
    pub effect: Effect,
    pub destructive: bool,
    pub permissions: Vec<String>,
    pub inputs: Vec<Field>,
    pub outputs: Vec<Field>,
}

/// One input or output. Values are JSON texts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[allow(missing_docs, reason = "the contract's `field` describes them")]
pub struct Field {
    pub name: String,
    pub description: String,
    pub kind: Kind,
    /// The JSON types that are taken beside that of the type: a bit for each, in the
    /// order of [`JSON_TYPES`].
    pub also: u32,
    pub format: String,
    /// Whether it must always be given.
    pub required: bool,
    pub required_when: Condition,
    pub applies_when: Condition,
    pub templated: bool,
    pub default: String,
    pub example: String,
    pub allowed: Vec<String>,
    pub choices: Choices,
    pub lines: u32,
    pub advanced: bool,
}

/// The contract's names of the types of JSON, in the order of its `json-types`.
pub const JSON_TYPES: [&str; 7] = [
    "text", "integer", "number", "boolean", "object", "list", "null",
];

/// That another input has one of these values. The field is empty if there is no
/// condition.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[allow(missing_docs, reason = "the contract's `condition` describes them")]
pub struct Condition {
    pub field: String,
    pub values: Vec<String>,
}

impl Packed for Described {
    fn summary(&mut self, codec: &mut dyn Codec) {
        codec.text(&mut self.id);
        codec.prose(&mut self.description);
        codec.text(&mut self.group);
        codec.one_of(&mut self.effect, &Effect::ALL);
        codec.flags(&mut [&mut self.destructive]);
    }

    fn details(&mut self, codec: &mut dyn Codec) {
        codec.texts(&mut self.permissions);
        codec.list(&mut self.inputs, Field::code);
        codec.list(&mut self.outputs, Field::code);
    }
}

impl Field {
    fn code(&mut self, codec: &mut dyn Codec) {
        codec.text(&mut self.name);
        codec.prose(&mut self.description);
        codec.one_of(&mut self.kind, &Kind::ALL);
        codec.text(&mut self.format);
        codec.flags(&mut [&mut self.required, &mut self.templated, &mut self.advanced]);
        codec.number(&mut self.also);
        codec.number(&mut self.lines);
        self.required_when.code(codec);
        self.applies_when.code(codec);
        codec.text(&mut self.default);
        codec.text(&mut self.example);
        codec.texts(&mut self.allowed);
        self.choices.code(codec);
    }
}

impl Condition {
    fn code(&mut self, codec: &mut dyn Codec) {
        codec.text(&mut self.field);
        if !self.field.is_empty() {
            codec.texts(&mut self.values);
        }
    }
}
