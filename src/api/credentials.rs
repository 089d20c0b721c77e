//! Credentials: an access token, or an app's id and secret. Each action declares those that it
//! needs; others are not read.

use super::address::Endpoint;
use super::secret::Secret;
use super::variables::{ACCESS_TOKEN, CLIENT_ID, CLIENT_SECRET, Variable};
use crate::input::{FromInput, InputError, InputErrors, Text, unexpected};
use serde_json::Value;
use std::fmt;

/// The authorization of an action.
pub trait Credentials {
    /// The names of the required variables.
    fn variables() -> &'static [&'static str]
    where
        Self: Sized,
    {
        &[]
    }

    /// Reads them from the environment. `None` if an error was noted.
    fn read(variables: &[(String, String)], errors: &mut InputErrors) -> Option<Self>
    where
        Self: Sized;

    /// The value of the `Authorization` header, if requests have one.
    fn authorization(&self) -> Option<String> {
        None
    }

    /// The secret, which errors redact.
    fn secret(&self) -> Option<&Secret> {
        None
    }

    /// What Intercom refused with a 401 and these codes, and the hint.
    fn refused(&self, _codes: &[String], endpoint: &Endpoint) -> (&'static str, String) {
        ("Intercom refused the request", endpoint.hint())
    }
}

impl fmt::Debug for dyn Credentials + '_ {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credentials(redacted)")
    }
}

/// An access token, sent verbatim: it may be a placeholder that the engine
/// replaces at egress.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token(Secret);

impl Credentials for Token {
    fn variables() -> &'static [&'static str] {
        &[ACCESS_TOKEN.name]
    }

    fn read(variables: &[(String, String)], errors: &mut InputErrors) -> Option<Self> {
        let missing = "the access token of your Intercom app, or the engine's placeholder for it";
        secret(ACCESS_TOKEN, missing, variables, errors).map(Self)
    }

    fn authorization(&self) -> Option<String> {
        Some(format!("Bearer {}", self.0.expose()))
    }

    fn secret(&self) -> Option<&Secret> {
        Some(&self.0)
    }

    fn refused(&self, codes: &[String], endpoint: &Endpoint) -> (&'static str, String) {
        let known = codes.iter().any(|code| UNUSABLE.contains(&code.as_str()));
        let hint = if known {
            "issue a new token".to_owned()
        } else {
            endpoint.hint()
        };
        ("Intercom refused the token", hint)
    }
}

/// Codes of a token that Intercom knows but no longer accepts in any region
/// (`docs/intercom-api.md`, Authentication).
const UNUSABLE: [&str; 4] = [
    "token_revoked",
    "token_blocked",
    "token_expired",
    "token_suspended",
];

/// An Intercom app's id and secret, which exchange a code for a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct App {
    /// The client id.
    pub id: ClientId,
    /// The client secret.
    pub secret: Secret,
}

impl Credentials for App {
    fn variables() -> &'static [&'static str] {
        &[CLIENT_ID.name, CLIENT_SECRET.name]
    }

    fn read(variables: &[(String, String)], errors: &mut InputErrors) -> Option<Self> {
        let id = Option::<ClientId>::read(variables, errors);
        if id == Some(None) {
            let hint = format!("set it to {}", ClientId::EXPECTED);
            errors.note(CLIENT_ID.name, InputError::new("is not set", hint));
        }
        let missing = "the client secret of your Intercom app";
        let secret = secret(CLIENT_SECRET, missing, variables, errors);
        Some(Self {
            id: id??,
            secret: secret?,
        })
    }

    fn secret(&self) -> Option<&Secret> {
        Some(&self.secret)
    }

    fn refused(&self, _: &[String], _: &Endpoint) -> (&'static str, String) {
        let hint = "authorize again for a new code, which works once for about 5 minutes; if that \
                    is refused too, check INTERCOM_CLIENT_ID and INTERCOM_CLIENT_SECRET";
        ("Intercom refused the code, or the app", hint.to_owned())
    }
}

/// The public name of an Intercom app.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientId(String);

impl ClientId {
    /// The id.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromInput for ClientId {
    const EXPECTED: &'static str =
        "the client id of your Intercom app, which its page in the Developer Hub shows";

    /// Any text without white space. Intercom validates the rest.
    fn from_value(value: Value) -> Result<Self, InputError> {
        let odd = |c: char| c.is_whitespace() || c.is_control();
        match Text::from_value(value.clone()) {
            Ok(Text(text)) if !text.is_empty() && !text.contains(odd) => Ok(Self(text)),
            _ => Err(unexpected::<Self>(&value, "is not a client id")),
        }
    }
}

/// The app's id, if set. It does not authorize requests.
impl Credentials for Option<ClientId> {
    fn read(variables: &[(String, String)], errors: &mut InputErrors) -> Option<Self> {
        let Some(text) = CLIENT_ID.value(variables) else {
            return Some(None);
        };
        let id = ClientId::from_value(text.into())
            .map_err(|error| errors.note(CLIENT_ID.name, error))
            .ok()?;
        Some(Some(id))
    }
}

