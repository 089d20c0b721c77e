//! Conversations, read leniently from responses (`docs/intercom-api.md`,
//! Conversations).

use crate::actions::{FromResponse, WithBody};
use crate::api::{AssigneeId, Item, Object, SuccessResponse};
use crate::world::conversations::{Conversation, ConversationPart};
use crate::world::types::ActionError;

/// The conversation in a response.
///
/// # Errors
/// As for [`SuccessResponse::into_document`].
pub fn conversation(response: SuccessResponse<'_>) -> Result<Conversation, ActionError> {
    let (conversation, body) = response.into_document(read)?;
    let mut conversation = conversation.with_body(body);
    let missing = missing_parts(&conversation);
    conversation.notes.extend(missing);
    Ok(conversation)
}

/// A conversation among the rows of a search.
pub fn row(item: Item<'_>) -> Conversation {
    Conversation {
        response: item.json().to_owned(),
        ..read(&item.object())
    }
}

fn read(object: &Object<'_>) -> Conversation {
    let source = object.object("source").unwrap_or_default();
    let parts = object.object("conversation_parts").unwrap_or_default();
    let found = Conversation::read(object);
    Conversation {
        source_type: source.text("type"),
        subject: source.text("subject"),
        body: source.text("body"),
        contact_ids: contact_ids(object),
        admin_assignee_id: assignee(found.admin_assignee_id),
        team_assignee_id: assignee(found.team_assignee_id),
        parts: parts
            .list("conversation_parts")
            .into_iter()
            .map(part)
            .collect(),
        parts_count: parts.integer("total_count"),
        ..found
    }
}

fn part(item: Item<'_>) -> ConversationPart {
    let object = item.object();
    let author = object.object("author").unwrap_or_default();
    ConversationPart {
        author_type: author.text("type"),
        author_id: author.text("id"),
        ..ConversationPart::read(&object)
    }
}

/// The ids of the contacts of a conversation or a ticket.
pub fn contact_ids(object: &Object<'_>) -> Vec<String> {
    let contacts = object.object("contacts").unwrap_or_default();
    let contacts = contacts.list("contacts").into_iter();
    contacts
        .filter_map(|contact| contact.object().text("id"))
        .collect()
}

/// The id of an assignee; 0 means nobody.
pub fn assignee(id: Option<String>) -> Option<String> {
    id.filter(|id| id != AssigneeId::NOBODY)
}

/// The note on parts that Intercom leaves out: it sends the latest 500.
fn missing_parts(conversation: &Conversation) -> Option<String> {
    let found = conversation.parts.len();
    let total = usize::try_from(conversation.parts_count?).ok()?;
    (found < total).then(|| {
        format!("Intercom sent the latest {found} of {total} parts; it can't return the others")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_that_are_missing_are_noted() {
        for (found, total, note) in [
            (2, Some(2), None),
            (2, None, None),
            (0, Some(-1), None),
            (500, Some(612), Some("the latest 500 of 612 parts")),
        ] {
            let mut conversation = read(&Object::default());
            let part = ConversationPart::read(&Object::default());
            conversation.parts = vec![part; found];
            conversation.parts_count = total;
            let missing = missing_parts(&conversation);
            match note {
                Some(note) => assert!(missing.is_some_and(|text| text.contains(note))),
                None => assert_eq!(missing, None),
            }
        }
    }
}
