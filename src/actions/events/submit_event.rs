//! Submit Event (`docs/intercom-api.md`, Events).

use super::metadata::Metadata;
use crate::actions::{Action, Body, ContactRef};
use crate::api::{
    CORRECT_INPUT, Client, Expected, Hints, Method, NotFound, Request, Settings, Token,
};
use crate::input::{Email, FromInput, InputError, InputReader, Timestamp, id_text, unexpected};
use crate::world::events::SubmittedEvent;
use crate::world::types::ActionError;
use serde_json::Value;

/// `POST /events`
#[derive(Debug)]
pub struct SubmitEvent {
    name: EventName,
    time: Timestamp,
    contact: ContactRef,
    metadata: Option<Metadata>,
}

impl Action for SubmitEvent {
    const HINTS: Hints = Hints {
        not_found: NO_CONTACT.hint,
        no_effect: "no event was recorded",
        conflict: CORRECT_INPUT,
        outcome: "check the contact's events with list-events before you submit it again; keep \
                  created_at, so that Intercom can recognise a duplicate",
    };
    type Credentials = Token;

    fn read(input: &mut InputReader<'_>, _: &Settings, _: &Token) -> Option<Self> {
        let name = input.required("event_name");
        let time = input.required("created_at");
        let contact = ContactRef::read(input);
        let metadata = input.optional("metadata");
        Some(Self {
            name: name?,
            time: time?,
            contact: contact?,
            metadata: metadata?,
        })
    }

    fn perform(&self, client: &mut Client<'_>) -> Result<SubmittedEvent, ActionError> {
        let request = Request {
            not_found: Some(NO_CONTACT),
            ..Request::new(Method::Post, "/events")
                .with_body(self.body())
                .expecting(Expected::Nothing)
        };
        let body = client.send(&request)?.into_any()?;
        Ok(SubmittedEvent {
            event_name: self.name.0.clone(),
            created_at: self.time.seconds(),
            notes: body.notes,
        })
    }
}

const NO_CONTACT: NotFound = NotFound {
    problem: "contact_id: Intercom has no such contact",
    hint: "create the contact first with upsert-contact, or check contact_id and contact_id_kind; \
           a lead has only Intercom's id",
};

impl SubmitEvent {
    fn body(&self) -> Body {
        let (key, id) = match &self.contact {
            ContactRef::Id(id) => ("id", id.as_str()),
            ContactRef::ExternalId(key) => ("user_id", key.as_str()),
            ContactRef::Email(Email(email)) => ("email", email.as_str()),
        };
        let mut body = Body::default();
        body.set("event_name", self.name.0.as_str());
        body.set("created_at", self.time.seconds());
        body.set(key, id);
        let details = self.metadata.as_ref();
        body.set_some("metadata", details.map(|Metadata(details)| details.clone()));
        body
    }
}

/// The name of an event, without white space around it.
#[derive(Debug)]
struct EventName(String);

impl FromInput for EventName {
    const EXPECTED: &'static str = "the name of an event, such as placed-order";

    fn from_value(value: Value) -> Result<Self, InputError> {
        let text = id_text(&value, Self::EXPECTED).unwrap_or_default();
        match text.is_empty() {
            true => Err(unexpected::<Self>(&value, "is not an event name")),
            false => Ok(Self(text)),
        }
    }
}
