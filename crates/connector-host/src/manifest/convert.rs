//! Converts the types of the bindings.

use serde_json::Value;

use super::{
    Action, ActionSummary, Auth, CatalogueQuery, Choices, Condition, Effect, Field, FieldType,
    JsonType, Manifest, Oauth, Requirement, Signature, SignatureAlgorithm, SignatureEncoding,
    Trigger, TriggerSource, Variable,
};
use crate::bindings::plugin as wit;

fn all<T, U: From<T>>(given: Vec<T>) -> Vec<U> {
    given.into_iter().map(U::from).collect()
}

/// A JSON text; invalid JSON becomes a JSON string.
fn json(text: String) -> Value {
    serde_json::from_str(&text).unwrap_or(Value::String(text))
}

impl From<wit::ConnectorManifest> for Manifest {
    fn from(given: wit::ConnectorManifest) -> Self {
        Self {
            name: given.name,
            title: given.title,
            version: given.version,
            api_version: given.api_version,
            summary: given.summary,
            docs_url: given.docs_url,
            hosts: given.hosts,
            variables: all(given.variables),
            auth: given.auth.map(Auth::from),
            signature: given.signature.map(Signature::from),
            actions: all(given.actions),
            triggers: all(given.triggers),
        }
    }
}

impl From<wit::Variable> for Variable {
    fn from(given: wit::Variable) -> Self {
        Self {
            name: given.name,
            description: given.description,
            secret: given.secret,
            default_value: given.default_value,
        }
    }
}

impl From<wit::Auth> for Auth {
    fn from(given: wit::Auth) -> Self {
        let oauth = given.oauth.map(|given| Oauth {
            authorize: given.authorize,
            exchange: given.exchange,
        });
        Self {
            token: given.token,
            test: given.test,
            oauth,
        }
    }
}

impl From<wit::Signature> for Signature {
    fn from(given: wit::Signature) -> Self {
        Self {
            header: given.header,
            prefix: given.prefix,
            algorithm: match given.algorithm {
                wit::SignatureAlgorithm::HmacSha1 => SignatureAlgorithm::HmacSha1,
                wit::SignatureAlgorithm::HmacSha256 => SignatureAlgorithm::HmacSha256,
            },
            encoding: match given.encoding {
                wit::SignatureEncoding::Hex => SignatureEncoding::Hex,
                wit::SignatureEncoding::Base64 => SignatureEncoding::Base64,
            },
            variable: given.variable,
        }
    }
}

impl From<wit::Action> for Action {
    fn from(given: wit::Action) -> Self {
        Self {
            id: given.id,
            title: given.title,
            description: given.description,
            group: given.group,
            effect: given.effect.into(),
            destructive: given.destructive,
            variables: given.variables,
            permissions: given.permissions,
            inputs: all(given.inputs),
            outputs: all(given.outputs),
        }
    }
}

impl From<wit::ActionSummary> for ActionSummary {
    fn from(given: wit::ActionSummary) -> Self {
        Self {
            id: given.id,
            title: given.title,
            description: given.description,
            group: given.group,
            effect: given.effect.into(),
            destructive: given.destructive,
        }
    }
}

impl From<CatalogueQuery> for wit::CatalogueQuery {
    fn from(query: CatalogueQuery) -> Self {
        Self {
            words: query.words,
            group: query.group,
            effect: query.effect.map(wit::Effect::from),
        }
    }
}

impl From<wit::Effect> for Effect {
    fn from(given: wit::Effect) -> Self {
        match given {
            wit::Effect::Read => Self::Read,
            wit::Effect::WriteIdempotent => Self::WriteIdempotent,
            wit::Effect::WriteOnce => Self::WriteOnce,
        }
    }
}

impl From<Effect> for wit::Effect {
    fn from(effect: Effect) -> Self {
        match effect {
            Effect::Read => Self::Read,
            Effect::WriteIdempotent => Self::WriteIdempotent,
            Effect::WriteOnce => Self::WriteOnce,
        }
    }
}

impl From<wit::Field> for Field {
    fn from(given: wit::Field) -> Self {
        Self {
            name: given.name,
            title: given.title,
            description: given.description,
            kind: given.type_.into(),
            also: json_types(given.also),
            format: given.format,
            required: given.required.into(),
            applies_when: given.applies_when.map(Condition::from),
            templated: given.templated,
            default_value: given.default_value.map(json),
            example: given.example.map(json),
            allowed: given.allowed,
            choices: given.choices.map(Choices::from),
            lines: given.lines,
            advanced: given.advanced,
        }
    }
}

impl From<wit::FieldType> for FieldType {
    fn from(given: wit::FieldType) -> Self {
        match given {
            wit::FieldType::Text => Self::Text,
            wit::FieldType::Integer => Self::Integer,
            wit::FieldType::Number => Self::Number,
            wit::FieldType::Flag => Self::Flag,
            wit::FieldType::Json => Self::Json,
            wit::FieldType::TextList => Self::TextList,
            wit::FieldType::Record => Self::Record,
            wit::FieldType::RecordList => Self::RecordList,
        }
    }
}

fn json_types(given: wit::JsonTypes) -> Vec<JsonType> {
    let known = [
        (wit::JsonTypes::TEXT, JsonType::Text),
        (wit::JsonTypes::INTEGER, JsonType::Integer),
        (wit::JsonTypes::NUMBER, JsonType::Number),
        (wit::JsonTypes::BOOLEAN, JsonType::Boolean),
        (wit::JsonTypes::OBJECT, JsonType::Object),
        (wit::JsonTypes::LIST, JsonType::List),
        (wit::JsonTypes::NULL, JsonType::Null),
    ];
    let known = known.into_iter();
    let given = known.filter(|(flag, _)| given.contains(*flag));
    given.map(|(_, kind)| kind).collect()
}

impl From<wit::Requirement> for Requirement {
    fn from(given: wit::Requirement) -> Self {
        match given {
            wit::Requirement::Optional => Self::Optional,
            wit::Requirement::Always => Self::Always,
            wit::Requirement::When(condition) => Self::When(condition.into()),
        }
    }
}

impl From<wit::Condition> for Condition {
    fn from(given: wit::Condition) -> Self {
        Self {
            field: given.field,
            values: given.values,
        }
    }
}

impl From<wit::Choices> for Choices {
    fn from(given: wit::Choices) -> Self {
        Self {
            action: given.action,
            input: json(given.input),
            rows: given.rows,
            value: given.value,
            label: given.label,
            search: given.search,
        }
    }
}

impl From<wit::Trigger> for Trigger {
    fn from(given: wit::Trigger) -> Self {
        let sources = [
            (wit::TriggerSources::WEBHOOK, TriggerSource::Webhook),
            (wit::TriggerSources::POLL, TriggerSource::Poll),
        ];
        let sources = sources.into_iter();
        let sources = sources.filter(|(flag, _)| given.sources.contains(*flag));
        Self {
            id: given.id,
            title: given.title,
            description: given.description,
            group: given.group,
            sources: sources.map(|(_, source)| source).collect(),
            topics: given.topics,
            setup: given.setup,
            variables: given.variables,
            permissions: given.permissions,
            inputs: all(given.inputs),
            outputs: all(given.outputs),
            sample: json(given.sample),
        }
    }
}
