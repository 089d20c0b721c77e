//! Authorize Url: the page where a person lets an app into a workspace
//! (`docs/intercom-api.md`, OAuth).

use crate::actions::{Action, JsonObject, Output};
use crate::api::{Advice, BaseUrl, Client, ClientId, Place, Query, Settings, SplitUrl};
use crate::input::{Fields, Form, FromInput, Problem, Text, quoted, shown};
use crate::world::connection::{AuthorizationPage, AuthorizeUrlInput};
use crate::world::types::ActionError;
use serde_json::Value;

/// The address of a page, which the person's browser opens; the connector sends
/// nothing.
#[derive(Debug)]
pub struct AuthorizeUrl {
    url: String,
    notes: Vec<String>,
}

impl Action for AuthorizeUrl {
    const ID: &'static str = "authorize-url";
    const ADVICE: Advice = super::ADVICE;
    type Credentials = Option<ClientId>;
    type Output = AuthorizationPage;

    fn read(
        fields: &mut Fields<'_>,
        settings: &Settings,
        client_id: &Option<ClientId>,
    ) -> Option<Self> {
        let given = fields.optional::<ClientId>("client_id");
        let client_id = given.map(|given| given.or_else(|| client_id.clone()));
        if client_id == Some(None) {
            let what = ClientId::EXPECTED;
            let message = format!("is required; give {what}, or set INTERCOM_CLIENT_ID to it");
            fields.note("client_id", Problem::new(message));
        }
        let state = fields.required::<State>("state");
        let redirect = fields.optional::<RedirectUri>("redirect_uri");

        let redirect = redirect?;
        let mut query = vec![
            ("client_id".to_owned(), client_id??.as_str().to_owned()),
            ("state".to_owned(), state?.0),
        ];
        let notes = notes(&settings.place, redirect.as_ref());
        query.extend(redirect.map(|redirect| ("redirect_uri".to_owned(), redirect.text)));
        let page = page(&settings.base, &settings.place);
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

fn page(base: &BaseUrl, place: &Place) -> String {
    match place {
        Place::Region(region) => format!("https://{}/oauth", region.app_host),
        Place::BaseUrl(_) => format!("{base}/oauth"),
    }
}

/// Where Intercom's documentation does not say that it works.
fn notes(place: &Place, redirect: Option<&RedirectUri>) -> Vec<String> {
    let mut notes = Vec::new();
    let Place::Region(region) = place else {
        return notes;
    };
    if region.name != "us" {
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

/// What ties the answer to the person who asked: whoever guesses it can pass a
/// code of their own off as that person's.
#[derive(Debug)]
struct State(String);

/// The fewest characters of a state. 22 characters of base64 hold 128 bits, the
/// least that RFC 6749 (10.10) lets a guessable value have; what is shorter
/// can't be random enough, whatever it is made of.
const STATE_CHARS: usize = 22;

impl FromInput for State {
    const EXPECTED: &'static str =
        "22 random characters or more, made anew for each person who connects";

    fn from_value(value: Value) -> Result<Self, Problem> {
        let Text(text) = Text::from_value(value)?;
        match text.chars().count() {
            0..STATE_CHARS => Err(Problem::new(format!(
                "is {} characters long, and whoever guesses it could connect a workspace of their \
                 own in the person's place; give {}",
                text.chars().count(),
                Self::EXPECTED
            ))),
            _ => Ok(Self(text)),
        }
    }
}

/// Where Intercom sends the person back to, with the code: encrypted, or to
/// this machine (RFC 8252, 7.3).
#[derive(Debug)]
struct RedirectUri {
    text: String,
    secure: bool,
}

/// The hosts that `http` may lead to.
const LOOPBACK: [&str; 3] = ["127.0.0.1", "[::1]", "localhost"];

impl FromInput for RedirectUri {
    const EXPECTED: &'static str = "an absolute https URL, or http on this machine, such as \
                                    http://127.0.0.1:8080/callback";

    fn from_value(value: Value) -> Result<Self, Problem> {
        let refused = |given: &str, what: &str| {
            Problem::new(format!("{given} {what}; give {}", Self::EXPECTED))
        };
        let Value::String(text) = value else {
            return Err(refused(&shown(&value), "is not a URL"));
        };
        let checked = check_redirect(&text);
        match checked {
            Ok(secure) => Ok(Self { text, secure }),
            Err(what) => Err(refused(&quoted(&text), what)),
        }
    }
}

/// Whether the redirect is encrypted, or the rest of a sentence on what is
/// wrong with it.
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
        return Err("has no host, or a port that is none");
    }
    if url.rest.contains('#') {
        return Err("has a fragment, which no redirect can have");
    }
    if !url.secure && !LOOPBACK.contains(&host) {
        return Err("would send the code unencrypted over the network");
    }
    Ok(url.secure)
}

impl From<AuthorizeUrlInput> for Form {
    fn from(input: AuthorizeUrlInput) -> Self {
        Form::default()
            .with_option("client_id", input.client_id)
            .with("state", input.state)
            .with_option("redirect_uri", input.redirect_uri)
    }
}

impl Output for AuthorizationPage {
    fn to_json(&self) -> String {
        JsonObject::default()
            .value("url", &self.url)
            .value("notes", &self.notes)
            .finish()
    }
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
    fn a_short_state_is_refused_and_not_repeated() {
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
