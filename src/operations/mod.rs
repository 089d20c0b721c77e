//! Actions as data: every operation of Intercom's API by name, and custom actions. One executor
//! runs both, with the same inputs, requests, retries and errors as the typed actions.
//!
//! `connector_definitions` has the data model and parses documents, [`packed`] reads the packed
//! catalogue. [`run`] runs an action: [`inputs`] reads its inputs, [`pages`] reads a list page
//! by page. [`describe()`] describes it.

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
pub use describe::{choices, describe, effect, field, field_type, summary};
pub use operation::Operation;
pub use packed::{Entry, Table};
pub use run::run;
