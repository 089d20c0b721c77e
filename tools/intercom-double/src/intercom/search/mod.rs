//! Searches: queries, sorting, pages, and an index that lags (`docs/intercom-api.md`,
//! Search).

mod fields;
mod index;
mod key;
mod page;
mod query;
mod request;
mod sort;

pub use fields::{Kind, Rules, Table};
pub use index::Index;
pub use page::PageRequest;
pub use request::Search;
