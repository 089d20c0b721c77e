//! Finding rows: queries, sorting and pages (`docs/intercom-api.md`, Search).

mod fields;
mod index;
mod key;
mod page;
mod query;
mod sort;

pub use fields::{CUSTOM, Rules, Searched, Table};
pub use index::Index;
pub use page::{PageRequest, Row};
pub use query::Query;
pub use sort::Sort;
