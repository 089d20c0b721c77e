//! What a component says about itself, as JSON writes it; the meaning of each
//! part is documented in `wit/deps/workflow-plugin`.

use serde::Serialize;
use serde_json::Value;

use crate::bindings::plugin as wit;

/// What a connector offers and what it needs.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Manifest {
    /// The connector's name.
    pub name: String,
    /// Its name for a person.
    pub title: String,
    /// The connector's own version.
    pub version: String,
    /// The version of the service's API that it requests.
    pub api_version: String,
    /// What it is for.
    pub summary: String,
    /// The hosts that it must reach.
    pub hosts: Vec<String>,
    /// The environment variables that it reads.
    pub variables: Vec<Variable>,
    /// Its actions.
    pub actions: Vec<Action>,
}

/// One environment variable.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Variable {
    /// Its name.
    pub name: String,
    /// What it means.
    pub description: String,
    /// Whether actions need it, but for those that say otherwise.
    pub required: bool,
    /// Whether its value must not be shown or logged.
    pub secret: bool,
    /// What holds where it is not set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default_value: Option<String>,
}

/// One action.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Action {
    /// The action's id.
    pub id: String,
    /// Its name for a person.
    pub title: String,
    /// What it does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// What repeating it does.
    pub effect: Effect,
    /// Its inputs, in the order of a form.
    pub inputs: Vec<Field>,
    /// The fields of its result.
    pub outputs: Vec<Field>,
}

/// What repeating an action does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Effect {
    /// It changes nothing.
    Read,
    /// Repeating it leaves the same result.
    WriteIdempotent,
    /// Repeating it may do the thing twice.
    WriteOnce,
}

/// One input or output.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Field {
    /// The key in JSON; those within a list follow it as `cc[].contact_id`.
    pub name: String,
    /// Its name for a person.
    pub title: String,
    /// What it holds.
    #[serde(rename = "type")]
    pub kind: FieldType,
    /// Whether an input must be given.
    pub required: Requirement,
    /// Whether it may hold placeholders.
    pub templated: bool,
    /// What it is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// An example; text that is no JSON is kept as a JSON string.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub example: Option<Value>,
    /// The values that it can have, where they are fixed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub allowed: Vec<String>,
    /// The action whose result lists the values to choose from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub choices_from: Option<String>,
}

/// What a field holds, in JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum FieldType {
    /// Text.
    Text,
    /// A whole number.
    Integer,
    /// `true` or `false`, or text that becomes one of them.
    Flag,
    /// Any JSON.
    Json,
    /// Text, or a JSON object in its place.
    TextOrJson,
    /// A list of texts.
    TextList,
    /// A record, whose fields follow.
    Record,
    /// A list of records, whose fields follow.
    RecordList,
}

/// Whether an input must be given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Requirement {
    /// It may be left out.
    Optional,
    /// It must be given.
    Always,
    /// It must be given where another input has a certain value.
    When(Condition),
}

/// That another input has a certain value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Condition {
    /// The other input.
    pub field: String,
    /// The value.
    pub value: String,
}

/// A connector has no action with this id.
#[derive(Debug, thiserror::Error)]
#[error("{given:?} is not an action of this component; its actions are {}", known.join(", "))]
pub struct UnknownAction {
    /// The id that was given.
    pub given: String,
    /// The ids there are.
    pub known: Vec<String>,
}

impl Manifest {
    /// The action with this id.
    pub fn action(&self, id: &str) -> Option<&Action> {
        self.actions.iter().find(|action| action.id == id)
    }

    /// The action with this id, or an error that lists those there are.
    ///
    /// # Errors
    ///
    /// When the connector has no such action.
    pub fn known_action(&self, id: &str) -> Result<&Action, UnknownAction> {
        self.action(id).ok_or_else(|| UnknownAction {
            given: id.to_owned(),
            known: self
                .actions
                .iter()
                .map(|action| action.id.clone())
                .collect(),
        })
    }

    /// What holds for a variable where it is not set.
    pub fn default_of(&self, variable: &str) -> Option<&str> {
        let mut variables = self.variables.iter();
        let found = variables.find(|known| known.name == variable);
        found?.default_value.as_deref()
    }

    /// The variable that holds the access token: the secret without which
    /// nothing works.
    pub fn secret(&self) -> Option<&str> {
        let mut variables = self.variables.iter();
        let secret = variables.find(|variable| variable.secret && variable.required);
        secret.map(|variable| variable.name.as_str())
    }
}

impl From<wit::ConnectorManifest> for Manifest {
    fn from(given: wit::ConnectorManifest) -> Self {
        Self {
            name: given.name,
            title: given.title,
            version: given.version,
            api_version: given.api_version,
            summary: given.summary,
            hosts: given.hosts,
            variables: given.variables.into_iter().map(Variable::from).collect(),
            actions: given.actions.into_iter().map(Action::from).collect(),
        }
    }
}

impl From<wit::Variable> for Variable {
    fn from(given: wit::Variable) -> Self {
        Self {
            name: given.name,
            description: given.description,
            required: given.required,
            secret: given.secret,
            default_value: given.default_value,
        }
    }
}

impl From<wit::Action> for Action {
    fn from(given: wit::Action) -> Self {
        Self {
            id: given.id,
            title: given.title,
            description: given.description,
            effect: match given.effect {
                wit::Effect::Read => Effect::Read,
                wit::Effect::WriteIdempotent => Effect::WriteIdempotent,
                wit::Effect::WriteOnce => Effect::WriteOnce,
            },
            inputs: given.inputs.into_iter().map(Field::from).collect(),
            outputs: given.outputs.into_iter().map(Field::from).collect(),
        }
    }
}

impl From<wit::Field> for Field {
    fn from(given: wit::Field) -> Self {
        let example = given
            .example
            .map(|text| serde_json::from_str(&text).unwrap_or(Value::String(text)));
        Self {
            name: given.name,
            title: given.title,
            kind: given.type_.into(),
            required: given.required.into(),
            templated: given.templated,
            description: given.description,
            example,
            allowed: given.allowed,
            choices_from: given.choices_from,
        }
    }
}

impl From<wit::FieldType> for FieldType {
    fn from(given: wit::FieldType) -> Self {
        match given {
            wit::FieldType::Text => Self::Text,
            wit::FieldType::Integer => Self::Integer,
            wit::FieldType::Flag => Self::Flag,
            wit::FieldType::Json => Self::Json,
            wit::FieldType::TextOrJson => Self::TextOrJson,
            wit::FieldType::TextList => Self::TextList,
            wit::FieldType::Record => Self::Record,
            wit::FieldType::RecordList => Self::RecordList,
        }
    }
}

impl From<wit::Requirement> for Requirement {
    fn from(given: wit::Requirement) -> Self {
        match given {
            wit::Requirement::Optional => Self::Optional,
            wit::Requirement::Always => Self::Always,
            wit::Requirement::When(wit::Condition { field, value }) => {
                Self::When(Condition { field, value })
            }
        }
    }
}
