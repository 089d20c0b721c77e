//! The connection to a workspace: whether the token works and whose it is, the
//! admins to pick an owner or a sender from, and how an app gets a token
//! (`docs/intercom-api.md`, OAuth).

mod admin;
pub mod authorize_url;
pub mod exchange_code;
pub mod list_admins;
pub mod test_connection;
