//! Messages: who sends what to whom, counted by recipient
//! (`docs/intercom-api.md`, Messages).

use std::collections::BTreeMap;

use http::StatusCode;
use serde_json::{Map, Value, json};

use super::answer::{Answer, Refusal};
use super::router::Call;
use super::state::State;
use super::workspace::Admin;

/// The first ids, as long as Intercom's are.
const FIRST_MESSAGE: u64 = 40_318_528_001;
const FIRST_CONVERSATION: u64 = 215_470_000_001;

/// The messages that were sent.
#[derive(Debug, Default)]
pub struct Messages {
    sent: u64,
    received: BTreeMap<String, u64>,
}

impl Messages {
    /// How many messages each contact received, by the contact's id; copies
    /// count.
    pub fn received(&self) -> &BTreeMap<String, u64> {
        &self.received
    }

    fn deliver(&mut self, recipients: &[String]) -> u64 {
        for recipient in recipients {
            *self.received.entry(recipient.clone()).or_default() += 1;
        }
        self.sent += 1;
        self.sent - 1
    }
}

/// How a message travels, as answers spell it. Requests spell it in more ways
/// (`docs/intercom-api.md`, Messages).
fn message_type(body: &Map<String, Value>) -> Result<&'static str, Refusal> {
    match body.get("message_type").and_then(Value::as_str) {
        Some("email") => Ok("email"),
        Some("in_app" | "inapp" | "conversation") => Ok("inapp"),
        _ => Err(
            Refusal::invalid("is not a type of message; give email or in_app")
                .about("message_type"),
        ),
    }
}

/// `POST /messages`
pub fn send(state: &mut State, call: &Call<'_>) -> Result<Answer, Refusal> {
    let body = call.object()?;
    let kind = message_type(&body)?;
    let text = text(&body, "body").ok_or_else(|| Refusal::invalid("Body is required"))?;
    let subject = subject(&body, kind, text)?;
    let from = *sender(state, &body)?;
    let to = recipients(state, &body, "to")?;
    if to.is_empty() {
        return Err(Refusal::invalid("names nobody; give a contact").about("to"));
    }
    let copies = [
        recipients(state, &body, "cc")?,
        recipients(state, &body, "bcc")?,
    ];
    let everybody = [to, copies.concat()].concat();
    let number = state.messages.deliver(&everybody);
    state.contacts.contacted(&everybody, call.now);
    let mut message = json!({
        "type": "admin_message",
        "id": (FIRST_MESSAGE + number).to_string(),
        "created_at": call.now,
        "subject": subject,
        "body": text,
        "message_type": kind,
        "owner": from.to_json(),
    });
    let opens = body.get("create_conversation_without_contact_reply");
    if let (Some(message), Some(Value::Bool(true))) = (message.as_object_mut(), opens) {
        let id = (FIRST_CONVERSATION + number).to_string();
        message.insert("conversation_id".to_owned(), json!(id));
    }
    Ok(Answer::Json(message))
}

/// Text that says something.
fn text<'a>(body: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    let text = body.get(name).and_then(Value::as_str);
    text.filter(|text| !text.is_empty())
}

/// The subject of the answer. An email must have one, and a template; an in-app
/// message without one is answered with its text (`docs/intercom-api.md`,
/// Messages).
fn subject<'a>(
    body: &'a Map<String, Value>,
    kind: &str,
    message: &'a str,
) -> Result<&'a str, Refusal> {
    let subject = text(body, "subject");
    if kind != "email" {
        return Ok(subject.unwrap_or(message));
    }
    let missing = |message: &str| {
        Refusal::new(
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

fn sender<'a>(state: &'a State, body: &Map<String, Value>) -> Result<&'a Admin, Refusal> {
    let from = body
        .get("from")
        .filter(|from| field(from, "type") == "admin");
    let id = from.and_then(|from| from.get("id"));
    let Some(id) = id else {
        return Err(Refusal::invalid("is no admin; give type admin and an id").about("from"));
    };
    state.workspace.admin(id).ok_or_else(|| {
        let message = format!("no admin has the id {id}");
        Refusal::new(StatusCode::NOT_FOUND, "admin_not_found", message)
    })
}

/// The ids of the contacts in `name`: one object, a list of them, or nothing.
fn recipients(
    state: &State,
    body: &Map<String, Value>,
    name: &str,
) -> Result<Vec<String>, Refusal> {
    let given = match body.get(name) {
        None | Some(Value::Null) => &[],
        Some(Value::Array(list)) => list.as_slice(),
        Some(one) => std::slice::from_ref(one),
    };
    given
        .iter()
        .map(|recipient| recipient_id(state, recipient).ok_or_else(|| nobody(name, recipient)))
        .collect()
}

/// The id of a contact that is named by its id, or by its external id in
/// `user_id`, and has the role that it is said to have.
fn recipient_id(state: &State, recipient: &Value) -> Option<String> {
    let contact = match recipient.get("user_id") {
        Some(external_id) => state.contacts.by_external_id(external_id.as_str()?)?,
        None => state.contacts.live(field(recipient, "id"))?,
    };
    let role = field(recipient, "type");
    (role == "contact" || role == contact.role()).then(|| contact.id().to_owned())
}

fn nobody(name: &str, recipient: &Value) -> Refusal {
    Refusal::not_found(format!("nobody to send this to: {recipient}")).about(name)
}

fn field<'a>(value: &'a Value, name: &str) -> &'a str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}
