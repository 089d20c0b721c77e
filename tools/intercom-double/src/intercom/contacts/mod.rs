//! The contacts of a workspace (`docs/intercom-api.md`, Contacts).

mod contact;
mod fields;
mod searched;
mod store;

pub use contact::Contact;
pub use fields::Changes;
pub use searched::CONTACTS;
pub use store::Contacts;
