//! Exchange Code: the access token for the code of Intercom's redirect.

use crate::actions::{Action, Contract};
use crate::api::{App, Client, Hints, Method, Object, Request, Secret, Settings};
use crate::input::{FromInput, InputError, InputReader, Text};
use crate::world::connection::AccessGrant;
use crate::world::types::{ActionError, Failure, FailureReason};
use serde_json::{Value, json};

/// `POST /auth/eagle/token`
#[derive(Debug)]
pub struct ExchangeCode {
    code: Code,
    app: App,
}

/// The hint once the code may have been used.
const AGAIN: &str = "authorize again for a new code, since this one may have been used";

impl Action for ExchangeCode {
    const HINTS: Hints = Hints {
        not_found: "check INTERCOM_BASE_URL and INTERCOM_REGION",
        no_effect: "",
        conflict: AGAIN,
        outcome: AGAIN,
    };
    type Credentials = App;

    fn read(input: &mut InputReader<'_>, _: &Settings, app: &App) -> Option<Self> {
        let code = input.required("code")?;
        let app = app.clone();
        Some(Self { code, app })
    }

    fn perform(&self, client: &mut Client<'_>) -> Result<AccessGrant, ActionError> {
        let Self { code, app } = self;
        let body = json!({
            "code": code.0.expose(),
            "client_id": app.id.as_str(),
            "client_secret": app.secret.expose(),
        });
        let request = Request::new(Method::Post, "/auth/eagle/token")
            .with_body(body)
            .with_secrets(&["code", "client_secret"]);
        let response = client.send(&request)?;
        let status = response.status();
        let request_id = response.headers().get("x-request-id").map(str::to_owned);
        let (grant, body) = response.into_document(grant)?;
        match grant {
            Some(grant) => Ok(AccessGrant {
                notes: body.notes,
                ..grant
            }),
            None => Err(without_token(status, request_id, &body.notes)),
        }
    }
}

fn grant(object: &Object<'_>) -> Option<AccessGrant> {
    // Intercom sends the same token under both names.
    let named = |name| object.text(name).filter(|token| !token.is_empty());
    Some(AccessGrant {
        access_token: named("access_token").or_else(|| named("token"))?,
        token_type: object.text("token_type"),
        notes: Vec::new(),
    })
}

/// A success without a token is an error: the code is used up.
fn without_token(status: u16, request_id: Option<String>, notes: &[String]) -> ActionError {
    let why = match (notes.first(), &request_id) {
        (Some(note), _) => note.clone(),
        (None, Some(id)) => {
            format!("Intercom's response contains no token ({status}, request {id})")
        }
        (None, None) => format!("Intercom's response contains no token ({status})"),
    };
    let message = format!("{}: {why}", ExchangeCode::ID);
    ActionError::Permanent(Failure {
        hint: Some(AGAIN.to_owned()),
        status: Some(status),
        request_id,
        ..Failure::new(FailureReason::MalformedResponse, message)
    })
}

/// The code of Intercom's redirect. It works once, for a few minutes: whoever uses it first gets
/// the token.
#[derive(Debug)]
struct Code(Secret);

impl FromInput for Code {
    const EXPECTED: &'static str = "the code parameter of the URL that Intercom redirected to";

    fn from_value(value: Value) -> Result<Self, InputError> {
        let refused = |what: &str| InputError::new(what, format!("give {}", Self::EXPECTED));
        let Ok(Text(text)) = Text::from_value(value) else {
            return Err(refused("is not text"));
        };
        let odd = |c: char| c.is_whitespace() || c.is_control();
        match text.as_str() {
            "" => Err(refused("is empty")),
            _ if text.contains(odd) => Err(refused("contains a space or a line break")),
            _ if text.contains('%') => Err(InputError::new(
                "is percent-encoded, as in the URL",
                "give it decoded, with = for %3D",
            )),
            _ => Ok(Self(Secret::new(text))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_one_decoded_text_and_never_shown() {
        for (value, accepted) in [
            (json!("c2VjcmV0="), true),
            (json!(812_345_678), true),
            (json!(""), false),
            (json!("c2VjcmV0 "), false),
            (json!("c2VjcmV0\n"), false),
            (json!("c2VjcmV0%3D"), false),
            (json!({"code": "c2VjcmV0"}), false),
        ] {
            let code = Code::from_value(value.clone());
            assert_eq!(code.is_ok(), accepted, "{value}");
            assert!(!format!("{code:?}").contains("c2VjcmV0"), "{code:?}");
        }
    }
}
