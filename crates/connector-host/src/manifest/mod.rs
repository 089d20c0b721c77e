//! A component's manifest as JSON; `wit/deps/workflow-plugin` documents the meaning of each
//! part.

mod convert;
mod field;

pub use field::{Choices, Condition, Field, FieldType, JsonType, Requirement};

use serde::Serialize;
use serde_json::Value;

/// A connector's offers and needs.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Manifest {
    /// The connector's name.
    pub name: String,
    /// Its title.
    pub title: String,
    /// The connector's own version.
    pub version: String,
    /// The version of the service's API that it requests.
    pub api_version: String,
    /// Its summary.
    pub summary: String,
    /// The address of documentation for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub docs_url: Option<String>,
    /// The hosts that it must reach.
    pub hosts: Vec<String>,
    /// The environment variables that it reads.
    pub variables: Vec<Variable>,
    /// How requests are authorized.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auth: Option<Auth>,
    /// How the service signs webhooks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signature: Option<Signature>,
    /// The actions that forms offer first.
    pub actions: Vec<Action>,
    /// The events that can start a workflow.
    pub triggers: Vec<Trigger>,
}

/// One environment variable.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Variable {
    /// Its name.
    pub name: String,
    /// Its description.
    pub description: String,
    /// Whether its value is secret.
    pub secret: bool,
    /// The default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default_value: Option<String>,
}

/// How requests are authorized.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Auth {
    /// The variable that holds the access token.
    pub token: String,
    /// The action that checks the token.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub test: Option<String>,
    /// How an app gets a token by OAuth.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub oauth: Option<Oauth>,
}

/// The actions of an OAuth authorization code flow.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Oauth {
    /// The action that returns the URL for the person.
    pub authorize: String,
    /// The action that exchanges the code for the token.
    pub exchange: String,
}

/// How a webhook is signed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Signature {
    /// The header with the signature, in lower case.
    pub header: String,
    /// The prefix of the signature in the header.
    pub prefix: String,
    /// The algorithm.
    pub algorithm: SignatureAlgorithm,
    /// The encoding of its bytes.
    pub encoding: SignatureEncoding,
    /// The variable with the key.
    pub variable: String,
}

/// The algorithm of a signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum SignatureAlgorithm {
    /// HMAC with SHA-1.
    HmacSha1,
    /// HMAC with SHA-256.
    HmacSha256,
}

/// The encoding of a signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum SignatureEncoding {
    /// Hexadecimal digits.
    Hex,
    /// Base64.
    Base64,
}

/// One action.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Action {
    /// The action's id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// What it does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Its group in a list of actions.
    pub group: String,
    /// The effect of a retry.
    pub effect: Effect,
    /// Whether it may delete.
    pub destructive: bool,
    /// The variables that it needs and that have no default.
    pub variables: Vec<String>,
    /// The permissions that the token needs.
    pub permissions: Vec<String>,
    /// Its inputs, in the order of a form.
    pub inputs: Vec<Field>,
    /// The fields of its result.
    pub outputs: Vec<Field>,
}

/// An action in a list.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ActionSummary {
    /// The action's id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// What it does, in a sentence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Its group.
    pub group: String,
    /// The effect of a retry.
    pub effect: Effect,
    /// Whether it may delete.
    pub destructive: bool,
}

/// Which actions to list; the default lists all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CatalogueQuery {
    /// Words in an action's id, title, description or group.
    pub words: String,
    /// Only actions of this group.
    pub group: Option<String>,
    /// Only actions with this effect.
    pub effect: Option<Effect>,
}

/// The effect of a retry. The default is the safest one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Effect {
    /// It changes nothing.
    Read,
    /// A retry leaves the same result.
    WriteIdempotent,
    /// A retry may take effect twice.
    #[default]
    WriteOnce,
}

/// An event that can start a workflow.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Trigger {
    /// The trigger's id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// When it fires.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Its group in a list of triggers.
    pub group: String,
    /// How the engine learns of the event.
    pub sources: Vec<TriggerSource>,
    /// The service's own names of the event.
    pub topics: Vec<String>,
    /// What a person must set up in the service.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub setup: Option<String>,
    /// The variables that it needs and that have no default.
    pub variables: Vec<String>,
    /// The permissions that the token needs.
    pub permissions: Vec<String>,
    /// Its inputs, in the order of a form.
    pub inputs: Vec<Field>,
    /// The fields of an event's data.
    pub outputs: Vec<Field>,
    /// The data of a sample event.
    pub sample: Value,
}

/// How an engine learns of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum TriggerSource {
    /// The service calls the engine.
    Webhook,
    /// The engine polls.
    Poll,
}

/// A connector has no action with this id.
#[derive(Debug, thiserror::Error)]
#[error("{given:?} is not an action of this component; give one of {}", known.join(", "))]
pub struct UnknownAction {
    /// The given id.
    pub given: String,
    /// The known ids.
    pub known: Vec<String>,
}

impl Manifest {
    /// The action with this id.
    pub fn action(&self, id: &str) -> Option<&Action> {
        self.actions.iter().find(|action| action.id == id)
    }

    /// The action with this id, or an error that lists the known ids.
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

    /// A variable's default.
    pub fn default_of(&self, variable: &str) -> Option<&str> {
        let mut variables = self.variables.iter();
        let found = variables.find(|known| known.name == variable);
        found?.default_value.as_deref()
    }

    /// The variable that holds the access token.
    pub fn secret(&self) -> Option<&str> {
        self.auth.as_ref().map(|auth| auth.token.as_str())
    }
}
