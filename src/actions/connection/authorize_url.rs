//! Authorize Url: the page where a person grants an app access to a workspace.

use crate::actions::Action;
use crate::api::{BaseUrl, Client, ClientId, Endpoint, Hints, Query, Settings, SplitUrl};
use crate::input::{FromInput, InputError, InputReader, unexpected};
use crate::world::connection::AuthorizationPage;
use crate::world::types::ActionError;
use serde_json::Value;

/// The page's URL, for the person's browser. The connector sends nothing.
#[derive(Debug)]
pub struct AuthorizeUrl {
    url: String,
    notes: Vec<String>,
}

impl Action for AuthorizeUrl {
    const HINTS: Hints = Hints::OF_READS;
    type Credentials = Option<ClientId>;

    fn read(
        input: &mut InputReader<'_>,
        settings: &Settings,
        client_id: &Option<ClientId>,
    ) -> Option<Self> {
        let given = input.optional::<ClientId>("client_id");
        let client_id = given.map(|given| given.or_else(|| client_id.clone()));
        if client_id == Some(None) {
            let what = ClientId::EXPECTED;
            let hint = format!("give {what}, or set INTERCOM_CLIENT_ID to it");
            input.note("client_id", InputError::new("is required", hint));
        }
        let state = input.required::<State>("state");
        let redirect = input.optional::<RedirectUri>("redirect_uri");

        let redirect = redirect?;
        let mut query = vec![
            ("client_id".to_owned(), client_id??.as_str().to_owned()),
            ("state".to_owned(), state?.0),
        ];
        let notes = notes(&settings.endpoint, redirect.as_ref());
        query.extend(redirect.map(|redirect| ("redirect_uri".to_owned(), redirect.text)));
        let page = page(&settings.base, &settings.endpoint);
        Some(Self {
            url: format!("{page}{}", Query(query).encoded()),
            notes,
        })
    }

    fn perform(&self, _: &mut Client<'_>) -> Result<AuthorizationPage, ActionError> {
        Ok(AuthorizationPage {
            url: self.url.clone(),
            notes: self.notes.clone(),
        })
    }
}

fn page(base: &BaseUrl, endpoint: &Endpoint) -> String {
    match endpoint {
        Endpoint::Region(region) => format!("https://{}/oauth", region.app_host),
        Endpoint::BaseUrl(_) => format!("{base}/oauth"),
    }
}

/// Notes on what Intercom's documentation does not promise.
fn notes(endpoint: &Endpoint, redirect: Option<&RedirectUri>) -> Vec<String> {
    let mut notes = Vec::new();
    let Endpoint::Region(region) = endpoint else {
        return notes;
    };
    if !region.is_default() {
        notes.push(format!(
            "Intercom documents this page at app.intercom.com only; where {} does not lead to it, \
             leave INTERCOM_REGION out for this action",
            region.app_host
        ));
    }
    if redirect.is_some_and(|redirect| !redirect.secure) {
        notes.push(
            "Intercom documents redirect URLs with https only; where it does not take this one, \
             give one with https"
                .to_owned(),
        );
    }
    notes
}

/// Ties the redirect to the person who started: an attacker who guesses it can substitute their
/// own code.
#[derive(Debug)]
struct State(String);

/// The minimum length of a state, in characters. 22 characters of base64 hold
/// 128 bits, the minimum that RFC 6749 (10.10) allows for a guessable value.
const STATE_CHARS: usize = 22;

impl FromInput for State {
    const EXPECTED: &'static str =
        "at least 22 random characters, new for each person who connects";

    fn from_value(value: Value) -> Result<Self, InputError> {
        let Value::String(text) = value else {
            return Err(unexpected::<Self>(&value, "is not text"));
        };
        match text.chars().count() {
            length @ 0..STATE_CHARS => Err(InputError::new(
                format!(
                    "is {length} characters long, and an attacker who guesses it could connect \
                     another workspace"
                ),
                format!("give {}", Self::EXPECTED),
            )),
            _ => Ok(Self(text)),
        }
    }
}

