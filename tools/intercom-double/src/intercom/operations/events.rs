//! Submitting and listing events (`docs/intercom-api.md`, Events).

use serde_json::{Map, Value, json};

use crate::intercom::call::Call;
use crate::intercom::contacts::Contact;
use crate::intercom::events::{Event, Events};
use crate::intercom::response::{ApiError, Success};
use crate::intercom::route::{Access, Route, route};
use crate::intercom::state::State;

/// The routes of events.
pub const ROUTES: [Route; 2] = [
    route(Access::WriteOnce, "POST", "/events", submit),
    route(Access::Idempotent, "GET", "/events", list),
];

fn submit(state: &mut State, call: &Call<'_>) -> Result<Success, ApiError> {
    let body = call.object()?;
    let text = |name: &str| body.get(name).and_then(Value::as_str);
    let required = |name: &str| ApiError::invalid("is required").with_field(name);
    let name = text("event_name").filter(|name| !name.is_empty());
    let name = name.ok_or_else(|| required("event_name"))?.to_owned();
    let created_at = body.get("created_at").and_then(Value::as_i64);
    let created_at = created_at.ok_or_else(|| required("created_at"))?;
    let contact = contact(state, text("id"), text("user_id"), text("email"))?;
    let external_id = contact.field("external_id");
    let event = Event {
        contact: contact.id().to_owned(),
        external_id: external_id.as_str().map(str::to_owned),
        name,
        created_at,
        metadata: metadata(&body)?,
    };
    state.events.submit(event);
    Ok(Success::Accepted)
}

fn metadata(body: &Map<String, Value>) -> Result<Map<String, Value>, ApiError> {
    match body.get("metadata") {
        None => Ok(Map::new()),
        Some(Value::Object(details)) => Ok(details.clone()),
        Some(_) => Err(ApiError::invalid("is not an object").with_field("metadata")),
    }
}

fn list(state: &mut State, call: &Call<'_>) -> Result<Success, ApiError> {
    let parameter = |name| call.parameter(name);
    let (id, user_id, email) = (
        parameter("intercom_user_id"),
        parameter("user_id"),
        parameter("email"),
    );
    let contact = contact(state, id.as_deref(), user_id.as_deref(), email.as_deref())?;
    Ok(rows(&state.events, contact.id()))
}

fn rows(events: &Events, contact: &str) -> Success {
    let events: Vec<Value> = events.of(contact).map(Event::to_json).collect();
    Success::Json(json!({ "type": "event.list", "events": events, "pages": { "next": null } }))
}

/// The contact by one of its ids. External ids are users' alone.
fn contact<'a>(
    state: &'a State,
    id: Option<&str>,
    external_id: Option<&str>,
    email: Option<&str>,
) -> Result<&'a Contact, ApiError> {
    let found = match (id, external_id, email) {
        (Some(id), ..) => state.contacts.live(id),
        (None, Some(external_id), _) => {
            let found = state.contacts.by_external_id(external_id);
            found.filter(|contact| contact.role() == "user")
        }
        (None, None, Some(email)) => {
            let mut contacts = state.contacts.all_live();
            contacts.find(|contact| contact.field("email") == email)
        }
        (None, None, None) => None,
    };
    found.ok_or_else(|| ApiError::not_found("User Not Found"))
}
