//! Upsert Contact: creates a contact, or updates the existing one
//! (`docs/intercom-api.md`, Conflicts and merges).
//!
//! It creates first and never searches: a search lags by minutes, so two runs that search would
//! both create. Intercom's conflict names the existing contact, and makes a retry safe: a contact
//! that was created before the response was lost is the next conflict.

use super::attributes;
use super::response::contact;
use crate::actions::Action;
use crate::api::{Client, ContactId, Expected, Hints, Method, Request, Settings, Token};
use crate::input::{Flag, FromInput, InputError, InputReader};
use crate::world::contacts::{Contact, UpsertedContact};
use crate::world::types::{ActionError, Failure, FailureReason};
use serde_json::{Map, Value};

/// `POST /contacts`; after a conflict `PUT /contacts/{id}`, and before that, if the
/// contact is archived and may be brought back, `POST /contacts/{id}/unarchive`.
#[derive(Debug)]
pub struct UpsertContact {
    body: Map<String, Value>,
    unarchive: bool,
}

impl Action for UpsertContact {
    const HINTS: Hints = Hints {
        not_found: "run it again, since the contact that conflicted no longer exists",
        no_effect: "nothing was updated",
        conflict: "give the email and the external_id of one contact (find-contact shows them), \
                   or merge the two",
        outcome: "run it again, since a contact that was created is then updated",
    };
    type Credentials = Token;

    fn read(input: &mut InputReader<'_>, settings: &Settings, _: &Token) -> Option<Self> {
        let unarchive = input.optional::<Flag>("unarchive");
        let body = attributes::read(input, settings, &[])?;
        if let Some((field, error)) = unidentified(&body) {
            input.note(field, error);
            return None;
        }
        Some(Self {
            body,
            unarchive: unarchive?.is_some_and(|Flag(unarchive)| unarchive),
        })
    }

    fn perform(&self, client: &mut Client<'_>) -> Result<UpsertedContact, ActionError> {
        let created = client.send(&self.creation()).and_then(contact);
        match created {
            Ok(contact) => Ok(upserted("created", contact)),
            Err(error) => {
                let id = self.existing(error, client)?;
                self.update(&id, client)
                    .map(|contact| upserted("updated", contact))
            }
        }
    }
}

/// What a body lacks to name one contact.
fn unidentified(body: &Map<String, Value>) -> Option<(&'static str, InputError)> {
    let given = |name| body.get(name).is_some_and(|value: &Value| value != "");
    if !given("email") && !given("external_id") {
        let problem = "is not given, and the contact is recognised by its email or external_id";
        return Some((
            "email",
            InputError::new(problem, "give an email or an external_id"),
        ));
    }
    let is_lead = body.get("role").is_some_and(|role| role == "lead");
    (is_lead && !given("external_id")).then(|| {
        let problem = "is not given, and leads may share an email, so a retry could create another";
        let hint = "give an external_id, or use create-contact for a lead without one";
        ("external_id", InputError::new(problem, hint))
    })
}

impl UpsertContact {
    /// The role is sent even if it is left out: whether Intercom's own default is
    /// always `user` is not documented.
    fn creation(&self) -> Request {
        let mut body = self.body.clone();
        body.entry("role").or_insert_with(|| "user".into());
        Request::new(Method::Post, "/contacts")
            .with_body(body)
            .expecting(Expected::contact(None))
    }

    /// The contact that a conflict names, unarchived if necessary.
    fn existing(
        &self,
        error: ActionError,
        client: &mut Client<'_>,
    ) -> Result<ContactId, ActionError> {
        let ActionError::Permanent(failure) = &error else {
            return Err(error);
        };
        let id = match (failure.reason, &failure.existing_id) {
            (FailureReason::Conflict, Some(id)) => ContactId::from_value(id.as_str().into()),
            _ => return Err(error),
        };
        let (Ok(id), archived) = (id, failure.archived == Some(true)) else {
            return Err(error);
        };
        match (archived, self.unarchive) {
            (false, _) => Ok(id),
            (true, true) => unarchive(id, client),
            (true, false) => Err(ActionError::Permanent(Failure {
                hint: Some(STAYS_ARCHIVED.to_owned()),
                ..failure.clone()
            })),
        }
    }

    /// Does not change a role that was left out.
    fn update(&self, id: &ContactId, client: &mut Client<'_>) -> Result<Contact, ActionError> {
        let id = id.clone().into_segment();
        let request = Request::new(Method::Put, format!("/contacts/{id}"))
            .with_body(self.body.clone())
            .expecting(Expected::contact(Some(&id)));
        contact(client.send(&request)?)
    }
}

/// The hint for an archived contact that must stay so.
const STAYS_ARCHIVED: &str = "set unarchive to true to bring it back and update it, or give \
                              another email or external_id";

fn unarchive(id: ContactId, client: &mut Client<'_>) -> Result<ContactId, ActionError> {
    let segment = id.clone().into_segment();
    let path = format!("/contacts/{segment}/unarchive");
    let request = Request::new(Method::Post, path).expecting(Expected::contact(Some(&segment)));
    client.send(&request)?.into_document(|_| ())?;
    Ok(id)
}

fn upserted(outcome: &str, mut contact: Contact) -> UpsertedContact {
    UpsertedContact {
        outcome: outcome.to_owned(),
        notes: std::mem::take(&mut contact.notes),
        contact,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn one_contact_must_be_named() {
        for (body, lacking) in [
            (json!({"email": "a@b"}), None),
            (json!({"external_id": "7", "role": "lead"}), None),
            (json!({"email": "a@b", "role": "user"}), None),
            (json!({"email": "a@b", "role": "lead"}), Some("external_id")),
            (json!({"role": "user", "name": "Ann"}), Some("email")),
            (json!({"email": "", "external_id": ""}), Some("email")),
        ] {
            let body = body.as_object().cloned().unwrap_or_default();
            let found = unidentified(&body).map(|(field, _)| field);
            assert_eq!(found, lacking, "{body:?}");
        }
    }
}
