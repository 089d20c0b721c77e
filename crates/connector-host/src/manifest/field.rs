//! One input or output of an action.

use serde::Serialize;
use serde_json::{Map, Value};

/// One input or output.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Field {
    /// The key in JSON; fields in a list are written as `cc[].contact_id`.
    pub name: String,
    /// Its title.
    pub title: String,
    /// Its description.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Its type in JSON.
    #[serde(rename = "type")]
    pub kind: FieldType,
    /// The JSON types that an input accepts in addition to `kind`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<JsonType>,
    /// The format of the value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub format: Option<String>,
    /// Whether an input is required.
    pub required: Requirement,
    /// When an input applies.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub applies_when: Option<Condition>,
    /// Whether it may contain placeholders.
    pub templated: bool,
    /// The default of an input.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default_value: Option<Value>,
    /// An example; text that is not JSON is kept as a JSON string.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub example: Option<Value>,
    /// The allowed values, if they are fixed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub allowed: Vec<String>,
    /// The source of choices.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub choices: Option<Choices>,
    /// How many lines a form should show.
    pub lines: u8,
    /// Whether a form may hide it at first.
    pub advanced: bool,
}

/// The type of a field, in JSON.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum FieldType {
    /// Text.
    #[default]
    Text,
    /// A whole number.
    Integer,
    /// Any number.
    Number,
    /// `true` or `false`.
    Flag,
    /// Any JSON.
    Json,
    /// A list of texts.
    TextList,
    /// A record, whose fields follow.
    Record,
    /// A list of records, whose fields follow.
    RecordList,
}

/// A type of JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum JsonType {
    /// Text.
    Text,
    /// A whole number.
    Integer,
    /// Any number.
    Number,
    /// `true` and `false`.
    Boolean,
    /// An object.
    Object,
    /// A list.
    List,
    /// `null`.
    Null,
}

/// Whether an input is required.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Requirement {
    /// It is optional.
    #[default]
    Optional,
    /// It is required.
    Always,
    /// It is required if another input has a certain value.
    When(Condition),
}

/// A condition: another input has one of these values.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Condition {
    /// The other input.
    pub field: String,
    /// The values.
    pub values: Vec<String>,
}

/// The source of choices.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Choices {
    /// The action that lists the values.
    pub action: String,
    /// The input to call it with.
    pub input: Value,
    /// The output with the rows.
    pub rows: String,
    /// The key, in a row, of the value.
    pub value: String,
    /// The key, in a row, of the label.
    pub label: String,
    /// The input for search words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub search: Option<String>,
}

impl Field {
    /// Whether it accepts this JSON type in addition to its own.
    pub fn also_takes(&self, kind: JsonType) -> bool {
        self.also.contains(&kind)
    }
}

impl Condition {
    /// Whether the other input has one of the values, ignoring case.
    pub fn holds(&self, input: &Map<String, Value>) -> bool {
        let given = input.get(&self.field);
        given.is_some_and(|value| self.is_met_by(value))
    }

    /// Whether `value`, a text, number or boolean, is one of the values, ignoring case.
    pub fn is_met_by(&self, value: &Value) -> bool {
        let text = match value {
            Value::String(text) => text.trim().to_owned(),
            Value::Number(_) | Value::Bool(_) => value.to_string(),
            Value::Null | Value::Array(_) | Value::Object(_) => return false,
        };
        let mut values = self.values.iter();
        values.any(|value| value.eq_ignore_ascii_case(&text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_condition_holds_in_upper_and_lower_case() {
        let condition = Condition {
            field: "by".to_owned(),
            values: ["email", "post", "true", "2"].map(str::to_owned).to_vec(),
        };
        for (input, holds) in [
            (json!({ "by": "email" }), true),
            (json!({ "by": " Post" }), true),
            (json!({ "by": "pigeon" }), false),
            (json!({ "by": true }), true),
            (json!({ "by": 2 }), true),
            (json!({ "by": false }), false),
            (json!({ "by": null }), false),
            (json!({ "by": ["email"] }), false),
            (json!({}), false),
        ] {
            let given = input.as_object().is_some_and(|it| condition.holds(it));
            assert_eq!(given, holds, "{input}");
        }
    }
}
