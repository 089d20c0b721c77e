//! Update Ticket.

use super::attributes;
use super::response::ticket;
use super::state::State;
use crate::actions::{Action, Body};
use crate::api::{
    AdminId, AssigneeId, CORRECT_INPUT, Client, CompanyId, Expected, Hints, Method, PathSegment,
    Request, Settings, TicketId, Token,
};
use crate::input::{Flag, InputReader, Need, Patch, Timestamp};
use crate::world::tickets::Ticket;
use crate::world::types::ActionError;
use serde_json::Value;

/// `PUT /tickets/{id}`; before it `GET /ticket_states` for a state by its name.
#[derive(Debug)]
pub struct UpdateTicket {
    id: PathSegment,
    body: Body,
    state: Option<State>,
}

/// A null state or snooze has no meaning.
const NEVER_EMPTY: Need<'_> = Need::NotNull("and this field can't be cleared");

impl Action for UpdateTicket {
    const HINTS: Hints = Hints {
        not_found: "check ticket_id, which is Intercom's id and not the number in the inbox, and \
                    admin_id and assignee_id (list-choices shows admins and teams)",
        no_effect: "nothing was changed",
        conflict: CORRECT_INPUT,
        outcome: "run it again, since the same update leaves the same ticket",
    };
    type Credentials = Token;

    fn read(input: &mut InputReader<'_>, _: &Settings, _: &Token) -> Option<Self> {
        input.hint_at(&super::ELSEWHERE);
        let id = input.required::<TicketId>("ticket_id");
        let state = input.read::<State>("state", NEVER_EMPTY);
        let attributes = attributes::read(input);
        let open = input.read::<Flag>("open", NEVER_EMPTY);
        let snoozed_until = input.read::<Timestamp>("snoozed_until", END_OF_SNOOZE);
        let assignee = input.read::<AssigneeId>("assignee_id", NOBODY);
        let admin = input.read::<AdminId>("admin_id", NEVER_EMPTY);
        let company = input.read::<CompanyId>("company_id", Need::Nothing);
        let shared = input.read::<Flag>("is_shared", NEVER_EMPTY);
        let skip = input.optional::<Flag>("skip_notifications");

        let mut body = Body::default();
        let attributes = Some(attributes?).filter(|attributes| !attributes.is_empty());
        body.set_some("ticket_attributes", attributes);
        let flag = |Flag(flag)| flag;
        body.set_some("open", open?.value().map(flag));
        let until = snoozed_until?.value();
        body.set_some("snoozed_until", until.map(Timestamp::seconds));
        body.set_some("assignee_id", assignee?.value().map(|id| id.as_text()));
        body.set_some("admin_id", admin?.value().map(|id| id.as_integer()));
        match company? {
            Patch::Absent => {}
            Patch::Null => body.set("company_id", Value::Null),
            Patch::Value(id) => body.set("company_id", id.as_str()),
        }
        body.set_some("is_shared", shared?.value().map(flag));
        body.set_some("skip_notifications", skip?.map(flag));
        Some(Self {
            id: id?.into_segment(),
            body,
            state: state?.value(),
        })
    }

    fn perform(&self, client: &mut Client<'_>) -> Result<Ticket, ActionError> {
        let mut body = self.body.clone();
        if let Some(state) = &self.state {
            let id = state.resolve(&self.id, client)?;
            body.set("ticket_state_id", id);
        }
        let request = Request::new(Method::Put, format!("/tickets/{}", self.id))
            .with_body(body)
            .expecting(Expected::Object {
                types: &["ticket"],
                id: Some(self.id.clone()),
            });
        ticket(client.send(&request)?)
    }
}

const END_OF_SNOOZE: Need<'_> = Need::NotNull("and a snooze is ended with open: true or false");
const NOBODY: Need<'_> = Need::NotNull("and 0 means nobody");
