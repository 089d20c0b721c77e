//! Which contacts a search finds, and which page of them.
//!
//! A filter goes through stages, a file each: [`formula`] and [`json`] parse it
//! into one tree, [`fill`] puts values in the place of placeholders, [`check`]
//! holds it against the [`fields`], [`dates`] and [`normal_form`] bring it into
//! what Intercom has, and [`compile`] writes the query. [`rows`] narrows the
//! answer down where Intercom's is coarser than what was asked. [`Pagination`]
//! says which rows are wanted, and [`Walk`] leads to them.
//!
//! Knows inputs, the API's versions and the query language of Intercom's search
//! (`docs/intercom-api.md`, Search), and nothing of requests.

pub mod check;
pub mod comparison;
pub mod compile;
pub mod dates;
pub mod fields;
pub mod fill;
mod filter;
pub mod formula;
pub mod json;
pub mod normal_form;
mod pagination;
pub mod rows;
mod values;
mod walk;

pub use filter::{CompiledFilter, Filter};
pub use pagination::{DEFAULT_PER_PAGE, MAX_PER_PAGE, MAX_REQUESTS, MAX_ROWS, Pagination};
pub use walk::{Arrival, PageAnswer, Walk};
