//! Sending messages (`docs/intercom-api.md`, Messages).

use http::StatusCode;
use serde_json::{Map, Value, json};

use crate::intercom::call::Call;
use crate::intercom::parts::Author;
use crate::intercom::response::{ApiError, Success};
use crate::intercom::state::State;
use crate::intercom::workspace::Admin;

/// The first id, with as many digits as Intercom's.
const FIRST_MESSAGE: u64 = 40_318_528_001;

/// The `message_type` as responses spell it. Requests accept more spellings
/// (`docs/intercom-api.md`, Messages).
fn message_type(body: &Map<String, Value>) -> Result<&'static str, ApiError> {
    match body.get("message_type").and_then(Value::as_str) {
        Some("email") => Ok("email"),
        Some("in_app" | "inapp" | "conversation") => Ok("inapp"),
        _ => Err(
            ApiError::invalid("is not a message type; give email or in_app")
                .with_field("message_type"),
        ),
    }
}

/// `POST /messages`
pub fn send(state: &mut State, call: &Call<'_>) -> Result<Success, ApiError> {
    let body = call.object()?;
    let kind = message_type(&body)?;
    let text = text(&body, "body").ok_or_else(|| ApiError::invalid("Body is required"))?;
    let subject = subject(&body, kind, text)?;
    let from = sender(state, &body)?.to_json();
    let to = recipients(state, &body, "to")?;
    let Some(recipient) = to.first().cloned() else {
        return Err(ApiError::invalid("has no recipient; give a contact").with_field("to"));
    };
    let copies = [
        recipients(state, &body, "cc")?,
        recipients(state, &body, "bcc")?,
    ];
    let all = [to, copies.concat()].concat();
    let number = state.messages.deliver(&all);
    state.contacts.set_last_contacted(&all, call.now);
    let opens = body.get("create_conversation_without_contact_reply") == Some(&Value::Bool(true));
    let author = Author(from.clone());
    let conversation = opens.then(|| {
        let conversations = &mut state.conversations;
        conversations.open(&recipient, &author, text, call.now)
    });
    let mut message = json!({
        "type": "admin_message",
        "id": (FIRST_MESSAGE + number).to_string(),
        "created_at": call.now,
        "subject": subject,
        "body": text,
        "message_type": kind,
        "owner": from,
    });
    if let (Some(message), Some(id)) = (message.as_object_mut(), conversation) {
        message.insert("conversation_id".to_owned(), json!(id));
    }
    Ok(Success::Json(message))
}

/// A non-empty string.
fn text<'a>(body: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    let text = body.get(name).and_then(Value::as_str);
    text.filter(|text| !text.is_empty())
}

/// The subject in the response. An email must have a subject and a template; for
/// an in-app message without a subject it is the text (`docs/intercom-api.md`,
/// Messages).
fn subject<'a>(
    body: &'a Map<String, Value>,
    kind: &str,
    message: &'a str,
) -> Result<&'a str, ApiError> {
    let subject = text(body, "subject");
    if kind != "email" {
        return Ok(subject.unwrap_or(message));
    }
    let missing = |message: &str| {
        ApiError::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "parameter_not_found",
            message,
        )
    };
    let subject = subject.ok_or_else(|| missing("No subject supplied for email message"))?;
    match text(body, "template") {
        Some(_) => Ok(subject),
        None => Err(missing("No template supplied for email message")),
    }
}

fn sender<'a>(state: &'a State, body: &Map<String, Value>) -> Result<&'a Admin, ApiError> {
    let from = body
        .get("from")
        .filter(|from| field(from, "type") == "admin");
    let id = from.and_then(|from| from.get("id"));
    let Some(id) = id else {
        return Err(
            ApiError::invalid("is not an admin; give type admin and an id").with_field("from"),
        );
    };
    state.workspace.admin(id).ok_or_else(|| {
        let message = format!("no admin has the id {id}");
        ApiError::new(StatusCode::NOT_FOUND, "admin_not_found", message)
    })
}

/// The ids of the contacts in the field `name`: one object, a list or nothing.
fn recipients(
    state: &State,
    body: &Map<String, Value>,
    name: &str,
) -> Result<Vec<String>, ApiError> {
    let recipients = match body.get(name) {
        None | Some(Value::Null) => &[],
        Some(Value::Array(list)) => list.as_slice(),
        Some(one) => std::slice::from_ref(one),
    };
    recipients
        .iter()
        .map(|recipient| {
            recipient_id(state, recipient).ok_or_else(|| unknown_recipient(name, recipient))
        })
        .collect()
}

/// Finds a contact by its id, or by its external id in `user_id`, and checks its
/// role.
fn recipient_id(state: &State, recipient: &Value) -> Option<String> {
    let contact = match recipient.get("user_id") {
        Some(external_id) => state.contacts.by_external_id(external_id.as_str()?)?,
        None => state.contacts.live(field(recipient, "id"))?,
    };
    let role = field(recipient, "type");
    (role == "contact" || role == contact.role()).then(|| contact.id().to_owned())
}

fn unknown_recipient(name: &str, recipient: &Value) -> ApiError {
    ApiError::not_found(format!("the contact does not exist: {recipient}")).with_field(name)
}

fn field<'a>(value: &'a Value, name: &str) -> &'a str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}
