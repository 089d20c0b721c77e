//! Actions as data: every operation of Intercom's API by name, and the actions that
//! users define. One executor runs both, over the same inputs, requests, retries and
//! errors as the typed actions.
//!
//! `connector_definitions` has what an action is and reads it from a document, [`packed`]
//! from the catalogue that the build packs. [`run`] runs it: [`inputs`]
//! reads what it takes, [`pages`] a list page by page. [`describe()`] says what it is.

mod catalogue;
mod defined;
mod describe;
mod inputs;
mod next_page;
#[cfg(test)]
#[path = "../../build/pack.rs"]
mod pack;
mod packed;
mod pages;
mod run;
mod types;

pub use catalogue::Catalogue;
use connector_definitions::{openapi, operation};
pub use defined::Defined;
pub use describe::{choices, describe, effect, field_type, summary};
pub use operation::Operation;
pub use packed::Table;
pub use run::run;
