//! What is asked over and over: three actions, and the answers to them.

use std::sync::{Arc, LazyLock};

use bytes::Bytes;
use clap::ValueEnum;
use http::{Method, Request};
use serde::{Deserialize, Serialize};

use connector_egress::{
    Egress, Network, Policy, PolicyError, SecretError, Secrets, Trust, TrustError,
};
use connector_host::{Environment, Manifest, Transport};

/// An action, named by its id, with an input of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Work {
    /// Reads one contact.
    GetContactById,
    /// Makes one.
    CreateContact,
    /// Reads a page of 50 contacts.
    SearchContacts,
}

/// How many contacts the page of a search has: Intercom's default.
pub const PAGE: usize = 50;

/// The id that every contact has.
pub const CONTACT_ID: &str = "con_abc123456";

/// The only contact there is: 1 KB, with all the fields that every contact has.
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

    /// The body of the answer to its request.
    pub fn answer(self) -> Bytes {
        match self {
            Self::GetContactById | Self::CreateContact => Bytes::from_static(CONTACT.as_bytes()),
            Self::SearchContacts => PAGE_OF_CONTACTS.clone(),
        }
    }
}

/// The JSON that a server answers a request of these actions with.
pub fn body_of(request: &Request<Bytes>) -> Option<Bytes> {
    let work = match (request.method(), request.uri().path()) {
        (&Method::POST, "/contacts/search") => Work::SearchContacts,
        (&Method::POST, "/contacts") => Work::CreateContact,
        (&Method::GET, path) if path.starts_with("/contacts/") => Work::GetContactById,
        _ => return None,
    };
    Some(work.answer())
}

/// The last page of a search, with so many contacts.
pub fn page(contacts: usize) -> String {
    let data = vec![CONTACT; contacts].join(",");
    format!(
        r#"{{"type":"list","data":[{data}],"total_count":{contacts},"pages":{{"type":"pages","page":1,"per_page":{contacts},"total_pages":1}}}}"#
    )
}

/// Why nothing can be sent.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub enum EgressSetupError {
    /// The address is none that the component may reach.
    Policy(#[from] PolicyError),
    /// The encryption library does not start.
    Trust(#[from] TrustError),
    /// The token cannot be kept from the component.
    Secret(#[from] SecretError),
}

/// The environment and the way out of actions that are to reach `url`: all that
/// an engine puts between a component and the network, with a network of its own.
///
/// # Errors
///
/// When `url` is no address that a component may be led to.
pub fn way_out(
    manifest: &Manifest,
    url: &str,
) -> Result<(Environment, Arc<dyn Transport>), EgressSetupError> {
    let mut environment = environment(url);
    let policy = Arc::new(Policy::new(manifest, &environment, None)?);
    let network = Network::new(Arc::clone(&policy), &Trust::system())?;
    let mut secrets = Secrets::default();
    if let Some(variable) = manifest.secret() {
        secrets.hide(&mut environment, variable)?;
    }
    let egress = Egress::new(policy, Arc::new(secrets), Arc::new(network));
    Ok((environment, Arc::new(egress)))
}

/// The variables of an action that is to reach `url`, a token among them that is
/// nobody's. Nothing is repeated: a failure is to be seen.
pub fn environment(url: &str) -> Environment {
    let variables = [
        ("INTERCOM_ACCESS_TOKEN", "load-token"),
        ("INTERCOM_BASE_URL", url),
        ("INTERCOM_MAX_RETRIES", "0"),
    ];
    let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
    Environment::from(variables)
}
