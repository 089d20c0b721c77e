//! Archive Contact: hides a contact from lists and searches, and keeps its data
//! (`docs/intercom-api.md`, Archive and delete).

use crate::actions::{Action, into_record};
use crate::api::{
    CORRECT_INPUT, Client, ContactId, Expected, Hints, Method, PathSegment, Request, Settings,
    Token,
};
use crate::input::InputReader;
use crate::world::contacts::ArchiveState;
use crate::world::types::ActionError;

/// `POST /contacts/{id}/archive`
#[derive(Debug)]
pub struct ArchiveContact {
    id: PathSegment,
}

impl Action for ArchiveContact {
    const HINTS: Hints = Hints {
        not_found: super::CHECK_CONTACT_ID,
        no_effect: "nothing was changed",
        conflict: CORRECT_INPUT,
        outcome: "run it again, since the contact ends up archived either way",
    };
    type Credentials = Token;

    fn read(input: &mut InputReader<'_>, _: &Settings, _: &Token) -> Option<Self> {
        let id = input.required::<ContactId>("contact_id")?.into_segment();
        Some(Self { id })
    }

    fn perform(&self, client: &mut Client<'_>) -> Result<ArchiveState, ActionError> {
        let path = format!("/contacts/{}/archive", self.id);
        let request = Request::new(Method::Post, path).expecting(Expected::contact(Some(&self.id)));
        into_record(client.send(&request)?)
    }
}
