//! The generic interface: what the connector offers ([`manifest()`]), any action by
//! its id ([`invoke`]), what it would send ([`preview()`]), JSON in and out; and
//! actions found by words ([`catalogue()`]) or id ([`describe`]).
//!
//! Runs the same code as the typed interfaces.

mod actions;
mod catalogue;
mod described;
mod manifest;
mod preview;

pub use actions::{invoke, invoke_defined, problems};
pub use catalogue::{catalogue, describe};
pub use manifest::manifest;
pub use preview::{preview, preview_defined};
