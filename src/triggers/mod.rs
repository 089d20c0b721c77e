//! Events that start workflows: implements the contract's interface `triggers`.
//!
//! [`receive()`] verifies a delivery and parses its notification, [`matches()`] matches an event
//! with a workflow's inputs, [`poll()`] asks Intercom for changes, [`sample()`] returns an
//! example, and [`describe`] the manifest's part. The triggers are data: [`table`], from
//! `triggers/webhooks.json`.
//!
//! It depends on Intercom's webhooks, inputs and filters. Of the actions, polls use only the
//! searches; of `operations`, the reader of packed data.

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
