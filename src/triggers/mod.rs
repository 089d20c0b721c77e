//! Events that start workflows: what the contract's interface `triggers` does.
//!
//! [`receive()`] verifies a delivery and reads the notification in it, [`matches()`]
//! holds an event against a workflow's inputs, [`poll()`] asks Intercom what changed,
//! [`sample()`] shows an event, and [`describe`] writes the manifest's part. The triggers
//! themselves are data: [`table`], from `triggers/webhooks.json`.
//!
//! Knows Intercom's webhooks, inputs and filters. Of actions, polls use the searches
//! alone.

mod describe;
mod item;
mod matches;
mod notification;
mod poll;
mod receive;
mod signature;
mod table;

pub use describe::{describe, signature};
pub use matches::{matches, sample};
pub use poll::poll;
pub use receive::receive;
