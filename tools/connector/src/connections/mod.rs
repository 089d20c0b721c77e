//! Connections: a token with the variables that belong to it, stored in the system's keyring or
//! in a private file, and the redirect back from an OAuth page.

mod redirect;
mod store;

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

use connector_egress::Origin;

pub use redirect::{Redirect, RedirectError, State, code_of};
pub use store::{Store, StoreError};

/// The data that connects a connector to one workspace.
#[derive(Debug, Clone)]
pub struct Connection {
    /// The access token.
    pub token: SecretString,
    /// Variables of the workspace, such as the region; none is secret.
    pub variables: BTreeMap<String, String>,
    /// Where the token may be sent, as of the connection: another component with the same name
    /// can't have it sent elsewhere.
    pub origins: Vec<Origin>,
}

/// The id of a connection: the connector's name, and a name that the person chose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConnectionId {
    /// The connector's name in its manifest.
    pub connector: Name,
    /// The connection's name.
    pub name: Name,
}

impl fmt::Display for ConnectionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.connector, self.name)
    }
}

/// A name that is a valid file name on every system: letters, digits, `-` and `_`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name(String);

/// The name of a connection without a name.
pub const DEFAULT_NAME: &str = "default";

impl Default for Name {
    fn default() -> Self {
        Self(DEFAULT_NAME.to_owned())
    }
}

/// A text that is no [`Name`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a name; give letters, digits, - and _, 64 of them at most")]
pub struct NameError(String);

/// Maximum length of a name, in characters. File names may have 255; keyrings show names to
/// people.
const NAME_CHARS: usize = 64;

impl FromStr for Name {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        let of_a_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
        let is_name = (1..=NAME_CHARS).contains(&text.len()) && text.chars().all(of_a_name);
        match is_name {
            true => Ok(Self(text.to_owned())),
            false => Err(NameError(text.to_owned())),
        }
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A stored connection.
#[derive(Serialize, Deserialize)]
struct Kept {
    token: String,
    variables: BTreeMap<String, String>,
    origins: Vec<String>,
}

impl Connection {
    /// The stored text; it contains the token.
    fn to_text(&self) -> Result<SecretString, serde_json::Error> {
        let kept = Kept {
            token: self.token.expose_secret().to_owned(),
            variables: self.variables.clone(),
            origins: self.origins.iter().map(Origin::to_string).collect(),
        };
        serde_json::to_string(&kept).map(SecretString::from)
    }

    fn from_text(text: &SecretString) -> Option<Self> {
        let kept: Kept = serde_json::from_str(text.expose_secret()).ok()?;
        let origins = kept.origins.iter().map(|origin| Origin::parse(origin));
        Some(Self {
            token: kept.token.into(),
            variables: kept.variables,
            origins: origins.collect::<Option<_>>()?,
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn names_are_safe_as_files() {
        for (text, is_name) in [
            ("default", true),
            ("acme-eu_2", true),
            ("", false),
            ("..", false),
            ("a/b", false),
            ("a b", false),
            ("é", false),
            (&"a".repeat(64), true),
            (&"a".repeat(65), false),
        ] {
            assert_eq!(text.parse::<Name>().is_ok(), is_name, "{text}");
        }
    }

    #[test]
    fn a_connection_shows_no_token() {
        let connection = Connection {
            token: "tok-secret".to_owned().into(),
            variables: BTreeMap::from([("REGION".to_owned(), "eu".to_owned())]),
            origins: vec![Origin::parse("api.example").unwrap()],
        };
        assert!(!format!("{connection:?}").contains("tok-secret"));
        let text = connection.to_text().unwrap();
        assert!(!format!("{text:?}").contains("tok-secret"));
        let back = Connection::from_text(&text).unwrap();
        assert_eq!(back.token.expose_secret(), "tok-secret");
        assert_eq!(back.variables, connection.variables);
        assert_eq!(back.origins, connection.origins);
    }
}
