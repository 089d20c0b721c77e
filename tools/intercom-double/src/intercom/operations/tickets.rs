//! Tickets: creating, changing, reading and finding them (`docs/intercom-api.md`,
//! Tickets).

use http::StatusCode;
use serde_json::{Map, Value, json};

use super::reply::Reply;
use crate::intercom::call::Call;
use crate::intercom::contacts::Changes;
use crate::intercom::conversations::TEAMS;
use crate::intercom::parts::{Author, Parts};
use crate::intercom::response::{ApiError, Success};
use crate::intercom::route::{Access, Route, route};
use crate::intercom::search::Search;
use crate::intercom::state::State;
use crate::intercom::tickets::{STATES, TICKETS, TYPES, Ticket, TicketState, TicketType};

/// The routes of tickets.
pub const ROUTES: [Route; 7] = [
    route(Access::Idempotent, "GET", "/ticket_states", states),
    route(Access::Idempotent, "GET", "/ticket_types", types),
    route(Access::WriteOnce, "POST", "/tickets", create),
    route(Access::Idempotent, "POST", "/tickets/search", search),
    route(Access::Idempotent, "GET", "/tickets/{id}", get),
    route(Access::Idempotent, "PUT", "/tickets/{id}", update),
    route(Access::WriteOnce, "POST", "/tickets/{id}/reply", reply),
];

/// Default rows per page (`docs/intercom-api.md`, Pages).
const PAGE: u64 = 20;

/// `GET /ticket_states`
pub fn states(_: &mut State, _: &Call<'_>) -> Result<Success, ApiError> {
    let states: Vec<Value> = STATES.iter().map(TicketState::to_row).collect();
    Ok(Success::Json(json!({"type": "list", "data": states})))
}

/// `GET /ticket_types`
pub fn types(_: &mut State, _: &Call<'_>) -> Result<Success, ApiError> {
    let types: Vec<Value> = TYPES.iter().map(TicketType::to_json).collect();
    Ok(Success::Json(json!({"type": "list", "data": types})))
}

/// `POST /tickets`
pub fn create(state: &mut State, call: &Call<'_>) -> Result<Success, ApiError> {
    let body = call.object()?;
    let kind = TicketType::find(&id(body.get("ticket_type_id")));
    let kind = kind.ok_or_else(|| missing("ticket_type_not_found", "Ticket type not found"))?;
    let attributes = attributes(&body, kind)?;
    let contacts = contacts(state, &body, call.now)?;
    let assignment = |name| {
        let assignment = body.get("assignment");
        assignment.and_then(|assignment| assignment.get(name))
    };
    let [submitted, ..] = &STATES;
    let at = body.get("created_at").and_then(Value::as_i64);
    let mut ticket = Ticket {
        id: String::new(),
        number: 0,
        kind,
        state: submitted,
        attributes: Map::new(),
        contacts,
        company: body.get("company_id").cloned().unwrap_or_default(),
        open: true,
        shared: kind.category == "Customer",
        snoozed_until: None,
        admin_assignee: 0,
        team_assignee: 0,
        created_at: at.unwrap_or(call.now),
        updated_at: call.now,
        parts: Parts::new("ticket_part"),
    };
    ticket.set_attributes(&attributes);
    for name in ["admin_assignee_id", "team_assignee_id"] {
        if let Some(assignee) = assignment(name) {
            assign(state, &mut ticket, assignee)?;
        }
    }
    let id = state.tickets.add(ticket, call.now);
    Ok(Success::Json(state.tickets.find(&id)?.to_json(true)))
}

/// `GET /tickets/{id}`
pub fn get(state: &mut State, call: &Call<'_>) -> Result<Success, ApiError> {
    Ok(Success::Json(state.tickets.find(&call.id)?.to_json(true)))
}

/// `PUT /tickets/{id}`
pub fn update(state: &mut State, call: &Call<'_>) -> Result<Success, ApiError> {
    let body = call.object()?;
    let mut ticket = state.tickets.find(&call.id)?.clone();
    ticket.set_attributes(&attributes(&body, ticket.kind)?);
    let author = author(state, &body)?;
    if let Some(given) = body.get("ticket_state_id") {
        let found = TicketState::of_type(&id(Some(given)), ticket.kind);
        let found = found.ok_or_else(|| {
            let message = "Ticket state id is not valid or is not associated with the ticket type";
            ApiError::new(StatusCode::BAD_REQUEST, "ticket_state_id_invalid", message)
        })?;
        ticket.set_state(found, &author, call.now);
    }
    if let Some(assignee) = body.get("assignee_id") {
        assign(state, &mut ticket, assignee)?;
    }
    if let Some(company) = body.get("company_id") {
        ticket.company = company.clone();
    }
    let flag = |name| body.get(name).and_then(Value::as_bool);
    ticket.shared = flag("is_shared").unwrap_or(ticket.shared);
    let until = body.get("snoozed_until").and_then(Value::as_i64);
    ticket.snoozed_until = until.or(ticket.snoozed_until);
    if let Some(open) = flag("open") {
        ticket.open = open;
        // Closing ends a snooze.
        ticket.snoozed_until = ticket.snoozed_until.filter(|_| open);
    }
    ticket.updated_at = call.now;
    state.tickets.store(ticket, call.now);
    get(state, call)
}

