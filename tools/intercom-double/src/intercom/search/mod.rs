//! Finding contacts: queries, sorting and pages (`docs/intercom-api.md`, Search).

mod fields;
mod key;
mod page;
mod query;
mod sort;

pub use page::{PageRequest, Row};
pub use query::Query;
pub use sort::Sort;
