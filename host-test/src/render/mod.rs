//! Formats actions and requests.

mod action;
mod catalogue;
mod request;

pub use action::action;
pub use catalogue::{groups, table};
pub use request::{curl, http};
