//! The contacts of a workspace, with unique identities.

use std::collections::{BTreeMap, HashMap};

use http::StatusCode;
use serde_json::json;

use super::contact::{Contact, Identity};
use super::fields::Changes;
use crate::intercom::response::ApiError;
use crate::intercom::search::Index;
use crate::intercom::version::Version;

/// All contacts in the order of their creation, and those that were merged away.
#[derive(Debug, Default)]
pub struct Contacts {
    by_id: BTreeMap<String, Contact>,
    by_identity: HashMap<Identity, String>,
    merged: Vec<Merged>,
    /// What searches find.
    pub index: Index<Contact>,
    created: u64,
}

/// A contact that was merged into another one.
#[derive(Debug)]
struct Merged {
    from: Contact,
    into: String,
}

/// An id in Intercom's format: 24 digits, and increasing.
fn id(number: u64) -> String {
    format!("6762f0dd{number:016x}")
}

impl Contacts {
    /// Creates a contact, and returns its id.
    ///
    /// # Errors
    ///
    /// 409 `conflict` if another contact has the same identity.
    pub fn create(&mut self, changes: Changes, now: i64) -> Result<String, ApiError> {
        let id = id(self.created + 1);
        self.store(Contact::new(id.clone(), changes, now), now)?;
        self.created += 1;
        Ok(id)
    }

    /// Stores a contact that is new or changed at `now`, in Unix seconds.
    ///
    /// # Errors
    ///
    /// 409 `conflict`, which names the other contact, if one has the same identity
    /// (`docs/intercom-api.md`, Conflicts and merges).
    pub fn store(&mut self, contact: Contact, now: i64) -> Result<(), ApiError> {
        let identities = contact.identities();
        let taken = identities
            .iter()
            .filter_map(|identity| self.by_identity.get(identity));
        if let Some(other) = taken.into_iter().find(|other| *other != contact.id()) {
            return Err(self.conflict(other));
        }
        self.forget(contact.id());
        self.index.put(contact.id(), contact.clone(), now);
        for identity in identities {
            self.by_identity.insert(identity, contact.id().to_owned());
        }
        self.by_id.insert(contact.id().to_owned(), contact);
        Ok(())
    }

    fn conflict(&self, id: &str) -> ApiError {
        let archived = self.by_id.get(id).is_some_and(|contact| contact.archived);
        let which = if archived { "An archived" } else { "A" };
        let message = format!("{which} contact matching those details already exists with id={id}");
        ApiError::new(StatusCode::CONFLICT, "conflict", message)
    }

    /// Removes a contact.
    pub fn remove(&mut self, id: &str) -> Option<Contact> {
        self.index.remove(id);
        self.forget(id)
    }

    fn forget(&mut self, id: &str) -> Option<Contact> {
        let contact = self.by_id.remove(id)?;
        for identity in contact.identities() {
            self.by_identity.remove(&identity);
        }
        Some(contact)
    }

    /// Removes a contact that was merged into `into`.
    pub fn merge(&mut self, from: &str, into: &str) {
        let from = self.remove(from);
        let into = into.to_owned();
        self.merged.extend(from.map(|from| Merged { from, into }));
    }

    /// The contact with this id, live or archived.
    ///
    /// # Errors
    ///
    /// 404 `not_found`, or 410 `contact_merged` with a link to the contact that
    /// it was merged into.
    pub fn find(&self, id: &str, version: Version) -> Result<&Contact, ApiError> {
        self.by_id.get(id).ok_or_else(|| {
            let merged = self.merged.iter().find(|merged| merged.from.id() == id);
            missing(merged, version)
        })
    }

    /// The contact with this id, unless it is archived.
    pub fn live(&self, id: &str) -> Option<&Contact> {
        self.by_id.get(id).filter(|contact| !contact.archived)
    }

    /// The contact with this external id, unless it is archived.
    pub fn by_external_id(&self, external_id: &str) -> Option<&Contact> {
        let identity = Identity::ExternalId(external_id.to_owned());
        self.live(self.by_identity.get(&identity)?)
    }

    /// The error for a missing external id: 404 or 410, as for [`Self::find`].
    pub fn missing_external_id(&self, external_id: &str, version: Version) -> ApiError {
        let mut merged = self.merged.iter();
        let merged = merged.find(|merged| merged.from.text("external_id") == Some(external_id));
        missing(merged, version)
    }

    /// The contacts that a search at `now` finds, in Unix seconds.
    pub fn searched(&self, now: i64) -> impl Iterator<Item = &Contact> {
        self.index.at(now).filter(|contact| !contact.archived)
    }

    /// All contacts that are not archived.
    pub fn all_live(&self) -> impl Iterator<Item = &Contact> {
        self.by_id.values().filter(|contact| !contact.archived)
    }

    /// Sets `last_contacted_at` of the contacts with these ids.
    pub fn set_last_contacted(&mut self, ids: &[String], now: i64) {
        for id in ids {
            if let Some(contact) = self.by_id.get_mut(id) {
                contact.set("last_contacted_at", json!(now));
                self.index.put(id, contact.clone(), now);
            }
        }
    }
}

fn missing(merged: Option<&Merged>, version: Version) -> ApiError {
    let Some(Merged { into, .. }) = merged.filter(|_| version.reports_merges()) else {
        return ApiError::not_found("Contact Not Found");
    };
    let message = "this contact was merged into another one; follow the Link header";
    ApiError::new(StatusCode::GONE, "contact_merged", message)
        .with_link(format!("</contacts/{into}>; rel=\"canonical\""))
}
