//! Sent messages, counted by recipient (`docs/intercom-api.md`, Messages).

use std::collections::BTreeMap;

/// The messages that were sent.
#[derive(Debug, Default)]
pub struct Messages {
    sent: u64,
    received: BTreeMap<String, u64>,
}

impl Messages {
    /// Messages received by each contact, copies included, by the contact's id.
    pub fn received(&self) -> &BTreeMap<String, u64> {
        &self.received
    }

    /// Delivers a message to contacts, and returns its number, from zero.
    pub fn deliver(&mut self, recipients: &[String]) -> u64 {
        for recipient in recipients {
            *self.received.entry(recipient.clone()).or_default() += 1;
        }
        self.sent += 1;
        self.sent - 1
    }
}
