//! Conversations and tickets: as much of them as triggers are polled for.

use serde_json::{Map, Value, json};

use crate::intercom::call::Call;
use crate::intercom::inbox::Shelf;
use crate::intercom::response::{ApiError, Success};
use crate::intercom::state::State;

/// `POST /conversations`: a contact begins one.
pub fn begin(state: &mut State, call: &Call<'_>) -> Result<Success, ApiError> {
    let body = call.object()?;
    let from = body.get("from").cloned().unwrap_or_default();
    let contact = text(&from, "id")?;
    let role = match state.contacts.live(contact) {
        Some(contact) => contact.role().to_owned(),
        None => return Err(ApiError::not_found("User Not Found")),
    };
    let message = body.get("body").cloned().unwrap_or_default();
    let conversation = json!({
        "type": "conversation",
        "title": null,
        "state": "open",
        "open": true,
        "priority": "not_priority",
        "contacts": contacts(contact),
        "source": {
            "type": "conversation",
            "body": message,
            "author": { "type": role, "id": contact },
        },
    });
    let id = state.inbox.conversations.create(conversation, call.now);
    Ok(Success::Json(json!({
        "type": "user_message",
        "id": format!("4{id}"),
        "created_at": call.now,
        "body": message,
        "message_type": "inapp",
        "conversation_id": id,
    })))
}

/// `GET /conversations/{id}`
pub fn conversation(state: &mut State, call: &Call<'_>) -> Result<Success, ApiError> {
    state.inbox.conversations.read(&call.id).map(Success::Json)
}

/// `POST /conversations/{id}/reply`
pub fn reply_to_conversation(state: &mut State, call: &Call<'_>) -> Result<Success, ApiError> {
    reply(&mut state.inbox.conversations, call)
}

/// `POST /tickets`
pub fn create_ticket(state: &mut State, call: &Call<'_>) -> Result<Success, ApiError> {
    let body = call.object()?;
    let attributes = body.get("ticket_attributes").cloned().unwrap_or_default();
    let contact = body.get("contacts").and_then(|list| list.get(0));
    let contact = contact.and_then(|contact| contact.get("id"));
    let ticket = json!({
        "type": "ticket",
        "category": "Customer",
        "open": true,
        "ticket_attributes": attributes,
        "ticket_state": ticket_state("submitted"),
        "contacts": contacts(contact.and_then(Value::as_str).unwrap_or_default()),
    });
    let id = state.inbox.tickets.create(ticket, call.now);
    state.inbox.tickets.read(&id).map(Success::Json)
}

/// `PUT /tickets/{id}`: its attributes and its state, by the state's category.
pub fn update_ticket(state: &mut State, call: &Call<'_>) -> Result<Success, ApiError> {
    let body = call.object()?;
    let mut changes = Map::new();
    if let Some(attributes) = body.get("ticket_attributes") {
        changes.insert("ticket_attributes".to_owned(), attributes.clone());
    }
    let part = body.get("ticket_state_id").and_then(Value::as_str);
    let part = part.map(|category| {
        changes.insert("ticket_state".to_owned(), ticket_state(category));
        json!({
            "type": "ticket_part",
            "part_type": "ticket_state_updated_by_admin",
            "ticket_state": category,
            "author": admin(),
        })
    });
    let tickets = &mut state.inbox.tickets;
    tickets.change(&call.id, changes.into(), part, call.now)?;
    tickets.read(&call.id).map(Success::Json)
}

/// `GET /tickets/{id}`
pub fn ticket(state: &mut State, call: &Call<'_>) -> Result<Success, ApiError> {
    state.inbox.tickets.read(&call.id).map(Success::Json)
}

/// `POST /tickets/{id}/reply`
pub fn reply_to_ticket(state: &mut State, call: &Call<'_>) -> Result<Success, ApiError> {
    reply(&mut state.inbox.tickets, call)
}

fn reply(shelf: &mut Shelf, call: &Call<'_>) -> Result<Success, ApiError> {
    let body = Value::Object(call.object()?);
    let author = match text(&body, "type")? {
        "admin" => admin(),
        _ => json!({ "type": "user", "id": text(&body, "intercom_user_id")? }),
    };
    let part = json!({
        "type": "conversation_part",
        "part_type": text(&body, "message_type")?,
        "body": body.get("body"),
        "author": author,
    });
    shelf.change(&call.id, json!({}), Some(part), call.now)?;
    shelf.read(&call.id).map(Success::Json)
}

fn contacts(id: &str) -> Value {
    json!({ "type": "contact.list", "contacts": [{ "type": "contact", "id": id }] })
}

fn admin() -> Value {
    json!({ "type": "admin", "id": "814860", "name": "Ines Okafor" })
}

fn ticket_state(category: &str) -> Value {
    json!({ "type": "ticket_state", "category": category, "internal_label": category })
}

fn text<'a>(body: &'a Value, name: &str) -> Result<&'a str, ApiError> {
    let text = body.get(name).and_then(Value::as_str);
    text.ok_or_else(|| ApiError::invalid("is not text").with_field(name))
}
