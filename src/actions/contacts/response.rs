//! Contacts, read leniently from responses
//! (`docs/intercom-api.md`, Contacts).

use crate::actions::{FromResponse, JsonObject, ToJson, WithBody, WriteRow};
use crate::api::{ALL, Document, Item, Object, SuccessResponse};
use crate::world::contacts::Contact;
use crate::world::types::ActionError;

/// The contact that a response holds.
///
/// # Errors
/// As for [`SuccessResponse::into_document`].
pub fn contact(response: SuccessResponse<'_>) -> Result<Contact, ActionError> {
    let (contact, body) = response.into_document(read)?;
    Ok(contact.with_body(body))
}

/// A contact among the rows of a search.
pub fn row(item: Item<'_>) -> Contact {
    Contact {
        response: item.json().to_owned(),
        ..read(&item.object())
    }
}

/// The same as JSON.
pub fn write_row(item: Item<'_>, json: &mut JsonObject) {
    if !Contact::write_row(item, json) {
        row(item).write(json);
    }
}

fn read(object: &Object<'_>) -> Contact {
    let mut contact = Contact::read(object);
    // Text in requests and in search results; an object by the response's schema.
    if contact.avatar.is_none() {
        contact.avatar = object.object_json("avatar").and_then(image_url);
    }
    contact
}

/// The URL in an avatar. Read from its text, since a row's objects have no fields.
fn image_url(avatar: &str) -> Option<String> {
    let avatar = Document::parse(avatar.to_owned(), ALL).ok()?;
    avatar.object()?.text("image_url")
}
