//! Update Contact.

use super::attributes;
use super::response::contact;
use crate::actions::Action;
use crate::api::{
    Client, ContactId, Expected, Hints, Method, PathSegment, Request, Settings, Token,
};
use crate::input::InputReader;
use crate::world::contacts::Contact;
use crate::world::types::ActionError;
use serde_json::{Map, Value};

/// `PUT /contacts/{id}`
#[derive(Debug)]
pub struct UpdateContact {
    id: PathSegment,
    body: Map<String, Value>,
}

impl Action for UpdateContact {
    const HINTS: Hints = Hints {
        not_found: super::CHECK_CONTACT_ID,
        no_effect: "nothing was changed",
        conflict: "give another email or external_id, or update that contact instead",
        outcome: "run it again, since the same update leaves the same contact",
    };
    type Credentials = Token;

    fn read(input: &mut InputReader<'_>, settings: &Settings, _: &Token) -> Option<Self> {
        let id = input.required::<ContactId>("contact_id");
        let body = attributes::read(input, settings, &[]);
        Some(Self {
            id: id?.into_segment(),
            body: body?,
        })
    }

    fn perform(&self, client: &mut Client<'_>) -> Result<Contact, ActionError> {
        let path = format!("/contacts/{}", self.id);
        let request = Request::new(Method::Put, path)
            .with_body(self.body.clone())
            .expecting(Expected::contact(Some(&self.id)));
        contact(client.send(&request)?)
    }
}
