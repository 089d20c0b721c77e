//! Find Contact: the contacts with an email, external id or phone.

use super::attributes::Role;
use super::response::{contact, row};
use crate::actions::{Action, ExternalKey};
use crate::api::{Client, Expected, Hints, Method, Request, Settings, Token};
use crate::input::{Email, InputError, InputReader, Need, Text};
use crate::world::contacts::{Contact, FoundContacts};
use crate::world::types::{ActionError, FailureReason};
use serde_json::{Value, json};

/// `GET /contacts/find_by_external_id/{external_id}` for an external id alone;
/// `POST /contacts/search` for the rest, and for what the first does not find: leads.
#[derive(Debug)]
pub struct FindContact {
    external_id: Option<ExternalKey>,
    /// What must match: field and value.
    conditions: Vec<(&'static str, String)>,
}

impl Action for FindContact {
    const HINTS: Hints = Hints::OF_READS;
    type Credentials = Token;

    fn read(input: &mut InputReader<'_>, _: &Settings, _: &Token) -> Option<Self> {
        let email = input.optional::<Email>("email");
        let external_id = input.optional::<ExternalKey>("external_id");
        let phone = input.optional::<Text>("phone");
        let role = input.read("role", Need::Nothing);
        let (email, external_id, phone) = (email?, external_id?, phone?);
        let keys = [
            ("email", email.map(|Email(email)| email)),
            (
                "external_id",
                external_id.as_ref().map(|id| id.as_str().to_owned()),
            ),
            ("phone", phone.map(|Text(phone)| phone.trim().to_owned())),
        ];
        let mut conditions: Vec<_> = keys
            .into_iter()
            .filter_map(|(field, value)| Some((field, value?)))
            .filter(|(_, value)| !value.is_empty())
            .collect();
        if conditions.is_empty() {
            let problem = "is not given, and neither is external_id or phone";
            let hint = "give an email, an external_id or a phone";
            input.note("email", InputError::new(problem, hint));
        }
        let role = role?.map(|Role(role)| ("role", role.to_owned()));
        conditions.extend(role.value());
        Some(Self {
            external_id,
            conditions,
        })
    }

    fn perform(&self, client: &mut Client<'_>) -> Result<FoundContacts, ActionError> {
        match (&self.external_id, self.conditions.as_slice()) {
            (Some(key), [_]) => match by_external_id(key, client)? {
                Some(contact) => Ok(found(vec![contact], Some(1), Vec::new())),
                None => self.search(client),
            },
            _ => self.search(client),
        }
    }
}

/// `None` if no user has it. A merged user is an error that names the other contact.
fn by_external_id(
    key: &ExternalKey,
    client: &mut Client<'_>,
) -> Result<Option<Contact>, ActionError> {
    let request = Request::new(Method::Get, key.path()).expecting(Expected::contact(None));
    match client.send(&request) {
        Ok(response) => contact(response).map(Some),
        Err(ActionError::Permanent(failure)) if failure.reason == FailureReason::NotFound => {
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

impl FindContact {
    fn search(&self, client: &mut Client<'_>) -> Result<FoundContacts, ActionError> {
        let request = Request::new(Method::Post, "/contacts/search")
            .with_body(json!({"query": query(&self.conditions)}));
        let (rows, body) = client.send(&request)?.into_list("data", |page| {
            // The sandbox holds each row three times: its fields, its JSON from Intercom, and its
            // JSON in the result.
            client.hold(3 * page.as_json().len())?;
            let rows: Vec<Contact> = page.list("data").into_iter().map(row).collect();
            let total = page.integer("total_count");
            Ok((rows, total.and_then(|total| total.try_into().ok())))
        })?;
        let (rows, total) = rows?;
        Ok(found(rows, total, body.notes))
    }
}

/// One filter, or all of several.
fn query(conditions: &[(&'static str, String)]) -> Value {
    let filter =
        |(field, value): &(&str, String)| json!({"field": field, "operator": "=", "value": value});
    match conditions {
        [only] => filter(only),
        several => {
            json!({"operator": "AND", "value": several.iter().map(filter).collect::<Vec<_>>()})
        }
    }
}

fn found(contacts: Vec<Contact>, total: Option<u64>, mut notes: Vec<String>) -> FoundContacts {
    let many = total.unwrap_or_default().max(contacts.len() as u64);
    let id = match (contacts.as_slice(), many) {
        ([only], 1) => only.id.clone(),
        _ => None,
    };
    notes.extend(match many {
        0 => Some(NONE.to_owned()),
        1 => None,
        many if many > contacts.len() as u64 => Some(format!(
            "{many} contacts match, and the first {} are here; search-contacts reads the others",
            contacts.len()
        )),
        many => Some(format!("{many} contacts match, so id is absent")),
    });
    FoundContacts {
        id,
        contacts,
        total_count: Some(many),
        notes,
    }
}

const NONE: &str = "no contact matches; a search does not find contacts that are minutes old, \
                    archived or merged";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_condition_needs_no_group() {
        let email = ("email", "a@b".to_owned());
        let one = query(std::slice::from_ref(&email));
        assert_eq!(
            one,
            json!({"field": "email", "operator": "=", "value": "a@b"})
        );
        let two = query(&[email, ("role", "lead".to_owned())]);
        let lead = json!({"field": "role", "operator": "=", "value": "lead"});
        assert_eq!(two, json!({"operator": "AND", "value": [one, lead]}));
    }

    #[test]
    fn an_id_is_given_only_where_one_contact_matches() {
        let contact = |id: &str| Contact {
            id: Some(id.to_owned()),
            ..crate::actions::FromResponse::read(&crate::api::Object::default())
        };
        for (ids, total, id, notes) in [
            (&["c1"][..], Some(1), Some("c1"), 0),
            (&["c1"], None, Some("c1"), 0),
            (&["c1"], Some(60), None, 1),
            (&["c1", "c2"], Some(2), None, 1),
            (&[], Some(0), None, 1),
        ] {
            let rows = ids.iter().map(|id| contact(id)).collect();
            let found = found(rows, total, Vec::new());
            assert_eq!(found.id.as_deref(), id, "{ids:?} of {total:?}");
            assert_eq!(found.notes.len(), notes, "{:?}", found.notes);
        }
    }
}
