//! Contacts, read leniently from responses
//! (`docs/intercom-api.md`, Contacts).

use crate::actions::{FromResponse, WithBody};
use crate::api::{Item, Object, SuccessResponse};
use crate::world::contacts::Contact;
use crate::world::types::ActionError;

/// The contact in a response.
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

fn read(object: &Object<'_>) -> Contact {
    let mut contact = Contact::read(object);
    // Text in requests and in search results; an object by the response's schema.
    if contact.avatar.is_none() {
        let avatar = object.object("avatar");
        contact.avatar = avatar.and_then(|avatar| avatar.text("image_url"));
    }
    contact
}
