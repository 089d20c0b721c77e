//! Contacts and pages of them, read leniently from Intercom's answers
//! (`docs/intercom-api.md`, Contacts).

use crate::actions::{JsonObject, Output};
use crate::api::{Answer, Item, Object};
use crate::search::PageAnswer;
use crate::world::contacts::{Contact, ContactPage};
use crate::world::types::ActionError;

/// The contact that an answer holds.
///
/// # Errors
/// As for [`Answer::into_document`].
pub fn contact(answer: Answer<'_>) -> Result<Contact, ActionError> {
    let (contact, body) = answer.into_document(read)?;
    Ok(Contact {
        notes: body.notes,
        response: body.json,
        ..contact
    })
}

/// What an answer to a search says about itself; it holds so many rows.
pub fn about(answer: &Object<'_>, rows: usize) -> PageAnswer {
    let total = answer.integer("total_count");
    PageAnswer {
        rows,
        next: answer.object("pages").and_then(|pages| next_cursor(&pages)),
        total: total.and_then(|count| count.try_into().ok()),
    }
}

/// `next` is an object with the cursor; some answers have had the cursor alone.
fn next_cursor(pages: &Object<'_>) -> Option<String> {
    let cursor = match pages.object("next") {
        Some(next) => next.text("starting_after"),
        None => pages.text("next").filter(|next| !next.contains("://")),
    };
    cursor.filter(|cursor| !cursor.is_empty())
}

/// A contact among the rows of a search.
pub fn row(item: Item<'_>) -> Contact {
    Contact {
        response: item.json().to_owned(),
        ..read(&item.object())
    }
}

/// The fields of a contact; its `response` is left to the caller.
fn read(contact: &Object<'_>) -> Contact {
    Contact {
        id: contact.text("id"),
        role: contact.text("role"),
        email: contact.text("email"),
        name: contact.text("name"),
        external_id: contact.text("external_id"),
        phone: contact.text("phone"),
        avatar: avatar(contact),
        owner_id: contact.text("owner_id"),
        unsubscribed_from_emails: contact.boolean("unsubscribed_from_emails"),
        created_at: contact.integer("created_at"),
        updated_at: contact.integer("updated_at"),
        signed_up_at: contact.integer("signed_up_at"),
        last_seen_at: contact.integer("last_seen_at"),
        custom_attributes: contact.object_json("custom_attributes").map(str::to_owned),
        notes: Vec::new(),
        response: String::new(),
    }
}

/// A text in requests and in searches, an object by the response's schema.
fn avatar(contact: &Object<'_>) -> Option<String> {
    match contact.object("avatar") {
        Some(avatar) => avatar.text("image_url"),
        None => contact.text("avatar"),
    }
}

impl Output for Contact {
    fn to_json(&self) -> String {
        JsonObject::default()
            .value("id", &self.id)
            .value("role", &self.role)
            .value("email", &self.email)
            .value("name", &self.name)
            .value("external_id", &self.external_id)
            .value("phone", &self.phone)
            .value("avatar", &self.avatar)
            .value("owner_id", &self.owner_id)
            .value("unsubscribed_from_emails", self.unsubscribed_from_emails)
            .value("created_at", self.created_at)
            .value("updated_at", self.updated_at)
            .value("signed_up_at", self.signed_up_at)
            .value("last_seen_at", self.last_seen_at)
            .json(
                "custom_attributes",
                self.custom_attributes.as_deref().unwrap_or("null"),
            )
            .value("notes", &self.notes)
            .json("response", &self.response)
            .finish()
    }
}

impl Output for ContactPage {
    fn to_json(&self) -> String {
        JsonObject::default()
            .list("contacts", &self.contacts)
            .value("total_count", self.total_count)
            .value("page", self.page)
            .value("next_page", &self.next_page)
            .value("notes", &self.notes)
            .json("response", &self.response)
            .finish()
    }
}
