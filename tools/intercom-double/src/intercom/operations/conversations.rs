//! Conversations: opening, reading, replying, managing and finding them
//! (`docs/intercom-api.md`, Conversations).

use serde_json::{Map, Value, json};

use super::reply::{Reply, by_admin, by_contact, invalid, required};
use crate::intercom::call::Call;
use crate::intercom::conversations::{CONVERSATIONS, Conversation, Status, TEAMS};
use crate::intercom::response::{ApiError, Success};
use crate::intercom::route::{Access, Route, route};
use crate::intercom::search::Search;
use crate::intercom::state::State;

/// The routes of conversations.
pub const ROUTES: [Route; 5] = [
    route(Access::WriteOnce, "POST", "/conversations", open),
    route(Access::Idempotent, "POST", "/conversations/search", search),
    route(Access::Idempotent, "GET", "/conversations/{id}", get),
    route(
        Access::WriteOnce,
        "POST",
        "/conversations/{id}/reply",
        reply,
    ),
    route(
        Access::WriteOnce,
        "POST",
        "/conversations/{id}/parts",
        manage,
    ),
];

/// Default rows per page (`docs/intercom-api.md`, Pages).
const PAGE: u64 = 20;

/// `POST /conversations`: a contact begins one. The response is the message.
pub fn open(state: &mut State, call: &Call<'_>) -> Result<Success, ApiError> {
    let body = call.object()?;
    let id = body.get("from").map(|from| text(from, "id"));
    let contact = id.and_then(|id| state.contacts.live(id));
    let contact = contact.ok_or_else(|| ApiError::not_found("User Not Found"))?;
    let message = required(&body, "body")?;
    let (contact, author) = (contact.id().to_owned(), by_contact(contact));
    let id = state
        .conversations
        .open(&contact, &author, message, call.now);
    Ok(Success::Json(json!({
        "type": "user_message", "id": format!("4{id}"), "created_at": call.now,
        "body": message, "message_type": "inapp", "conversation_id": id,
    })))
}

/// `GET /conversations/{id}`
pub fn get(state: &mut State, call: &Call<'_>) -> Result<Success, ApiError> {
    let conversation = state.conversations.find(&call.id)?;
    let mut json = conversation.to_json(call.now, true);
    if call.parameter("display_as").as_deref() == Some("plaintext") {
        without_tags(&mut json);
    }
    Ok(Success::Json(json))
}

/// Removes the HTML from bodies.
fn without_tags(json: &mut Value) {
    match json {
        Value::Object(map) => {
            for (name, value) in map {
                match value {
                    Value::String(body) if name == "body" => {
                        let pieces = body.split(['<', '>']).step_by(2);
                        *body = pieces.collect::<Vec<_>>().concat();
                    }
                    inner => without_tags(inner),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(without_tags),
        _ => {}
    }
}

/// `POST /conversations/{id}/reply`
pub fn reply(state: &mut State, call: &Call<'_>) -> Result<Success, ApiError> {
    let mut conversation = state.conversations.find(&call.id)?.clone();
    let reply = Reply::read(state, call)?;
    conversation.reply(&reply.kind, &reply.body, &reply.author, reply.at);
    state.conversations.store(conversation, call.now);
    get(state, call)
}

/// `POST /conversations/{id}/parts`
pub fn manage(state: &mut State, call: &Call<'_>) -> Result<Success, ApiError> {
    let body = call.object()?;
    let mut conversation = state.conversations.find(&call.id)?.clone();
    let author = by_admin(state, &body)?;
    let message = body.get("body").and_then(Value::as_str);
    let kind = required(&body, "message_type")?;
    let is_team = body.get("type").is_some_and(|kind| kind == "team");
    let assignee = match kind {
        "assignment" => assignee(state, &body, is_team)?,
        _ => 0,
    };
    let until = body.get("snoozed_until").and_then(Value::as_i64);
    match (kind, until) {
        ("open", _) => conversation.set_status(Status::Open, None, &author, call.now),
        ("close", _) => conversation.set_status(Status::Closed, message, &author, call.now),
        ("snoozed", Some(until)) => {
            conversation.set_status(Status::Snoozed(until), None, &author, call.now);
        }
        ("assignment", _) => conversation.assign(is_team, assignee, message, &author, call.now),
        _ => return Err(invalid("message_type", "is not an operation")),
    }
    state.conversations.store(conversation, call.now);
    get(state, call)
}

/// `POST /conversations/search`
pub fn search(state: &mut State, call: &Call<'_>) -> Result<Success, ApiError> {
    let search = Search::read(&CONVERSATIONS, &call.object()?, state.rules(call), PAGE)?;
    let found = state.conversations.index.at(call.now);
    let page = search.page(
        found.map(|conversation| (conversation.id(), conversation)),
        |conversation: &Conversation, field| conversation.value(field, call.now),
    );
    let page = page.named("conversation.list", "conversations", |conversation| {
        conversation.to_json(call.now, false)
    });
    Ok(Success::Json(page))
}

/// The assignee of an assignment, 0 for nobody. Admins and teams have separate ids.
fn assignee(state: &State, body: &Map<String, Value>, is_team: bool) -> Result<u64, ApiError> {
    let id = body.get("assignee_id").cloned().unwrap_or_default();
    let text = id.as_str().map_or_else(|| id.to_string(), str::to_owned);
    let is_known = match is_team {
        true => TEAMS.iter().any(|(team, _)| *team == text),
        false => state.workspace.admin(&id).is_some(),
    };
    match text.parse() {
        Ok(number) if number == 0 || is_known => Ok(number),
        _ => Err(ApiError::not_found("Resource Not Found")),
    }
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}
