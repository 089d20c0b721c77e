//! Link Company: adds a contact to a company.

use super::link::{CHECK_BOTH, Link, which_was_wrong};
use super::response::{COMPANY, company};
use crate::actions::Action;
use crate::api::{CORRECT_INPUT, Client, Hints, Method, Request, Settings, Token};
use crate::input::InputReader;
use crate::world::companies::Company;
use crate::world::types::ActionError;
use serde_json::json;

/// `POST /contacts/{id}/companies`
#[derive(Debug)]
pub struct LinkCompany(Link);

impl Action for LinkCompany {
    const HINTS: Hints = Hints {
        not_found: CHECK_BOTH,
        no_effect: "nothing was changed",
        conflict: CORRECT_INPUT,
        outcome: "run it again, since the contact ends up in the company either way",
    };
    type Credentials = Token;

    fn read(input: &mut InputReader<'_>, _: &Settings, _: &Token) -> Option<Self> {
        Link::read(input).map(Self)
    }

    fn perform(&self, client: &mut Client<'_>) -> Result<Company, ActionError> {
        let (contact, found) = self.0.resolve(client)?;
        let request = Request::new(Method::Post, format!("/contacts/{contact}/companies"))
            .with_body(json!({"id": found.as_str()}))
            .expecting(COMPANY);
        let linked = client.send(&request).and_then(company);
        linked.map_err(which_was_wrong)
    }
}