/// Text that was pasted with a secret, and would be sent to Intercom.
fn pasted_with(text: &str) -> Option<&'static str> {
    let is_quote = |c: char| matches!(c, '"' | '\'' | '`' | '“' | '”');
    if text.contains(char::is_control) {
        Some("contains a line break or another control character")
    } else if text.trim() != text {
        Some("has blanks around it")
    } else if text.starts_with(is_quote) || text.ends_with(is_quote) {
        Some("has quotes around it")
    } else if is_bearer(text) {
        Some("begins with Bearer, which the connector sends itself")
    } else {
        None
    }
}

/// Whether a text is the whole value of an `Authorization` header.
fn is_bearer(text: &str) -> bool {
    let scheme = text.split_once(char::is_whitespace);
    scheme.is_some_and(|(scheme, _)| scheme.trim_end_matches(':').eq_ignore_ascii_case("bearer"))
}

/// A secret that is valid in a header, without other text.
fn secret(
    variable: Variable,
    what: &str,
    variables: &[(String, String)],
    errors: &mut InputErrors,
) -> Option<Secret> {
    let error = match variable.value(variables) {
        Some(text) => match pasted_with(text) {
            Some(problem) => InputError::new(problem, "give the secret alone"),
            None => return Some(Secret::new(text)),
        },
        None => InputError::new("is not set", format!("set it to {what}")),
    };
    errors.note(variable.name, error);
    None
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// The credentials, and the fields of the errors.
    fn read<C: Credentials>(given: &[(&str, &str)]) -> (Option<C>, String) {
        let variables: Vec<_> = given
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        let mut errors = InputErrors::default();
        let credentials = C::read(&variables, &mut errors);
        (credentials, format!("{errors:?}"))
    }

    #[test]
    fn the_token_is_sent_verbatim_and_never_shown() {
        let (token, _) = read::<Token>(&[(ACCESS_TOKEN.name, "dG9rOmE=")]);
        let token = token.unwrap();
        assert_eq!(token.authorization().as_deref(), Some("Bearer dG9rOmE="));
        assert!(!format!("{token:?}").contains("dG9rOmE="));
    }

    #[test]
    fn what_was_pasted_with_a_token_is_named() {
        for (token, what) in [
            ("Bearer dG9rOmE=", "begins with Bearer"),
            ("bearer: dG9rOmE=", "begins with Bearer"),
            ("\"dG9rOmE=\"", "quotes"),
            ("'dG9rOmE=", "quotes"),
            ("“dG9rOmE=”", "quotes"),
            (" dG9rOmE=", "blanks"),
            ("dG9rOmE=\u{a0}", "blanks"),
            ("dG9rOmE=\n", "line break"),
        ] {
            let (read, errors) = read::<Token>(&[(ACCESS_TOKEN.name, token)]);
            assert_eq!(read, None, "{token:?}");
            assert!(errors.contains(what), "{token:?}: {errors}");
            assert!(!errors.contains("dG9rOmE="), "{errors}");
        }
        // An engine's placeholder may have any other format.
        for token in [
            "{{secrets.intercom}}",
            "\u{feff}dG9rOmE=",
            "Bearerish",
            "a b",
        ] {
            assert!(
                read::<Token>(&[(ACCESS_TOKEN.name, token)]).0.is_some(),
                "{token:?}"
            );
        }
    }

    #[test]
    fn an_app_sends_no_authorization_and_shows_no_secret() {
        let (app, _) = read::<App>(&[
            (CLIENT_ID.name, "app-1"),
            (CLIENT_SECRET.name, "s3cr3t-of-app"),
        ]);
        let app = app.unwrap();
        assert_eq!(app.authorization(), None);
        assert!(!format!("{app:?}").contains("s3cr3t-of-app"));
    }

    #[test]
    fn each_problem_names_its_variable_and_shows_no_secret() {
        let token: fn(&[(&str, &str)]) -> String = |given| read::<Token>(given).1;
        let app: fn(&[(&str, &str)]) -> String = |given| read::<App>(given).1;
        for (read, given, named) in [
            (token, vec![], vec![ACCESS_TOKEN.name]),
            (
                token,
                vec![(ACCESS_TOKEN.name, "s3cr3t\n")],
                vec![ACCESS_TOKEN.name],
            ),
            (app, vec![], vec![CLIENT_ID.name, CLIENT_SECRET.name]),
            (
                app,
                vec![(CLIENT_ID.name, "app-1")],
                vec![CLIENT_SECRET.name],
            ),
            (
                app,
                vec![(CLIENT_SECRET.name, "s3cr3t")],
                vec![CLIENT_ID.name],
            ),
            (
                app,
                vec![(CLIENT_ID.name, "app 1"), (CLIENT_SECRET.name, "s3cr3t\r")],
                vec![CLIENT_ID.name, CLIENT_SECRET.name],
            ),
        ] {
            let errors = read(&given);
            for name in [ACCESS_TOKEN.name, CLIENT_ID.name, CLIENT_SECRET.name] {
                let field = format!("field: {name:?}");
                let is_named = errors.contains(&field);
                assert_eq!(is_named, named.contains(&name), "{given:?}: {errors}");
            }
            assert!(!errors.contains("s3cr3t"), "{errors}");
        }
    }
}
