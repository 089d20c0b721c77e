//! The environment variables of the connector. [`super::Settings`] and [`super::Credentials`]
//! parse them, the manifest lists them.

use super::numbers::{self, Number};
use super::version::Version;
use crate::input::without_mark;
use std::fmt;

/// One environment variable.
#[derive(Debug, Clone, Copy)]
pub struct Variable {
    /// Its name.
    pub name: &'static str,
    /// Its description.
    pub description: &'static str,
    /// Whether its value is secret.
    pub secret: bool,
    /// The default.
    pub default: Option<DefaultValue>,
}

/// A default.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DefaultValue {
    /// Of a text variable.
    Text(&'static str),
    /// Of a numeric variable.
    Number(u64),
}

impl fmt::Display for DefaultValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Number(number) => number.fmt(f),
        }
    }
}

impl Variable {
    /// Its value. An empty one counts as not set.
    pub fn value<'a>(&self, variables: &'a [(String, String)]) -> Option<&'a str> {
        value(variables, self.name)
    }
}

/// The value of a variable, without a byte order mark. An empty one counts as not
/// set.
pub fn value<'a>(variables: &'a [(String, String)], name: &str) -> Option<&'a str> {
    let (_, value) = variables.iter().find(|(n, _)| n == name)?;
    Some(without_mark(value)).filter(|value| !value.is_empty())
}

const fn text(name: &'static str, description: &'static str) -> Variable {
    Variable {
        name,
        description,
        secret: false,
        default: None,
    }
}

const fn secret(name: &'static str, description: &'static str) -> Variable {
    Variable {
        secret: true,
        ..text(name, description)
    }
}

const fn number(number: Number) -> Variable {
    Variable {
        default: match number.default {
            Some(default) => Some(DefaultValue::Number(default)),
            None => None,
        },
        ..text(number.name, number.description)
    }
}

/// The access token.
pub const ACCESS_TOKEN: Variable = secret(
    "INTERCOM_ACCESS_TOKEN",
    "The access token, or a placeholder that the engine replaces at egress.",
);

/// The region's name if [`REGION`] is not set.
pub const DEFAULT_REGION: &str = "us";

/// The region.
pub const REGION: Variable = Variable {
    default: Some(DefaultValue::Text(DEFAULT_REGION)),
    ..text("INTERCOM_REGION", "Where the workspace is: us, eu or au.")
};

/// A URL instead of the region's.
pub const BASE_URL: Variable = text(
    "INTERCOM_BASE_URL",
    "A URL to use instead of the region's, such as that of a proxy or a test double.",
);

/// The API version.
pub const VERSION: Variable = Variable {
    default: Some(DefaultValue::Text(Version::DEFAULT)),
    ..text(
        "INTERCOM_VERSION",
        "The version of Intercom's API to request.",
    )
};

/// The app's client id.
pub const CLIENT_ID: Variable = text(
    "INTERCOM_CLIENT_ID",
    "The client id of the Intercom app, for authorize-url and exchange-code.",
);

/// The app's client secret.
pub const CLIENT_SECRET: Variable = secret(
    "INTERCOM_CLIENT_SECRET",
    "The client secret of the Intercom app, for exchange-code and for verifying webhooks.",
);

/// The workflow context.
pub const CONTEXT: Variable = secret(
    "WORKFLOW_CONTEXT",
    "The JSON object with the values of placeholders. Without it, all text is literal.",
);

/// The custom actions.
pub const ACTIONS: Variable = text(
    "WORKFLOW_ACTIONS",
    "Custom actions: an OpenAPI document or a list of documents, as JSON.",
);

/// All variables, in the order of the manifest.
pub const VARIABLES: [Variable; 17] = [
    ACCESS_TOKEN,
    REGION,
    BASE_URL,
    VERSION,
    number(numbers::MAX_RETRIES),
    number(numbers::RETRY_BUDGET),
    number(numbers::TIMEOUT),
    number(numbers::CONNECT_TIMEOUT),
    number(numbers::FIRST_BYTE_TIMEOUT),
    number(numbers::BETWEEN_BYTES_TIMEOUT),
    number(numbers::ACTION_TIMEOUT),
    number(numbers::MAX_BODY),
    number(numbers::JITTER_SEED),
    CLIENT_ID,
    CLIENT_SECRET,
    CONTEXT,
    ACTIONS,
];

/// The variables of credentials. A preview needs and shows none of them.
pub const SECRET_VARIABLES: [&str; 2] = [ACCESS_TOKEN.name, CLIENT_SECRET.name];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_authorizes_is_secret() {
        for name in SECRET_VARIABLES {
            let variable = VARIABLES.iter().find(|variable| variable.name == name);
            assert!(variable.is_some_and(|variable| variable.secret), "{name}");
        }
    }
}
