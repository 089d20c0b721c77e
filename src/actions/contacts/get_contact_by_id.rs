//! Get Contact By Id.

use super::response::contact;
use crate::actions::Action;
use crate::api::{
    Client, ContactId, Expected, Hints, Method, PathSegment, Request, Settings, Token,
};
use crate::input::InputReader;
use crate::world::contacts::Contact;
use crate::world::types::ActionError;

/// `GET /contacts/{id}`
#[derive(Debug)]
pub struct GetContactById {
    id: PathSegment,
}

impl Action for GetContactById {
    const HINTS: Hints = Hints {
        not_found: super::CHECK_CONTACT_ID,
        ..Hints::OF_READS
    };
    type Credentials = Token;

    fn read(input: &mut InputReader<'_>, _: &Settings, _: &Token) -> Option<Self> {
        let id = input.required::<ContactId>("contact_id")?.into_segment();
        Some(Self { id })
    }

    fn perform(&self, client: &mut Client<'_>) -> Result<Contact, ActionError> {
        let path = format!("/contacts/{}", self.id);
        let request = Request::new(Method::Get, path).expecting(Expected::contact(Some(&self.id)));
        contact(client.send(&request)?)
    }
}
