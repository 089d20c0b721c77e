//! Create Ticket.

use super::attributes;
use super::response::ticket;
use crate::actions::{Action, Body, ContactRef};
use crate::api::{
    AdminId, CORRECT_INPUT, Client, CompanyId, ConversationId, Expected, Hints, Method, Request,
    Settings, TeamId, TicketTypeId, Token,
};
use crate::input::{Email, Flag, InputError, InputReader, Timestamp};
use crate::world::tickets::Ticket;
use crate::world::types::ActionError;
use serde_json::{Map, Value, json};

/// `POST /tickets`
#[derive(Debug)]
pub struct CreateTicket {
    body: Body,
}

impl Action for CreateTicket {
    const HINTS: Hints = Hints {
        not_found: "check ticket_type_id and the ids of the contacts, the company, the \
                    conversation and the assignees (list-choices shows types, admins and teams)",
        no_effect: "nothing was created",
        conflict: CORRECT_INPUT,
        outcome: "search for the ticket by contact_ids and created_at before you create it again; \
                  a search finds a new ticket after some seconds",
    };
    type Credentials = Token;

    fn read(input: &mut InputReader<'_>, _: &Settings, _: &Token) -> Option<Self> {
        input.hint_at(&super::ELSEWHERE);
        let kind = input.required::<TicketTypeId>("ticket_type_id");
        let contacts = contacts(input);
        let attributes = attributes::read(input);
        let company = input.optional::<CompanyId>("company_id");
        let conversation = input.optional::<ConversationId>("conversation_id");
        let admin = input.optional::<AdminId>("assignee_admin_id");
        let team = input.optional::<TeamId>("assignee_team_id");
        let created_at = input.optional::<Timestamp>("created_at");
        let skip = input.optional::<Flag>("skip_notifications");

        let mut body = Body::default();
        body.set("ticket_type_id", kind?.as_text());
        body.set("contacts", contacts?);
        // A new ticket has nothing to clear.
        let mut set = Map::new();
        set.extend(
            attributes?
                .into_iter()
                .filter(|(_, value)| !value.is_null()),
        );
        body.set_some("ticket_attributes", Some(set).filter(|set| !set.is_empty()));
        let company = company?;
        body.set_some("company_id", company.as_ref().map(CompanyId::as_str));
        let conversation = conversation?;
        let linked = conversation.as_ref().map(ConversationId::as_str);
        body.set_some("conversation_to_link_id", linked);
        let mut assignment = Body::default();
        assignment.set_some("admin_assignee_id", admin?.map(|id| id.as_text()));
        assignment.set_some("team_assignee_id", team?.map(|id| id.as_text()));
        body.set_some("assignment", assignment.filled());
        body.set_some("created_at", created_at?.map(Timestamp::seconds));
        body.set_some("skip_notifications", skip?.map(|Flag(skip)| skip));
        Some(Self { body })
    }

    fn perform(&self, client: &mut Client<'_>) -> Result<Ticket, ActionError> {
        let request = Request::new(Method::Post, "/tickets")
            .with_body(self.body.clone())
            .expecting(Expected::Object {
                types: &["ticket"],
                id: None,
            });
        ticket(client.send(&request)?)
    }
}

/// Reads the contacts, each in the API's form. A single one needs no list.
fn contacts(input: &mut InputReader<'_>) -> Option<Vec<Value>> {
    let contacts = input.list_from::<ContactRef>("contacts", |one| vec![one.into()])?;
    if contacts.is_empty() {
        let problem = "is empty, and a ticket needs at least one contact";
        let hint = r#"give one, such as [{"contact_id": "con_abc123456"}]"#;
        input.note("contacts", InputError::new(problem, hint));
        return None;
    }
    let contacts = contacts.into_iter().map(|contact| match contact {
        ContactRef::Id(id) => json!({"id": id.as_str()}),
        ContactRef::ExternalId(key) => json!({"external_id": key.as_str()}),
        ContactRef::Email(Email(email)) => json!({"email": email}),
    });
    Some(contacts.collect())
}
