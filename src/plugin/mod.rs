//! The generic way in: what there is ([`manifest()`]), any action by its id
//! ([`invoke`]), and what it would send ([`preview()`]); JSON in and JSON out.
//!
//! Runs the same code as the typed interfaces; an input is a form either way.

mod actions;
mod manifest;
mod preview;

pub use actions::invoke;
pub use manifest::manifest;
pub use preview::preview;
