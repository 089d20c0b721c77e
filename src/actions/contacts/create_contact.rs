//! Create Contact.

use super::attributes;
use super::response::contact;
use crate::actions::Action;
use crate::api::{Client, Expected, Hints, Method, Request, Settings, Token};
use crate::input::{InputError, InputReader};
use crate::world::contacts::Contact;
use crate::world::types::ActionError;
use serde_json::{Map, Value};

/// `POST /contacts`
#[derive(Debug)]
pub struct CreateContact {
    body: Map<String, Value>,
}

impl Action for CreateContact {
    const HINTS: Hints = Hints {
        not_found: "check INTERCOM_BASE_URL and INTERCOM_VERSION",
        no_effect: "nothing was created",
        conflict: "update the existing contact, or change the email or external_id",
        outcome: "search for the contact by external_id or email before you create it again",
    };
    type Credentials = Token;

    fn read(input: &mut InputReader<'_>, settings: &Settings, _: &Token) -> Option<Self> {
        let body = attributes::read(input, settings, &["role"])?;
        let given = |name| body.get(name).is_some_and(|value: &Value| value != "");
        let identified = given("email") || given("external_id");
        if body.get("role").is_some_and(|role| role == "user") && !identified {
            let problem = "is not given, and a user needs an email or an external_id";
            let hint = "give an email or an external_id, or make role lead";
            input.note("email", InputError::new(problem, hint));
        }
        Some(Self { body })
    }

    fn perform(&self, client: &mut Client<'_>) -> Result<Contact, ActionError> {
        let request = Request::new(Method::Post, "/contacts")
            .with_body(self.body.clone())
            .expecting(Expected::contact(None));
        contact(client.send(&request)?)
    }
}
