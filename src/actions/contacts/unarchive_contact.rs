//! Unarchive Contact: brings an archived contact back
//! (`docs/intercom-api.md`, Archive and delete).

use crate::actions::{Action, into_record};
use crate::api::{
    Client, ContactId, Expected, Hints, Method, PathSegment, Request, Settings, Token,
};
use crate::input::InputReader;
use crate::world::contacts::ArchiveState;
use crate::world::types::ActionError;

/// `POST /contacts/{id}/unarchive`
#[derive(Debug)]
pub struct UnarchiveContact {
    id: PathSegment,
}

impl Action for UnarchiveContact {
    const HINTS: Hints = Hints {
        not_found: super::CHECK_CONTACT_ID,
        no_effect: "nothing was changed",
        conflict: "use that contact instead, or change its email or external_id \
                   first",
        outcome: "run it again, since the contact ends up unarchived either way",
    };
    type Credentials = Token;

    fn read(input: &mut InputReader<'_>, _: &Settings, _: &Token) -> Option<Self> {
        let id = input.required::<ContactId>("contact_id")?.into_segment();
        Some(Self { id })
    }

    fn perform(&self, client: &mut Client<'_>) -> Result<ArchiveState, ActionError> {
        let path = format!("/contacts/{}/unarchive", self.id);
        let request = Request::new(Method::Post, path).expecting(Expected::contact(Some(&self.id)));
        into_record(client.send(&request)?)
    }
}
