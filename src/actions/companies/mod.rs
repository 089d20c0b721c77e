//! Companies, and the contacts that belong to them (`docs/intercom-api.md`,
//! Companies).

mod link;
pub mod link_company;
pub mod list_companies;
mod list_pages;
mod response;
pub mod unlink_company;
pub mod upsert_company;
