//! The generic interface: the manifest ([`manifest()`]), any action by its id ([`invoke`]), its
//! requests ([`preview()`]), JSON in and out; and actions by words ([`catalogue()`]) or id
//! ([`describe`]).
//!
//! It runs the same code as the typed interfaces.

mod actions;
mod catalogue;
mod described;
mod manifest;
mod preview;

pub use actions::{invoke, invoke_defined, problems};
pub use catalogue::{catalogue, describe};
pub use manifest::manifest;
pub use preview::{preview, preview_defined};
