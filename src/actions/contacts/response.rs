//! Contacts, read leniently from responses
//! (`docs/intercom-api.md`, Contacts).

use crate::actions::{FromResponse, JsonObject, ToJson, WithBody, WriteRow};
use crate::api::{ALL, Document, Item, Object, SuccessResponse};
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const ROWS: [&str; 12] = [
        r#"{"id": "con_1", "role": "user", "email": "a@example.com", "name": "É", "phone": ""}"#,
        r#"{"id": 7, "owner_id": 814860, "external_id": 25.0, "name": true, "role": null}"#,
        r#"{"name": "a \" \\ \/ \u00e9 \n", "email": ["x"], "phone": {"x": 1}}"#,
        r#"{"created_at": 1772442090, "updated_at": "1772442090", "signed_up_at": -5}"#,
        r#"{"created_at": 99999999999999999999, "updated_at": 1e3, "signed_up_at": 1.0}"#,
        r#"{"created_at": -0, "updated_at": 0, "signed_up_at": "x", "last_seen_at": null}"#,
        r#"{"unsubscribed_from_emails": true, "custom_attributes": { "a": [1, {"b": 2}] }}"#,
        r#"{"unsubscribed_from_emails": "true", "custom_attributes": [1]}"#,
        r#"{"avatar": {"type": "avatar", "image_url": "https:\/\/example.com/a"}, "id": "1"}"#,
        r#"{"avatar": "https://example.com/a", "role": "user", "role": "lead"}"#,
        r#"{"r\u006fle": "lead", "avatar": {"image_url": null}}"#,
        "[7]",
    ];

    #[test]
    fn a_row_is_written_as_its_record_would_be() {
        for text in ROWS {
            let response = format!(r#"{{"data": [{text}]}}"#);
            for levels in [4, ALL] {
                let document = Document::parse(response.clone(), levels).unwrap();
                let rows = document.object().unwrap().list("data");
                let item = *rows.first().unwrap();
                let mut json = JsonObject::default();
                write_row(item, &mut json);
                assert_eq!(json.finish(), row(item).to_json(), "{text}");
            }
        }
    }

    #[test]
    fn an_avatar_is_its_url_however_it_came() {
        for (avatar, url) in [
            (r#""https://example.com/a""#, Some("https://example.com/a")),
            (
                r#"{"image_url": "https://example.com/a"}"#,
                Some("https://example.com/a"),
            ),
            ("{}", None),
            ("null", None),
        ] {
            let text = format!(r#"{{"avatar": {avatar}}}"#);
            let document = Document::parse(text, 2).unwrap();
            let contact = read(&document.object().unwrap());
            assert_eq!(contact.avatar.as_deref(), url, "{avatar}");
        }
    }
}
