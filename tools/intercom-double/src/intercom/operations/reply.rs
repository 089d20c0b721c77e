//! Replies to conversations and tickets, and who writes them.

use serde_json::{Map, Value, json};

use crate::intercom::call::Call;
use crate::intercom::contacts::Contact;
use crate::intercom::parts::Author;
use crate::intercom::response::ApiError;
use crate::intercom::state::State;

/// Maximum number of attachments.
const MAX_ATTACHMENTS: usize = 10;

/// A reply or a note.
#[derive(Debug)]
pub struct Reply {
    /// `comment` or `note`.
    pub kind: String,
    /// The text.
    pub body: String,
    /// An admin, or a contact.
    pub author: Author,
    /// The time, in Unix seconds.
    pub at: i64,
}

impl Reply {
    /// Reads the body of a request.
    ///
    /// # Errors
    ///
    /// 400 `parameter_invalid`, or 404 `not_found` for an author who does not exist.
    pub fn read(state: &State, call: &Call<'_>) -> Result<Self, ApiError> {
        let body = call.object()?;
        let kind = required(&body, "message_type")?.to_owned();
        let author = match required(&body, "type")? {
            "admin" if matches!(kind.as_str(), "comment" | "note") => by_admin(state, &body)?,
            "user" if kind == "comment" => by_contact(contact(state, &body)?),
            _ => return Err(invalid("message_type", "is not allowed for this author")),
        };
        let text = required(&body, "body")?.to_owned();
        let attachments = body.get("attachment_urls").and_then(Value::as_array);
        if attachments.is_some_and(|urls| urls.len() > MAX_ATTACHMENTS) {
            return Err(invalid("attachment_urls", "has more than 10 URLs"));
        }
        let at = body.get("created_at").and_then(Value::as_i64);
        Ok(Self {
            kind,
            body: text,
            author,
            at: at.unwrap_or(call.now),
        })
    }
}

/// The admin who acts, who must be a teammate.
pub fn by_admin(state: &State, body: &Map<String, Value>) -> Result<Author, ApiError> {
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

/// The contact as the author of a part.
pub fn by_contact(contact: &Contact) -> Author {
    Author(json!({
        "type": contact.role(), "id": contact.id(),
        "name": contact.field("name"), "email": contact.field("email"),
    }))
}

/// The text of a required field.
pub fn required<'a>(body: &'a Map<String, Value>, name: &'static str) -> Result<&'a str, ApiError> {
    let text = body.get(name).and_then(Value::as_str);
    let text = text.filter(|text| !text.is_empty());
    text.ok_or_else(|| invalid(name, "is required"))
}

/// 400 `parameter_invalid` for a field.
pub fn invalid(field: &'static str, message: &str) -> ApiError {
    ApiError::invalid(message).with_field(field)
}
