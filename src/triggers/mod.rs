//! Events that start workflows: what the contract's interface `triggers` does.
//!
//! [`receive()`] verifies a delivery and reads the notification in it, [`matches()`]
//! holds an event against a workflow's inputs, [`sample()`] shows an event, and
//! [`describe`] writes the manifest's part. The triggers themselves are data:
//! [`table`], from `triggers/webhooks.json`.
//!
//! Knows Intercom's webhooks, inputs and filters, and nothing of actions.

mod describe;
mod item;
mod matches;
mod notification;
mod receive;
mod signature;
mod table;

pub use describe::{describe, signature};
pub use matches::{matches, poll, sample};
pub use receive::receive;
