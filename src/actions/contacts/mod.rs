//! Contacts: the users and leads of a workspace (`docs/intercom-api.md`, Contacts).

pub mod archive_contact;
mod attributes;
mod avatar;
pub mod create_contact;
pub mod find_contact;
pub mod get_contact_by_id;
mod response;
pub mod search_contacts;
pub mod unarchive_contact;
pub mod update_contact;
pub mod upsert_contact;

/// The hint for a contact's id that is not found.
const CHECK_CONTACT_ID: &str = "check contact_id, which is in the URL of the contact's page; it is \
                                not the external_id, and each workspace has its own";
