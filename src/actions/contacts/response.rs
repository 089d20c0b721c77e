//! Contacts and pages of them, read leniently from responses
//! (`docs/intercom-api.md`, Contacts).

use crate::actions::{FromResponse, WithBody};
use crate::api::{Item, Object, SuccessResponse};
use crate::search::{NextPage, PageResponse};
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

fn read(object: &Object<'_>) -> Contact {
    Contact {
        avatar: avatar(object),
        ..Contact::read(object)
    }
}

/// Text in requests and in search results; an object by the response's schema.
fn avatar(contact: &Object<'_>) -> Option<String> {
    match contact.object("avatar") {
        Some(avatar) => avatar.text("image_url"),
        None => contact.text("avatar"),
    }
}

/// What the response to a search says about itself; it holds `found` rows, of which
/// `rows` match.
pub fn page(response: &Object<'_>, found: usize, rows: usize) -> PageResponse {
    let total = response.integer("total_count");
    PageResponse {
        found,
        rows,
        next: match response.object("pages") {
            Some(pages) => next_page(&pages),
            // Every documented page has it, also the last one.
            None => NextPage::Missing,
        },
        total: total.and_then(|count| count.try_into().ok()),
    }
}

/// `next` is an object that holds the cursor; some responses have had the cursor
/// alone, or a URL. The last page has none, and is the last by its number, too.
fn next_page(pages: &Object<'_>) -> NextPage {
    let cursor = match (pages.object("next"), pages.json("next")) {
        (Some(next), _) => next.text("starting_after"),
        (None, None | Some("null" | "false" | "\"\"")) => {
            let (page, pages) = (pages.integer("page"), pages.integer("total_pages"));
            return match page.zip(pages) {
                Some((page, pages)) if page < pages => NextPage::Missing,
                _ => NextPage::None,
            };
        }
        (None, Some(_)) => pages.text("next"),
    };
    match cursor.filter(|cursor| !cursor.is_empty() && !cursor.contains("://")) {
        Some(cursor) => NextPage::Cursor(cursor),
        None => NextPage::Unreadable,
    }
}
