//! Access tokens and OAuth codes (`docs/intercom-api.md`, OAuth).

use std::collections::BTreeSet;
use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, header};
use secrecy::{ExposeSecret, SecretString};

/// The OAuth app.
#[derive(Debug, Clone)]
pub struct Client {
    /// The client id.
    pub id: String,
    /// The client secret.
    pub secret: SecretString,
    /// Where the browser is redirected after authorization, if the request has no
    /// `redirect_uri`.
    pub redirect_uri: String,
}

/// The valid tokens, and the codes that are not yet exchanged.
pub struct Auth {
    client: Client,
    tokens: BTreeSet<String>,
    codes: BTreeSet<String>,
    issued: u64,
}

impl fmt::Debug for Auth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { client, issued, .. } = self;
        f.debug_struct("Auth")
            .field("client", client)
            .field("issued", issued)
            .finish_non_exhaustive()
    }
}

impl Auth {
    /// Accepts `tokens`, and those that `client` gets by OAuth.
    pub fn new(client: Client, tokens: &[SecretString]) -> Self {
        let exposed = tokens.iter().map(|token| token.expose_secret().to_owned());
        Self {
            client,
            tokens: exposed.collect(),
            codes: BTreeSet::new(),
            issued: 0,
        }
    }

    /// The OAuth app.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Whether the headers have a valid bearer token.
    pub fn accepts(&self, headers: &HeaderMap) -> bool {
        let authorization = headers.get(header::AUTHORIZATION);
        authorization
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.strip_prefix("Bearer "))
            .is_some_and(|token| self.tokens.contains(token))
    }

    /// Issues a code. Its sixteen bytes end in `==` in base64, so a client that
    /// forgets to percent-encode it fails.
    pub fn issue_code(&mut self) -> String {
        self.issued += 1;
        let code = STANDARD.encode(format!("oauth-code-{:05}", self.issued));
        self.codes.insert(code.clone());
        code
    }

    /// Exchanges a code for a token, once; `None` if the client or the code is
    /// wrong.
    pub fn exchange(&mut self, id: &str, secret: &str, code: &str) -> Option<String> {
        let known = id == self.client.id && secret == self.client.secret.expose_secret();
        (known && self.codes.remove(code)).then(|| self.issue_token())
    }

    /// Issues a token in the format of Intercom's: base64 of `tok:…`.
    fn issue_token(&mut self) -> String {
        self.issued += 1;
        let token = format!("tok:00000000_0000_4000_8000_{:012x}:1:0", self.issued);
        let token = STANDARD.encode(token);
        self.tokens.insert(token.clone());
        token
    }
}
