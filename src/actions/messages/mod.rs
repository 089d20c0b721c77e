//! Messages from an admin to contacts.

pub mod send_message;
