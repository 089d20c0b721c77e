//! How a double is set up, and the defaults.

use secrecy::SecretString;

use super::auth::Client;
use super::workspace::Region;
use crate::openapi::Description;

/// The default access token.
pub const TOKEN: &str = "double-token";

/// The default client id of the OAuth app.
pub const CLIENT_ID: &str = "double-client";
/// The default client secret of the OAuth app.
pub const CLIENT_SECRET: &str = "double-secret";
/// The default redirect URI of the OAuth app.
pub const REDIRECT_URI: &str = "http://127.0.0.1:8400/callback";

/// Settings of a double.
#[derive(Debug)]
pub struct Options {
    /// The port to listen on; 0 picks a free one.
    pub port: u16,
    /// The access tokens that are valid from the start.
    pub tokens: Vec<SecretString>,
    /// The OAuth app.
    pub client: Client,
    /// The region that the workspace reports.
    pub region: Region,
    /// How many contacts the workspace starts with.
    pub contacts: usize,
    /// Requests allowed in each window of ten seconds; unlimited if `None`.
    pub rate_limit: Option<u32>,
    /// The API description to validate requests against, if there is one.
    pub description: Option<Description>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            port: 0,
            tokens: vec![SecretString::from(TOKEN)],
            client: Client {
                id: CLIENT_ID.to_owned(),
                secret: SecretString::from(CLIENT_SECRET),
                redirect_uri: REDIRECT_URI.to_owned(),
            },
            region: Region::default(),
            contacts: 0,
            rate_limit: None,
            description: None,
        }
    }
}
