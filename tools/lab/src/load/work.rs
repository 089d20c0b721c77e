//! The actions of a load, and the responses to them.

use std::sync::{Arc, LazyLock};

use bytes::Bytes;
use clap::ValueEnum;
use http::{Method, Request};
use serde::{Deserialize, Serialize};

use crate::egress::{self, EgressSetupError};
use connector_egress::{Network, Policy, Trust};
use connector_host::{Environment, Manifest, Transport};

/// An action with an input, named by its id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Work {
    /// Reads one contact.
    GetContactById,
    /// Creates one.
    CreateContact,
    /// Reads a page of 50 contacts.
    SearchContacts,
}

/// The number of contacts on a page of a search: Intercom's default.
pub const PAGE: usize = 50;

/// The id of every contact.
pub const CONTACT_ID: &str = "con_abc123456";

/// The only contact: 1 KB, with the fields that every contact has.
pub static CONTACT: &str = include_str!("contact.json").trim_ascii();

static PAGE_OF_CONTACTS: LazyLock<Bytes> = LazyLock::new(|| page(PAGE).into());

impl Work {
    /// All of them.
    pub const ALL: [Self; 3] = [
        Self::GetContactById,
        Self::CreateContact,
        Self::SearchContacts,
    ];

    /// The action's id.
    pub fn action(self) -> &'static str {
        match self {
            Self::GetContactById => "get-contact-by-id",
            Self::CreateContact => "create-contact",
            Self::SearchContacts => "search-contacts",
        }
    }

    /// The action's input.
    pub fn input(self) -> &'static str {
        match self {
            Self::GetContactById => r#"{"contact_id": "con_abc123456"}"#,
            Self::CreateContact => {
                r#"{"role": "user", "email": "name@example.com", "name": "John Doe"}"#
            }
            Self::SearchContacts => r#"{"filter_formula": "role = 'user'"}"#,
        }
    }

    /// The body of the response to its request.
    pub fn response(self) -> Bytes {
        match self {
            Self::GetContactById | Self::CreateContact => Bytes::from_static(CONTACT.as_bytes()),
            Self::SearchContacts => PAGE_OF_CONTACTS.clone(),
        }
    }
}

/// The body of the response to a request of these actions.
pub fn body_of(request: &Request<Bytes>) -> Option<Bytes> {
    let work = match (request.method(), request.uri().path()) {
        (&Method::POST, "/contacts/search") => Work::SearchContacts,
        (&Method::POST, "/contacts") => Work::CreateContact,
        (&Method::GET, path) if path.starts_with("/contacts/") => Work::GetContactById,
        _ => return None,
    };
    Some(work.response())
}

/// The last page of a search, with this many contacts.
pub fn page(contacts: usize) -> String {
    let data = vec![CONTACT; contacts].join(",");
    format!(
        r#"{{"type":"list","data":[{data}],"total_count":{contacts},"pages":{{"type":"pages","page":1,"per_page":{contacts},"total_pages":1}}}}"#
    )
}

/// The environment and the egress of actions that call `url`, with their own network.
///
/// # Errors
///
/// When a component may not call `url`.
pub fn egress(
    manifest: &Manifest,
    url: &str,
) -> Result<(Environment, Arc<dyn Transport>), EgressSetupError> {
    let environment = environment(url);
    let policy = Arc::new(Policy::new(manifest, &environment, None)?);
    let network = Arc::new(Network::new(policy, &Trust::system())?);
    let (environment, egress) = egress::egress(manifest, environment, network)?;
    Ok((environment, Arc::new(egress)))
}

/// The variables of an action that calls `url`, with an invented token and without retries, so
/// that no failure is hidden.
pub fn environment(url: &str) -> Environment {
    let variables = [
        ("INTERCOM_ACCESS_TOKEN", "load-token"),
        ("INTERCOM_BASE_URL", url),
        ("INTERCOM_MAX_RETRIES", "0"),
    ];
    let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
    Environment::from(variables)
}