/// `POST /tickets/{id}/reply`: the response is the part.
pub fn reply(state: &mut State, call: &Call<'_>) -> Result<Success, ApiError> {
    let mut ticket = state.tickets.find(&call.id)?.clone();
    let reply = Reply::read(state, call)?;
    let part = ticket.reply(&reply.kind, &reply.body, &reply.author, reply.at);
    state.tickets.store(ticket, call.now);
    Ok(Success::Json(part))
}

/// `POST /tickets/search`
pub fn search(state: &mut State, call: &Call<'_>) -> Result<Success, ApiError> {
    let search = Search::read(&TICKETS, &call.object()?, state.rules(call), PAGE)?;
    let found = state.tickets.index.at(call.now);
    let page = search.page(
        found.map(|ticket| (ticket.id.as_str(), ticket)),
        |ticket: &Ticket, field| ticket.value(field),
    );
    let page = page.named("ticket.list", "tickets", |ticket| ticket.to_json(false));
    Ok(Success::Json(page))
}

/// The admin who changes a ticket: the named one, or the token's.
fn author(state: &State, body: &Map<String, Value>) -> Result<Author, ApiError> {
    let [first, ..] = state.workspace.admins();
    let admin = match body.get("admin_id") {
        None => Some(first),
        Some(id) => state.workspace.admin(id).copied(),
    };
    let admin = admin.ok_or_else(|| missing("assignee_not_found", "Assignee not found"))?;
    Ok(Author(admin.to_json()))
}

/// The attributes of a request, which must be those of the type.
fn attributes(
    body: &Map<String, Value>,
    kind: &TicketType,
) -> Result<Map<String, Value>, ApiError> {
    let given = body.get("ticket_attributes").and_then(Value::as_object);
    let given = given.cloned().unwrap_or_default();
    let is_known = |name: &&String| kind.attributes.iter().any(|(_, known)| known == name);
    match given.keys().find(|name| !is_known(name)) {
        None => Ok(given),
        Some(name) => Err(ApiError::invalid(format!(
            "Ticket attribute '{name}' does not exist"
        ))),
    }
}

/// The ids of the contacts: one contact, by one of three ids. An unknown email creates a
/// contact.
fn contacts(
    state: &mut State,
    body: &Map<String, Value>,
    now: i64,
) -> Result<Vec<String>, ApiError> {
    let given = body.get("contacts").and_then(Value::as_array);
    let Some([one]) = given.map(Vec::as_slice) else {
        return Err(ApiError::invalid("is not a list of one contact").with_field("contacts"));
    };
    let text = |name| one.get(name).and_then(Value::as_str);
    let found = match (text("id"), text("external_id"), text("email")) {
        (Some(id), ..) => state.contacts.live(id),
        (None, Some(id), _) => state.contacts.by_external_id(id),
        (None, None, Some(email)) => {
            let mut contacts = state.contacts.all_live();
            contacts.find(|contact| contact.field("email") == email)
        }
        (None, None, None) => None,
    };
    match (found, text("email")) {
        (Some(contact), _) => Ok(vec![contact.id().to_owned()]),
        (None, Some(email)) => {
            let lead = Changes::unchecked([("role", json!("lead")), ("email", json!(email))]);
            Ok(vec![state.contacts.create(lead, now)?])
        }
        (None, None) => Err(ApiError::not_found("User Not Found")),
    }
}

/// Assigns a ticket to an admin or a team, or to nobody.
fn assign(state: &State, ticket: &mut Ticket, assignee: &Value) -> Result<(), ApiError> {
    let text = id(Some(assignee));
    let number = text.parse().unwrap_or_default();
    if text == "0" {
        (ticket.admin_assignee, ticket.team_assignee) = (0, 0);
    } else if TEAMS.iter().any(|(team, _)| *team == text) {
        ticket.team_assignee = number;
    } else if state.workspace.admin(assignee).is_some() {
        ticket.admin_assignee = number;
    } else {
        return Err(missing("assignee_not_found", "Assignee not found"));
    }
    Ok(())
}

/// An id that is text or a number.
fn id(value: Option<&Value>) -> String {
    match value {
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
        None => String::new(),
    }
}

fn missing(code: &'static str, message: &str) -> ApiError {
    ApiError::new(StatusCode::NOT_FOUND, code, message)
}
