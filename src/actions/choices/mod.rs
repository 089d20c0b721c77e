//! The values that inputs are picked from (`docs/intercom-api.md`, Lists to pick
//! from).

mod kind;
pub mod list_choices;
mod page;
