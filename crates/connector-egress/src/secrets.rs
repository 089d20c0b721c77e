//! Secrets outside the component: it gets a placeholder in a variable, which is replaced by the
//! secret when a request is sent.

use std::fmt;

use bytes::Bytes;
use http::{HeaderValue, Response};
use secrecy::{ExposeSecret, SecretString};
use wasmtime_wasi_http::WasiBody;

use crate::conceal;
use crate::origin::Origin;
use crate::refusal::Refusal;
use connector_host::Environment;

/// Random bytes in a placeholder, enough to make it unique.
const PLACEHOLDER_BYTES: usize = 16;

/// Minimum length of a secret that is searched for in responses, in bytes: a shorter one occurs
/// in ordinary words (`token` in `access_token`), and Intercom's tokens have 60.
const CONCEALED_BYTES: usize = 8;

/// The secrets of one action, by their placeholders.
#[derive(Default)]
pub struct Secrets {
    hidden: Vec<Hidden>,
    /// Where they may be sent; `None` for all that the policy allows.
    origins: Option<Vec<Origin>>,
}

struct Hidden {
    placeholder: String,
    value: SecretString,
}

/// Why a secret cannot be replaced by a placeholder.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// It is not valid in a header.
    #[error(
        "{0} contains a line break or another character that is invalid in a header; give only \
         the token"
    )]
    NotForAHeader(String),
    /// The system has no random bytes for a placeholder.
    #[error("no random bytes for a placeholder: {0}")]
    Random(getrandom::Error),
}

impl Secrets {
    /// Replaces the value of `variable` in the environment by a placeholder, which is valid only
    /// in this set.
    ///
    /// # Errors
    ///
    /// When the value is not valid in a header; it is removed anyway.
    pub fn hide(
        &mut self,
        environment: &mut Environment,
        variable: &str,
    ) -> Result<(), SecretError> {
        let Some(value) = environment.remove(variable) else {
            return Ok(());
        };
        if HeaderValue::from_str(&value).is_err() {
            return Err(SecretError::NotForAHeader(variable.to_owned()));
        }
        if value.is_empty() {
            return Ok(());
        }
        let placeholder = placeholder()?;
        environment.insert(variable.to_owned(), placeholder.clone());
        self.hidden.push(Hidden {
            placeholder,
            value: value.into(),
        });
        Ok(())
    }

    /// Binds the secrets to these origins: a request with one of them to another origin is
    /// refused, even if the policy allows it.
    pub fn bind(&mut self, origins: Vec<Origin>) {
        self.origins = Some(origins);
    }

    /// Replaces placeholders by secrets, and marks the header as sensitive, so that it is not
    /// logged or indexed.
    ///
    /// # Errors
    ///
    /// When the secrets are bound to other origins.
    pub(crate) fn reveal(&self, header: &mut HeaderValue, to: &Origin) -> Result<(), Refusal> {
        header.set_sensitive(true);
        let Ok(text) = header.to_str() else {
            return Ok(());
        };
        let has_one = self
            .hidden
            .iter()
            .any(|hidden| text.contains(&hidden.placeholder));
        match &self.origins {
            Some(kept) if has_one && !kept.contains(to) => {
                let (origin, kept) = (to.clone(), kept.clone());
                return Err(Refusal::OtherPlace { origin, kept });
            }
            _ => {}
        }
        let revealed = self.hidden.iter().fold(text.to_owned(), |text, hidden| {
            text.replace(&hidden.placeholder, hidden.value.expose_secret())
        });
        if let Ok(mut revealed) = HeaderValue::from_str(&revealed) {
            revealed.set_sensitive(true);
            *header = revealed;
        }
        Ok(())
    }
}

impl Secrets {
    /// Removes secrets from a response.
    pub(crate) fn conceal(&self, response: Response<WasiBody>) -> Response<WasiBody> {
        let bytes =
            |hidden: &Hidden| Bytes::copy_from_slice(hidden.value.expose_secret().as_bytes());
        let mut secrets: Vec<Bytes> = self.hidden.iter().map(bytes).collect();
        secrets.retain(|secret| secret.len() >= CONCEALED_BYTES);
        match secrets.is_empty() {
            true => response,
            false => conceal::in_response(secrets, response),
        }
    }
}

fn placeholder() -> Result<String, SecretError> {
    let mut bytes = [0; PLACEHOLDER_BYTES];
    getrandom::fill(&mut bytes).map_err(SecretError::Random)?;
    let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(format!("placeholder-{digits}"))
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secrets({} redacted)", self.hidden.len())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]

    use super::*;

    #[test]
    fn a_secret_comes_back_in_the_header_alone() {
        let token = "dG9rOnNlY3JldA==";
        let mut environment = Environment::from([
            ("TOKEN".to_owned(), token.to_owned()),
            ("REGION".to_owned(), "eu".to_owned()),
        ]);
        let mut secrets = Secrets::default();
        secrets.hide(&mut environment, "TOKEN").unwrap();
        assert!(!format!("{environment:?}{secrets:?}").contains(token));
        assert_eq!(environment["REGION"], "eu");

        let given = format!("Bearer {}", environment["TOKEN"]);
        let mut header = HeaderValue::from_str(&given).unwrap();
        let origin = Origin::parse("api.example").unwrap();
        secrets.reveal(&mut header, &origin).unwrap();
        assert_eq!(header, format!("Bearer {token}"));
        assert!(header.is_sensitive());
        // Another action's placeholder is ordinary text.
        let mut header = HeaderValue::from_str(&given).unwrap();
        Secrets::default().reveal(&mut header, &origin).unwrap();
        assert_eq!(header, given);
        // Bound secrets are sent nowhere else.
        for (bound, revealed) in [("api.example", true), ("api.example:8443", false)] {
            secrets.bind(vec![Origin::parse(bound).unwrap()]);
            let mut header = HeaderValue::from_str(&given).unwrap();
            let done = secrets.reveal(&mut header, &origin);
            assert_eq!(done.is_ok(), revealed, "{bound}");
            assert_eq!(header != given, revealed, "{bound}");
        }
    }

    #[test]
    fn two_placeholders_differ() {
        assert_ne!(placeholder().unwrap(), placeholder().unwrap());
    }

    #[test]
    fn what_no_header_can_carry_is_refused() {
        let mut environment = Environment::from([("TOKEN".to_owned(), "a\nb".to_owned())]);
        let hidden = Secrets::default().hide(&mut environment, "TOKEN");
        assert!(hidden.unwrap_err().to_string().contains("TOKEN"));
        assert!(environment.is_empty());
        Secrets::default().hide(&mut environment, "TOKEN").unwrap();
    }
}
