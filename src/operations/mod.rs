//! Actions as data: every operation of Intercom's API by name, and the actions that
//! users define. One executor runs both, over the same inputs, requests, retries and
//! errors as the typed actions.
//!
//! [`operation`] is what an action is, [`openapi`] reads it from a document and
//! [`packed`] from the catalogue that the build packs. [`run`] runs it: [`inputs`]
//! reads what it takes, [`pages`] a list page by page. [`describe()`] says what it is.

mod catalogue;
mod defined;
mod describe;
mod inputs;
mod next_page;
mod openapi;
mod operation;
#[cfg(test)]
#[path = "../../build/pack.rs"]
mod pack;
mod packed;
mod pages;
mod run;
mod types;

pub use catalogue::Catalogue;
pub use defined::Defined;
pub use describe::{describe, summary};
pub use operation::Operation;
pub use run::run;

/// What the build script reads from a file instead.
mod method {
    pub use crate::api::{Effect, Method};
}
