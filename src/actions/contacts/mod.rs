//! Contacts: Create Contact, Update Contact, Get Contact By Id, Search Contacts.

mod attributes;
mod find;
mod output;
mod write;

pub use find::{GetContactById, SearchContacts};
pub use write::{CreateContact, UpdateContact};
