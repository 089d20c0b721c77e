//! Which contacts a search finds, and which page of them.
//!
//! Knows inputs and the query language of Intercom's search (API facts 2.4),
//! and nothing of requests.

mod filter;
mod pagination;

pub use filter::Filter;
pub use pagination::Pagination;
