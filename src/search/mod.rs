//! Which contacts, conversations or tickets a search finds, and which page of them.
//!
//! A filter goes through stages, a file each: [`formula`] and [`json`] parse it
//! into one tree, [`fill`] resolves placeholders, [`check`] checks it against the
//! search's table of [`fields`] ([`tables`]), [`dates`], [`filters`] and [`normal_form`]
//! rewrite it into what Intercom supports, and [`compile`] writes the query. [`rows`]
//! filters the response where Intercom's own comparison is coarser. [`Pagination`] says
//! which rows are wanted, and [`Pager`] requests them. [`EventFilter`] is a filter that is
//! evaluated here instead.
//!
//! Knows inputs, API versions and the query language of Intercom's search, and
//! nothing of requests.

mod check;
mod comparison;
mod compile;
mod dates;
mod decimal;
mod events;
pub mod fields;
pub mod fill;
mod filter;
mod filters;
pub mod formula;
mod json;
mod moment;
mod normal_form;
mod page_notes;
mod pager;
mod pagination;
mod parameters;
mod rows;
mod sort;
mod suggestions;
pub mod tables;
mod values;

pub use events::{EVENTS, EventFields, EventFilter, Holds};
pub use fields::Table;
pub use filter::{CompiledFilter, Filter};
pub use pager::{NextPage, PageResponse, PageSummary, Pager};
pub use pagination::{MAX_REQUESTS, MAX_ROWS, Pagination, Place};
pub use parameters::PARAMETERS;
pub use rows::{Match, RowFilter};
