//! The environment variables that the connector reads, for people and for the
//! manifest. [`super::Settings`] parses them.

/// One environment variable.
#[derive(Debug, Clone, Copy)]
pub struct Variable {
    /// Its name.
    pub name: &'static str,
    /// What it means.
    pub description: &'static str,
    /// Whether nothing works without it.
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

/// All of them.
pub const VARIABLES: [Variable; 6] = [
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
        "INTERCOM_TIMEOUT_MS",
        Some("30000"),
        "How long connecting, the first byte and the gap between bytes may each take, in milliseconds.",
    ),
    Variable {
        name: "WORKFLOW_CONTEXT",
        description: "The JSON object that placeholders look into.",
        required: false,
        secret: true,
        default: None,
    },
];

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::api::Settings;

    fn settings(variables: &[(String, String)]) -> String {
        format!("{:?}", Settings::read(variables).unwrap())
    }

    #[test]
    fn the_defaults_are_what_holds_where_nothing_is_set() {
        let token = ("INTERCOM_ACCESS_TOKEN".to_owned(), "token".to_owned());
        let defaults = VARIABLES
            .iter()
            .filter_map(|variable| Some((variable.name.to_owned(), variable.default?.to_owned())));
        let spelled_out: Vec<_> = defaults.chain([token.clone()]).collect();
        assert_eq!(settings(&spelled_out), settings(&[token]));
    }

    #[test]
    fn only_the_required_ones_are_missed() {
        let missed: Vec<_> = VARIABLES
            .iter()
            .filter(|v| v.required)
            .map(|v| v.name)
            .collect();
        assert_eq!(missed, ["INTERCOM_ACCESS_TOKEN"]);
        assert!(Settings::read(&[]).is_err());
    }
}
