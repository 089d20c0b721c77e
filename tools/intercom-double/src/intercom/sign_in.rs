//! Who may come in: bearer tokens, and the OAuth flow that hands them out
//! (`docs/intercom-api.md`, OAuth).

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{HeaderMap, Request, header};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};

use super::answer::{Answer, Refusal};
use super::router::Call;
use super::state::State;

/// The app that OAuth is for.
#[derive(Debug, Clone)]
pub struct Client {
    /// The client id.
    pub id: String,
    /// The client secret.
    pub secret: SecretString,
    /// Where people are sent who have authorized the app, if the request names
    /// no other place.
    pub redirect_uri: String,
}

/// The tokens that work, and the codes that one can still be had for.
pub struct SignIn {
    client: Client,
    tokens: BTreeSet<String>,
    codes: BTreeSet<String>,
    issued: u64,
}

impl fmt::Debug for SignIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { client, issued, .. } = self;
        f.debug_struct("SignIn")
            .field("client", client)
            .field("issued", issued)
            .finish_non_exhaustive()
    }
}

impl SignIn {
    /// Lets `tokens` in, and those that `client` is given.
    pub fn new(client: Client, tokens: &[SecretString]) -> Self {
        let exposed = tokens.iter().map(|token| token.expose_secret().to_owned());
        Self {
            client,
            tokens: exposed.collect(),
            codes: BTreeSet::new(),
            issued: 0,
        }
    }

    /// Whether a request with these headers brings a token that works.
    pub fn admits(&self, headers: &HeaderMap) -> bool {
        let given = headers.get(header::AUTHORIZATION);
        given
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.strip_prefix("Bearer "))
            .is_some_and(|token| self.tokens.contains(token))
    }

    /// A code in the name of a person who has said yes. Sixteen bytes make it
    /// end in `==`, which a client that forgets to encode it gets wrong.
    fn issue_code(&mut self) -> String {
        self.issued += 1;
        let code = STANDARD.encode(format!("oauth-code-{:05}", self.issued));
        self.codes.insert(code.clone());
        code
    }

    /// A token in the shape of Intercom's, which is base64 of `tok:…`.
    fn issue_token(&mut self) -> String {
        self.issued += 1;
        let token = format!("tok:00000000_0000_4000_8000_{:012x}:1:0", self.issued);
        let token = STANDARD.encode(token);
        self.tokens.insert(token.clone());
        token
    }
}

/// `GET /oauth`: what the browser gets once the person has pressed Authorize.
pub fn authorize(state: &mut State, call: &Call<'_>) -> Result<Answer, Refusal> {
    let wanted = |name: &str| {
        call.parameter(name)
            .ok_or_else(|| Refusal::invalid("is missing from the query").about(name))
    };
    let (client, given) = (wanted("client_id")?, wanted("state")?);
    if client != state.sign_in.client.id {
        return Err(Refusal::invalid("is no app of this double").about("client_id"));
    }
    let to = call.parameter("redirect_uri");
    let to = to.unwrap_or_else(|| state.sign_in.client.redirect_uri.clone());
    let joint = if to.contains('?') { '&' } else { '?' };
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("code", &state.sign_in.issue_code())
        .append_pair("state", &given)
        .finish();
    Ok(Answer::Redirect(format!("{to}{joint}{query}")))
}

/// `POST /auth/eagle/token`: a token for a code, once.
pub fn exchange(state: &mut State, call: &Call<'_>) -> Result<Answer, Refusal> {
    let form = form(call.request);
    let given = |name| form.get(name).map(String::as_str).unwrap_or_default();
    let SignIn { client, codes, .. } = &mut state.sign_in;
    let known =
        given("client_id") == client.id && given("client_secret") == client.secret.expose_secret();
    if !known || !codes.remove(given("code")) {
        return Err(Refusal::unauthorized("Unauthorized Code"));
    }
    let token = state.sign_in.issue_token();
    Ok(Answer::Json(json!({
        "token_type": "Bearer",
        "token": token,
        "access_token": token,
    })))
}

/// The texts of a body that is a JSON object or a form: clients send either.
fn form(request: &Request<Bytes>) -> BTreeMap<String, String> {
    let body = request.body();
    match serde_json::from_slice(body) {
        Ok(Value::Object(object)) => object
            .into_iter()
            .filter_map(|(name, value)| Some((name, value.as_str()?.to_owned())))
            .collect(),
        _ => form_urlencoded::parse(body).into_owned().collect(),
    }
}
