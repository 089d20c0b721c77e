//! Unlink Company: removes a contact from a company.

use super::link::{CHECK_BOTH, Link, which_was_wrong};
use super::response::{COMPANY, company};
use crate::actions::Action;
use crate::api::{CORRECT_INPUT, Client, Hints, Method, Request, Settings, Token};
use crate::input::InputReader;
use crate::world::companies::Company;
use crate::world::types::ActionError;

/// `DELETE /contacts/{id}/companies/{id}`
#[derive(Debug)]
pub struct UnlinkCompany(Link);

impl Action for UnlinkCompany {
    const HINTS: Hints = Hints {
        not_found: CHECK_BOTH,
        no_effect: "nothing was changed",
        conflict: CORRECT_INPUT,
        outcome: "run it again, since the contact ends up outside the company either way",
    };
    type Credentials = Token;

    fn read(input: &mut InputReader<'_>, _: &Settings, _: &Token) -> Option<Self> {
        Link::read(input).map(Self)
    }

    fn perform(&self, client: &mut Client<'_>) -> Result<Company, ActionError> {
        let (contact, found) = self.0.resolve(client)?;
        let path = format!("/contacts/{contact}/companies/{}", found.into_segment());
        let request = Request::new(Method::Delete, path).expecting(COMPANY);
        let unlinked = client.send(&request).and_then(company);
        unlinked.map_err(which_was_wrong)
    }
}
