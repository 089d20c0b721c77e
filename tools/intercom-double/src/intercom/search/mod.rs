//! Searches: queries, sorting and pages (`docs/intercom-api.md`, Search).

pub mod fields;
mod key;
mod page;
mod query;
mod sort;

pub use fields::{CONTACTS, Kind, Table};
pub use page::{PageRequest, Row};
pub use query::Query;
pub use sort::Sort;
