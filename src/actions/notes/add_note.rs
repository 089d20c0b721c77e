//! Add Note (`docs/intercom-api.md`, Notes).

use crate::actions::{Action, Body, Target, TargetId, WithBody};
use crate::api::{
    AdminId, CORRECT_INPUT, Client, Expected, Hints, Method, Object, Request, Settings, Token,
};
use crate::input::{InputReader, Text};
use crate::world::notes::Note;
use crate::world::types::ActionError;

/// `POST /{contacts, companies}/{id}/notes`, or `POST /{conversations, tickets}/{id}/reply`
#[derive(Debug)]
pub struct AddNote {
    target: Target,
    body: Body,
}

impl Action for AddNote {
    const HINTS: Hints = Hints {
        not_found: "check the id of the contact, company, conversation or ticket, and admin_id \
                    (list-choices with kind admins shows them)",
        no_effect: "no note was added",
        conflict: CORRECT_INPUT,
        outcome: "check whether the note exists before you add it again, with list-contact-notes, \
                  list-company-notes or the parts of the conversation or ticket",
    };
    type Credentials = Token;

    fn read(input: &mut InputReader<'_>, _: &Settings, _: &Token) -> Option<Self> {
        let target = Target::read(input);
        let text = input.required::<Text>("body");
        let (target, Text(text)) = (target?, text?);
        let mut body = Body::default();
        if is_reply(&target.id) {
            body.set("message_type", "note");
            body.set("type", "admin");
        }
        body.set("body", text);
        body.set_some("admin_id", target.admin.as_ref().map(AdminId::as_text));
        Some(Self { target, body })
    }

    fn perform(&self, client: &mut Client<'_>) -> Result<Note, ActionError> {
        let path = self.target.id.path(client)?;
        let last = if is_reply(&self.target.id) {
            "reply"
        } else {
            "notes"
        };
        // If an admin is given, Intercom's 404 may be about the admin or the object.
        let is_sure = self.target.admin.is_none();
        let request = Request {
            not_found: is_sure.then(|| self.target.id.not_found()),
            ..Request::new(Method::Post, format!("{path}/{last}"))
                .with_body(self.body.clone())
                .expecting(WRITTEN)
        };
        let (note, body) = client.send(&request)?.into_document(note)?;
        Ok(note.with_body(body))
    }
}

/// What the response must be.
const WRITTEN: Expected = Expected::Object {
    types: &["note", "conversation", "ticket_part"],
    id: None,
};

/// Whether a note is a reply that contacts do not see.
fn is_reply(target: &TargetId) -> bool {
    matches!(target, TargetId::Conversation(_) | TargetId::Ticket(_))
}

/// The note of a response: the whole, or the last note among a conversation's parts.
fn note(object: &Object<'_>) -> Note {
    let parts = object.object("conversation_parts");
    let parts = parts.map(|parts| parts.list("conversation_parts"));
    let mut notes = parts.iter().flatten().map(|part| part.object());
    let is_note = |part: &Object<'_>| part.text("part_type").as_deref() == Some("note");
    match object.text("type").as_deref() {
        Some("conversation") => match notes.rfind(is_note) {
            Some(part) => fields(&part),
            None => fields(&Object::default()),
        },
        _ => fields(object),
    }
}

fn fields(note: &Object<'_>) -> Note {
    Note {
        id: note.text("id"),
        body: note.text("body"),
        author_id: note.object("author").and_then(|author| author.text("id")),
        created_at: note.integer("created_at"),
        notes: Vec::new(),
        response: String::new(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::api::Document;

    #[test]
    fn a_conversation_s_note_is_its_last() {
        for (response, id) in [
            (r#"{"type": "note", "id": "31"}"#, Some("31")),
            (r#"{"type": "ticket_part", "id": 156}"#, Some("156")),
            (r#"{"type": "conversation", "id": "525"}"#, None),
            (
                r#"{"type": "conversation", "id": "525", "conversation_parts":
                    {"conversation_parts": [
                        {"id": "1", "part_type": "note"}, {"id": "2", "part_type": "note"},
                        {"id": "3", "part_type": "assignment"}]}}"#,
                Some("2"),
            ),
        ] {
            let document = Document::parse(response.to_owned(), crate::api::ALL).unwrap();
            let found = note(&document.object().unwrap());
            assert_eq!(found.id.as_deref(), id, "{response}");
        }
    }
}
