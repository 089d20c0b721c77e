//! Tickets, read leniently from responses (`docs/intercom-api.md`, Tickets).

use super::attributes::{DESCRIPTION, TITLE};
use crate::actions::conversations::{assignee, contact_ids};
use crate::actions::{FromResponse, WithBody};
use crate::api::{Item, Object, SuccessResponse};
use crate::world::tickets::Ticket;
use crate::world::types::ActionError;

/// The ticket in a response.
///
/// # Errors
/// As for [`SuccessResponse::into_document`].
pub fn ticket(response: SuccessResponse<'_>) -> Result<Ticket, ActionError> {
    let (ticket, body) = response.into_document(read)?;
    Ok(ticket.with_body(body))
}

/// A ticket among the rows of a search.
pub fn row(item: Item<'_>) -> Ticket {
    Ticket {
        response: item.json().to_owned(),
        ..read(&item.object())
    }
}

fn read(object: &Object<'_>) -> Ticket {
    let inner = |name| object.object(name).unwrap_or_default();
    let (state, kind) = (inner("ticket_state"), inner("ticket_type"));
    let attributes = inner("ticket_attributes");
    let found = Ticket::read(object);
    Ticket {
        number: object.text("ticket_id"),
        title: attributes.text(TITLE),
        description: attributes.text(DESCRIPTION),
        // Up to API 2.11, only the category, as text.
        state: state
            .text("category")
            .or_else(|| object.text("ticket_state")),
        state_id: state.text("id"),
        state_label: state.text("internal_label"),
        ticket_type_id: kind.text("id"),
        ticket_type_name: kind.text("name"),
        contact_ids: contact_ids(object),
        admin_assignee_id: assignee(found.admin_assignee_id),
        team_assignee_id: assignee(found.team_assignee_id),
        attributes: object.object_json("ticket_attributes").map(str::to_owned),
        ..found
    }
}
