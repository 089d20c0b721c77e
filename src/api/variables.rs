//! The environment variables that the connector reads, for people and for the
//! manifest. [`super::Settings`] and [`super::Credentials`] parse them.

/// One environment variable.
#[derive(Debug, Clone, Copy)]
pub struct Variable {
    /// Its name.
    pub name: &'static str,
    /// What it means.
    pub description: &'static str,
    /// Whether actions need it, but for those that say otherwise.
    pub required: bool,
    /// Whether its value must not be shown.
    pub secret: bool,
    /// What holds where it is not set.
    pub default: Option<&'static str>,
}

const fn optional(
    name: &'static str,
    default: Option<&'static str>,
    description: &'static str,
) -> Variable {
    Variable {
        name,
        description,
        required: false,
        secret: false,
        default,
    }
}

const fn secret(name: &'static str, description: &'static str) -> Variable {
    Variable {
        secret: true,
        ..optional(name, None, description)
    }
}

/// The value of a variable; an empty one counts as not set.
pub fn value<'a>(variables: &'a [(String, String)], name: &str) -> Option<&'a str> {
    let (_, value) = variables.iter().find(|(n, _)| n == name)?;
    Some(value.as_str()).filter(|value| !value.is_empty())
}

/// All of them.
pub const VARIABLES: [Variable; 16] = [
    Variable {
        name: "INTERCOM_ACCESS_TOKEN",
        description: "The access token, or a placeholder that the engine replaces on the way out.",
        required: true,
        secret: true,
        default: None,
    },
    optional(
        "INTERCOM_REGION",
        Some("us"),
        "Where the workspace is: us, eu or au.",
    ),
    optional(
        "INTERCOM_BASE_URL",
        None,
        "Another address in place of the region's: a proxy, or a test double.",
    ),
    optional(
        "INTERCOM_VERSION",
        Some("2.16"),
        "The version of Intercom's API to ask for.",
    ),
    optional(
        "INTERCOM_MAX_RETRIES",
        Some("2"),
        "How many requests of an action may be repeats of others; 0 leaves that to the engine.",
    ),
    optional(
        "INTERCOM_RETRY_BUDGET_MS",
        Some("15000"),
        "How long an action may wait in all before it repeats requests, in milliseconds.",
    ),
    optional(
        "INTERCOM_TIMEOUT_MS",
        Some("30000"),
        "How long connecting, the first byte and the gap between bytes may each take, in milliseconds.",
    ),
    optional(
        "INTERCOM_CONNECT_TIMEOUT_MS",
        None,
        "How long connecting may take, in milliseconds; INTERCOM_TIMEOUT_MS where it is not set.",
    ),
    optional(
        "INTERCOM_FIRST_BYTE_TIMEOUT_MS",
        None,
        "How long the first byte of an answer may take, in milliseconds; INTERCOM_TIMEOUT_MS where it is not set.",
    ),
    optional(
        "INTERCOM_BETWEEN_BYTES_TIMEOUT_MS",
        None,
        "How long the gap between bytes of an answer may take, in milliseconds; INTERCOM_TIMEOUT_MS where it is not set.",
    ),
    optional(
        "INTERCOM_ACTION_TIMEOUT_MS",
        Some("120000"),
        "How long a whole action may take, with all its requests and waits, in milliseconds.",
    ),
    optional(
        "INTERCOM_MAX_BODY_BYTES",
        Some("16777216"),
        "The most bytes of an answer to take.",
    ),
    optional(
        "INTERCOM_JITTER_SEED",
        None,
        "A whole number that the waits between retries are picked by; they differ from call to call without it.",
    ),
    optional(
        "INTERCOM_CLIENT_ID",
        None,
        "The client id of the Intercom app, for authorize-url and exchange-code.",
    ),
    secret(
        "INTERCOM_CLIENT_SECRET",
        "The client secret of the Intercom app, for exchange-code alone.",
    ),
    secret(
        "WORKFLOW_CONTEXT",
        "The JSON object that placeholders look into.",
    ),
];

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::api::{Credentials, SECRET_VARIABLES, Settings, Token};
    use crate::input::Problems;

    fn settings(variables: &[(String, String)]) -> String {
        let settings = Settings::read(variables, &mut Problems::default());
        format!("{:?}", settings.unwrap())
    }

    #[test]
    fn the_defaults_are_what_holds_where_nothing_is_set() {
        let defaults = VARIABLES
            .iter()
            .filter_map(|variable| Some((variable.name.to_owned(), variable.default?.to_owned())));
        let spelled_out: Vec<_> = defaults.collect();
        assert_eq!(settings(&spelled_out), settings(&[]));
    }

    #[test]
    fn only_the_required_ones_are_missed() {
        let missed: Vec<_> = VARIABLES
            .iter()
            .filter(|v| v.required)
            .map(|v| v.name)
            .collect();
        assert_eq!(missed, ["INTERCOM_ACCESS_TOKEN"]);
        assert_eq!(Token::read(&[], &mut Problems::default()), None);
    }

    #[test]
    fn what_proves_a_right_is_secret() {
        for name in SECRET_VARIABLES {
            let variable = VARIABLES.iter().find(|variable| variable.name == name);
            assert!(variable.is_some_and(|variable| variable.secret), "{name}");
        }
    }
}
