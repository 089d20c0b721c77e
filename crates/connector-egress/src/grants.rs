//! The grants that an operator writes for a connector.
//!
//! ```toml
//! [[grant]]
//! host = "api.intercom.io"             # a name, name:port, or http://127.0.0.1:8080
//! methods = ["GET", "POST"]            # absent: all
//! paths = ["/contacts", "/messages"]   # with subpaths; absent: all
//! private-addresses = false            # whether the name may resolve to one
//! ```
//!
//! A request must match one grant completely. Without grants, nothing is allowed.

use std::path::{Path, PathBuf};
use std::str::FromStr;

use http::Method;
use serde::Deserialize;

use crate::origin::{Host, Origin};

/// All grants of an engine.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Grants(pub Vec<Grant>);

/// The grants on one host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// The allowed origin.
    pub origin: Origin,
    /// The allowed methods; all if `None`.
    pub methods: Option<Vec<Method>>,
    /// The allowed path prefixes; all if `None`.
    pub paths: Option<Vec<String>>,
    /// Whether the host may have a private address.
    pub private_addresses: bool,
}

/// Why a policy is invalid.
#[derive(Debug, thiserror::Error)]
pub enum PolicyError {
    /// The file could not be read.
    #[error("policy: could not read {}: {source}; give a policy in TOML", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The system's error.
        source: std::io::Error,
    },
    /// The text is not a policy.
    #[error(
        "policy: is not valid; correct it here, docs/security.md shows one:\n{}",
        .0.to_string().trim_end()
    )]
    Toml(#[from] toml::de::Error),
    /// A grant's host is invalid.
    #[error(
        "policy: host = {0:?} is not a host; give a name or address, with a port where it is \
         not 443, such as \"api.example\" or \"http://127.0.0.1:8080\""
    )]
    Host(String),
    /// A grant's method is invalid.
    #[error("policy: methods has {0:?}; give HTTP methods in capitals, such as \"GET\"")]
    Method(String),
    /// A grant's path is invalid.
    #[error("policy: paths has {0:?}; give paths that begin with a slash, such as \"/contacts\"")]
    Path(String),
    /// The connector's manifest declares an invalid host.
    #[error(
        "policy: the connector's manifest declares {0:?}, which is not a host; its author must \
         give a name, such as \"api.example\""
    )]
    Declared(String),
}

impl Grants {
    /// Reads a policy file.
    ///
    /// # Errors
    ///
    /// When the file cannot be read or is not a policy.
    pub fn read(path: &Path) -> Result<Self, PolicyError> {
        let text = std::fs::read_to_string(path).map_err(|source| PolicyError::Read {
            path: path.to_owned(),
            source,
        })?;
        text.parse()
    }
}

impl FromStr for Grants {
    type Err = PolicyError;

    fn from_str(text: &str) -> Result<Self, PolicyError> {
        let file: PolicyFile = toml::from_str(text)?;
        let grants = file.grant.into_iter().map(Grant::try_from);
        grants.collect::<Result<_, _>>().map(Self)
    }
}

impl Grant {
    /// Grants everything on one host with a public address.
    pub fn all_of(origin: Origin) -> Self {
        Self {
            origin,
            methods: None,
            paths: None,
            private_addresses: false,
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PolicyFile {
    #[serde(default)]
    grant: Vec<GrantTable>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct GrantTable {
    host: String,
    methods: Option<Vec<String>>,
    paths: Option<Vec<String>>,
    private_addresses: Option<bool>,
}

impl TryFrom<GrantTable> for Grant {
    type Error = PolicyError;

    fn try_from(table: GrantTable) -> Result<Self, PolicyError> {
        let origin = Origin::parse(&table.host).ok_or(PolicyError::Host(table.host))?;
        let methods = table.methods.map(|names| names.into_iter().map(method));
        let paths = table.paths.map(|paths| paths.into_iter().map(path));
        Ok(Self {
            // A grant of a numeric address includes that address, even if it is private.
            private_addresses: table
                .private_addresses
                .unwrap_or(matches!(origin.host, Host::Ip(_)) || origin.host.is_loopback()),
            origin,
            methods: methods.map(Iterator::collect).transpose()?,
            paths: paths.map(Iterator::collect).transpose()?,
        })
    }
}

fn method(name: String) -> Result<Method, PolicyError> {
    let in_capitals = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_uppercase());
    let parsed = in_capitals.then(|| name.parse().ok()).flatten();
    parsed.ok_or(PolicyError::Method(name))
}

fn path(path: String) -> Result<String, PolicyError> {
    match path.starts_with('/') {
        true => Ok(path),
        false => Err(PolicyError::Path(path)),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn a_policy_is_read() {
        let grants: Grants = r#"
            [[grant]]
            host = "api.example"
            methods = ["GET", "POST"]
            paths = ["/contacts"]

            [[grant]]
            host = "http://127.0.0.1:8080"
        "#
        .parse()
        .unwrap();
        let contacts = Grant {
            methods: Some(vec![Method::GET, Method::POST]),
            paths: Some(vec!["/contacts".to_owned()]),
            ..Grant::all_of(Origin::parse("api.example").unwrap())
        };
        let loopback = Grant {
            private_addresses: true,
            ..Grant::all_of(Origin::parse("http://127.0.0.1:8080").unwrap())
        };
        assert_eq!(grants, Grants(vec![contacts, loopback]));
        assert_eq!("".parse::<Grants>().unwrap(), Grants::default());
    }

    #[test]
    fn mistakes_are_named() {
        for (text, said) in [
            ("grant = 1", "invalid type"),
            ("[[grant]]", "missing field `host`"),
            ("[[grant]]\nhost = \"a b\"", "host = \"a b\" is not a host"),
            (
                "[[grant]]\nhost = \"a\"\nmethods = [\"get\"]",
                "methods has \"get\"",
            ),
            (
                "[[grant]]\nhost = \"a\"\npaths = [\"contacts\"]",
                "paths has \"contacts\"",
            ),
            (
                "[[grant]]\nhost = \"a\"\nmethod = [\"GET\"]",
                "unknown field `method`",
            ),
            ("[[grants]]\nhost = \"a\"", "unknown field `grants`"),
        ] {
            let error = text.parse::<Grants>().unwrap_err().to_string();
            assert!(error.contains(said), "{text}: {error}");
        }
    }
}