/// Where Intercom redirects to with the code: an encrypted URL, or
/// one on this machine (RFC 8252, 7.3).
#[derive(Debug)]
struct RedirectUri {
    text: String,
    secure: bool,
}

/// Hosts that plain `http` is allowed to.
const LOOPBACK: [&str; 3] = ["127.0.0.1", "[::1]", "localhost"];

impl FromInput for RedirectUri {
    const EXPECTED: &'static str = "an absolute https URL, or http on this machine, such as \
                                    http://127.0.0.1:8080/callback";

    fn from_value(value: Value) -> Result<Self, InputError> {
        let Some(text) = value.as_str() else {
            return Err(unexpected::<Self>(&value, "is not a URL"));
        };
        match check_redirect(text) {
            Ok(secure) => Ok(Self {
                text: text.to_owned(),
                secure,
            }),
            Err(what) => Err(unexpected::<Self>(&value, what)),
        }
    }
}

/// Whether the redirect is encrypted; or what is wrong, as the rest of a
/// sentence.
fn check_redirect(text: &str) -> Result<bool, &'static str> {
    let absolute = text.starts_with("https://") || text.starts_with("http://");
    let url = SplitUrl::parse(text).ok_or(if absolute {
        "has no host, or a user name, space or backslash in it"
    } else {
        "is not an absolute URL"
    })?;
    let (host, port) = match url.authority.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, port),
        _ => (url.authority, "0"),
    };
    if host.is_empty() || port.parse::<u16>().is_err() {
        return Err("has no host, or an invalid port");
    }
    if url.rest.contains('#') {
        return Err("has a fragment, which a redirect URL can't have");
    }
    if !url.secure && !LOOPBACK.contains(&host) {
        return Err("would send the code unencrypted over the network");
    }
    Ok(url.secure)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn redirects_are_encrypted_or_stay_on_this_machine() {
        for (url, expected) in [
            ("https://example.com/callback", Ok(true)),
            ("https://example.com:8443/callback?tenant=7", Ok(true)),
            ("https://example.com", Ok(true)),
            ("http://127.0.0.1:8080/callback", Ok(false)),
            ("http://[::1]:8080/", Ok(false)),
            ("http://[::1]", Ok(false)),
            ("http://localhost", Ok(false)),
            ("http://example.com/callback", Err("unencrypted")),
            ("http://127.0.0.1.example.com/", Err("unencrypted")),
            ("http://localhost@example.com/", Err("user name")),
            ("http://localhost:80@example.com/", Err("user name")),
            ("http://localhost\\@example.com/", Err("user name")),
            ("https://example.com/a b", Err("space")),
            ("https://", Err("no host")),
            ("https:///callback", Err("no host")),
            ("https://:443/", Err("no host")),
            ("https://example.com:http/", Err("no host")),
            ("https://example.com/#token", Err("fragment")),
            ("/callback", Err("absolute")),
            ("example.com/callback", Err("absolute")),
            ("ftp://example.com/", Err("absolute")),
            ("javascript:alert(1)", Err("absolute")),
            ("", Err("absolute")),
        ] {
            let checked = check_redirect(url);
            assert_eq!(checked.ok(), expected.ok(), "{url}: {checked:?}");
            let why = checked.err().unwrap_or_default();
            assert!(
                why.contains(expected.err().unwrap_or_default()),
                "{url}: {why}"
            );
        }
    }

    #[test]
    fn a_short_state_is_refused_and_not_shown() {
        for (state, accepted) in [
            ("", false),
            ("swordfish", false),
            ("123456789012345678901", false),
            ("1234567890123456789012", true),
        ] {
            let read = State::from_value(state.into());
            assert_eq!(read.is_ok(), accepted, "{state}");
            let message = format!("{:?}", read.err());
            assert!(state.is_empty() || !message.contains(state), "{message}");
        }
    }
}
