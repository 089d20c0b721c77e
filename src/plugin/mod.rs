//! The generic interface: what the connector offers ([`manifest()`]), any action by
//! its id ([`invoke`]), and what it would send ([`preview()`]); JSON in and out.
//!
//! Runs the same code as the typed interfaces.

mod actions;
mod manifest;
mod preview;

pub use actions::{invoke, invoke_defined};
pub use manifest::manifest;
pub use preview::preview;
