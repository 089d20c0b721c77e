//! Conversations: opening, reading, replying, managing and finding them
//! (`docs/intercom-api.md`, Conversations).

use serde_json::{Map, Value, json};

use crate::intercom::call::Call;
use crate::intercom::contacts::Contact;
use crate::intercom::conversations::{Author, CONVERSATIONS, Status, TEAMS};
use crate::intercom::response::{ApiError, Success};
use crate::intercom::route::{Access, Route, route};
use crate::intercom::search::{PageRequest, Query, Row, Sort};
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

/// Rows per page by default (`docs/intercom-api.md`, Pages).
const PAGE: u64 = 20;

/// Maximum number of attachments of a reply.
const MAX_ATTACHMENTS: usize = 10;

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

/// Takes the HTML out of bodies.
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
    let body = call.object()?;
    state.conversations.find(&call.id)?;
    let kind = required(&body, "message_type")?.to_owned();
    let author = match required(&body, "type")? {
        "admin" if matches!(kind.as_str(), "comment" | "note") => by_admin(state, &body)?,
        "user" if kind == "comment" => by_contact(contact(state, &body)?),
        _ => return Err(invalid("message_type", "is not what this author can write")),
    };
    let message = required(&body, "body")?;
    let attachments = body.get("attachment_urls").and_then(Value::as_array);
    if attachments.is_some_and(|urls| urls.len() > MAX_ATTACHMENTS) {
        return Err(invalid("attachment_urls", "holds more than 10 URLs"));
    }
    let at = body.get("created_at").and_then(Value::as_i64);
    let conversation = state.conversations.find_mut(&call.id)?;
    conversation.reply(&kind, message, &author, at.unwrap_or(call.now));
    get(state, call)
}

/// `POST /conversations/{id}/parts`
pub fn manage(state: &mut State, call: &Call<'_>) -> Result<Success, ApiError> {
    let body = call.object()?;
    state.conversations.find(&call.id)?;
    let author = by_admin(state, &body)?;
    let message = body.get("body").and_then(Value::as_str);
    let kind = required(&body, "message_type")?;
    let is_team = body.get("type").is_some_and(|kind| kind == "team");
    let assignee = match kind {
        "assignment" => assignee(state, &body, is_team)?,
        _ => 0,
    };
    let until = body.get("snoozed_until").and_then(Value::as_i64);
    let conversation = state.conversations.find_mut(&call.id)?;
    match (kind, until) {
        ("open", _) => conversation.set_status(Status::Open, None, &author, call.now),
        ("close", _) => conversation.set_status(Status::Closed, message, &author, call.now),
        ("snoozed", Some(until)) => {
            conversation.set_status(Status::Snoozed(until), None, &author, call.now);
        }
        ("assignment", _) => conversation.assign(is_team, assignee, message, &author, call.now),
        _ => return Err(invalid("message_type", "is not what can be done")),
    }
    get(state, call)
}

/// `POST /conversations/search`
pub fn search(state: &mut State, call: &Call<'_>) -> Result<Success, ApiError> {
    let body = call.object()?;
    let query = body.get("query").cloned().unwrap_or_default();
    let query = Query::parse(&CONVERSATIONS, &query, call.version)?;
    let sort = Sort::read(&CONVERSATIONS, body.get("sort"), call.version)?;
    let request = PageRequest::from_body(body.get("pagination"), PAGE)?;
    let rows = state.conversations.all().filter_map(|conversation| {
        let value = |field: &str| conversation.value(field, call.now);
        query.matches(&value).then(|| Row {
            key: sort.key(&value),
            id: conversation.id(),
            item: conversation,
        })
    });
    let page = request.page(rows.collect(), sort.ascending);
    let page = page.named("conversation.list", "conversations", |conversation| {
        conversation.to_json(call.now, false)
    });
    Ok(Success::Json(page))
}

/// The assignee of an assignment, 0 for nobody. Admins and teams have ids of their own.
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

/// The admin who acts, who must be a teammate.
fn by_admin(state: &State, body: &Map<String, Value>) -> Result<Author, ApiError> {
    let id = body.get("admin_id").cloned().unwrap_or_default();
    let admin = state.workspace.admin(&id);
    let admin = admin.ok_or_else(|| ApiError::not_found("Resource Not Found"))?;
    Ok(Author(admin.to_json()))
}

/// The contact who replies, by one of three ids.
fn contact<'a>(state: &'a State, body: &Map<String, Value>) -> Result<&'a Contact, ApiError> {
    let given = |name| body.get(name).and_then(Value::as_str);
    let found = match (given("intercom_user_id"), given("user_id"), given("email")) {
        (Some(id), ..) => state.contacts.live(id),
        (None, Some(id), _) => state.contacts.by_external_id(id),
        (None, None, Some(email)) => {
            let mut contacts = state.contacts.all_live();
            contacts.find(|contact| contact.field("email") == email)
        }
        (None, None, None) => None,
    };
    found.ok_or_else(|| ApiError::not_found("User Not Found"))
}

fn by_contact(contact: &Contact) -> Author {
    Author(json!({
        "type": contact.role(), "id": contact.id(),
        "name": contact.field("name"), "email": contact.field("email"),
    }))
}

fn required<'a>(body: &'a Map<String, Value>, name: &'static str) -> Result<&'a str, ApiError> {
    let text = body.get(name).and_then(Value::as_str);
    let text = text.filter(|text| !text.is_empty());
    text.ok_or_else(|| invalid(name, "is required"))
}

fn invalid(field: &'static str, message: &str) -> ApiError {
    ApiError::invalid(message).with_field(field)
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}
