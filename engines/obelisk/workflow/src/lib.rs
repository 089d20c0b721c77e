//! The workflow: a contact is made or updated, some time passes, and a welcome
//! message goes out once or not at all.
//!
//! Obelisk records what every call returned and, after a crash, runs this code
//! again on the record. So it may do nothing but call, wait and compute.

mod repeat;

use exports::example::onboarding::onboarding::{Guest, Letter, Person, Stopped, Welcomed};
use intercom::connector::contacts::{
    self, ClearableFields, Contact, CreateContactInput, SearchContactsInput, UpdateContactInput,
};
use intercom::connector::messages::{self, Message, SendMessageInput};
use serde_json::json;
use workflow::plugin::types::Failure;

use repeat::{Failed, Twice, until_done};

wit_bindgen::generate!({
    path: ["../../../wit", "wit"],
    world: "example:onboarding/workflow",
    generate_all,
});

struct Onboarding;
export!(Onboarding);

impl Guest for Onboarding {
    fn welcome(person: Person, letter: Letter, wait_seconds: u64) -> Result<Welcomed, Stopped> {
        let contact = upsert(&person)?;
        repeat::pause(wait_seconds.saturating_mul(1000));
        let message = send(&contact, letter)?;
        Ok(Welcomed {
            contact_id: contact,
            message_id: message.id,
        })
    }
}

/// The id of the contact that the person is.
///
/// A search finds no contact that was made a moment ago; creating it again then
/// is refused, and tells the id of the first. For the same reason a create whose
/// outcome nobody knows is repeated: it leads to one contact, not two.
fn upsert(person: &Person) -> Result<String, Failed> {
    if let Some(known) = find(&person.email)? {
        return update(known, person);
    }
    match until_done(Twice::Harmless, || create(person)) {
        Ok(contact) => id_of(contact),
        Err(Failed::For(Failure {
            existing_id: Some(known),
            archived: Some(false),
            ..
        })) => update(known, person),
        Err(failed) => Err(failed),
    }
}

fn find(email: &str) -> Result<Option<String>, Failed> {
    let filter = json!({ "field": "email", "operator": "=", "value": email });
    let search = SearchContactsInput {
        filter_formula: filter.to_string(),
        pagination_parameters: Some("limit=1".to_owned()),
    };
    let page = until_done(Twice::Harmless, || contacts::search_contacts(&search))?;
    let found = page.contacts.into_iter().next();
    Ok(found.and_then(|contact| contact.id))
}

fn create(person: &Person) -> Result<Contact, contacts::ActionError> {
    contacts::create_contact(&CreateContactInput {
        role: "user".to_owned(),
        email: Some(person.email.clone()),
        name: person.name.clone(),
        external_id: None,
        phone: None,
        avatar: None,
        signed_up_date: None,
        last_seen_date: None,
        owner_id: None,
        unsubscribe_from_email: None,
        custom_attribute: None,
    })
}

fn update(contact: String, person: &Person) -> Result<String, Failed> {
    let Some(name) = &person.name else {
        return Ok(contact);
    };
    let change = UpdateContactInput {
        contact_id: contact,
        name: Some(name.to_owned()),
        role: None,
        email: None,
        external_id: None,
        phone: None,
        avatar: None,
        signed_up_date: None,
        last_seen_date: None,
        owner_id: None,
        unsubscribe_from_email: None,
        custom_attribute: None,
        clear: ClearableFields::empty(),
    };
    id_of(until_done(Twice::Harmless, || {
        contacts::update_contact(&change)
    })?)
}

fn send(contact: &str, letter: Letter) -> Result<Message, Failed> {
    let message = SendMessageInput {
        recipient_contact_type: "contact".to_owned(),
        recipient_contact_id: contact.to_owned(),
        message_type: "email".to_owned(),
        from_id: letter.sender_id,
        subject: Some(letter.subject.clone()),
        body: letter.body.clone(),
        template: Some("plain".to_owned()),
        cc: Vec::new(),
        bcc: Vec::new(),
        create_conversation_without_contact_reply: None,
    };
    until_done(Twice::Harmful, || messages::send_message(&message))
}

fn id_of(contact: Contact) -> Result<String, Failed> {
    contact.id.ok_or(Failed::WithoutId)
}

impl From<Failed> for Stopped {
    fn from(failed: Failed) -> Self {
        match failed {
            Failed::For(failure) => Self::Failed(repeat::told(failure)),
            Failed::Unknown(known) => Self::OutcomeUnknown(known),
            Failed::WithoutId => Self::Failed("Intercom answered a contact without an id".into()),
        }
    }
}
