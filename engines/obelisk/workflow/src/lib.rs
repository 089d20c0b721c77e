//! The workflow: a contact is created or updated and tagged, some time passes, and a
//! note, a welcome message and the end of its conversation follow: each once, or not at all.
//!
//! Obelisk records what every call returned and, after a crash, runs this code
//! again on the record. So it may only call, wait and compute.

mod retry;

use exports::example::onboarding::onboarding::{Guest, Letter, Person, Stopped, Welcomed};
use intercom::connector::contacts::{self, UpsertContactInput};
use intercom::connector::conversations::{self, ManageConversationInput};
use intercom::connector::messages::{self, Message, SendMessageInput};
use intercom::connector::notes::{self, AddNoteInput};
use intercom::connector::tags::{self, TagInput};
use workflow::plugin::types::Flag;

use retry::{Failed, Twice, until_done};

wit_bindgen::generate!({
    path: ["../../../wit", "wit"],
    world: "example:onboarding/workflow",
    generate_all,
});

/// The tag of people who are being welcomed.
const TAG: &str = "Onboarding";

struct Onboarding;
export!(Onboarding);

impl Guest for Onboarding {
    fn welcome(person: Person, letter: Letter, wait_seconds: u64) -> Result<Welcomed, Stopped> {
        let contact = upsert(person)?;
        tag(&contact)?;
        retry::pause(wait_seconds.saturating_mul(1000));
        note(&contact, &letter)?;
        let message = send(&contact, &letter)?;
        if let Some(conversation) = &message.conversation_id {
            close(conversation, &letter)?;
        }
        Ok(Welcomed {
            contact_id: contact,
            message_id: message.id,
            conversation_id: message.conversation_id,
        })
    }
}

/// The id of the person's contact.
fn upsert(person: Person) -> Result<String, Failed> {
    let contact = UpsertContactInput {
        role: Some("user".to_owned()),
        email: Some(person.email),
        name: person.name,
        external_id: None,
        phone: None,
        avatar: None,
        signed_up_date: None,
        last_seen_date: None,
        owner_id: None,
        unsubscribe_from_email: None,
        custom_attribute: None,
        unarchive: None,
    };
    let upserted = until_done(Twice::Harmless, || contacts::upsert_contact(&contact))?;
    upserted.contact.id.ok_or(Failed::WithoutId)
}

fn tag(contact: &str) -> Result<(), Failed> {
    let tag = TagInput {
        target: "contact".to_owned(),
        contact_id: Some(contact.to_owned()),
        contact_id_kind: None,
        company_id: None,
        company_id_kind: None,
        conversation_id: None,
        ticket_id: None,
        tag: TAG.to_owned(),
        tag_kind: None,
        admin_id: None,
        create_missing: Some(Flag::Literal(true)),
    };
    until_done(Twice::Harmless, || tags::tag(&tag))?;
    Ok(())
}

fn note(contact: &str, letter: &Letter) -> Result<(), Failed> {
    let note = AddNoteInput {
        target: "contact".to_owned(),
        contact_id: Some(contact.to_owned()),
        contact_id_kind: None,
        company_id: None,
        company_id_kind: None,
        conversation_id: None,
        ticket_id: None,
        body: format!("Welcomed by email: {}", letter.subject),
        admin_id: Some(letter.sender_id.clone()),
    };
    until_done(Twice::Harmful, || notes::add_note(&note))?;
    Ok(())
}

fn send(contact: &str, letter: &Letter) -> Result<Message, Failed> {
    let message = SendMessageInput {
        recipient_contact_type: "contact".to_owned(),
        recipient_contact_id: contact.to_owned(),
        message_type: "email".to_owned(),
        from_id: letter.sender_id.clone(),
        subject: Some(letter.subject.clone()),
        body: letter.body.clone(),
        template: Some("plain".to_owned()),
        cc: Vec::new(),
        bcc: Vec::new(),
        create_conversation_without_contact_reply: Some(Flag::Literal(true)),
    };
    until_done(Twice::Harmful, || messages::send_message(&message))
}

/// Closes the conversation that the message opened: a reply opens it again.
fn close(conversation: &str, letter: &Letter) -> Result<(), Failed> {
    let close = ManageConversationInput {
        conversation_id: conversation.to_owned(),
        operation: "close".to_owned(),
        admin_id: letter.sender_id.clone(),
        assignee_admin_id: None,
        assignee_team_id: None,
        unassign_from: None,
        snoozed_until: None,
        body: None,
    };
    until_done(Twice::Harmful, || {
        conversations::manage_conversation(&close)
    })?;
    Ok(())
}

impl From<Failed> for Stopped {
    fn from(failed: Failed) -> Self {
        match failed {
            Failed::For(failure) => Self::Failed(retry::message(failure)),
            Failed::Unknown(known) => Self::OutcomeUnknown(known),
            Failed::WithoutId => Self::Failed("Intercom sent a contact without an id".into()),
        }
    }
}
