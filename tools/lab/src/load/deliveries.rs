//! Callers that send webhooks to an address, each a new event.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use http::Uri;
use intercom_double::webhooks::{Manner, Notification, Webhooks, samples};
use secrecy::SecretString;

use super::Caller;

/// Makes callers that send webhooks to one address.
#[derive(Debug, Clone)]
pub struct Deliveries {
    webhooks: Arc<Webhooks>,
    notification: Notification,
    sent: Arc<AtomicU64>,
}

impl Deliveries {
    /// Callers that send to this address, signed with this client secret.
    pub fn new(address: Uri, secret: SecretString) -> Self {
        let [_, reply, _] = samples();
        Self {
            webhooks: Arc::new(Webhooks::new(address, secret, Duration::ZERO)),
            notification: reply,
            sent: Arc::default(),
        }
    }

    /// A caller.
    pub fn caller(&self) -> Self {
        self.clone()
    }
}

impl Caller for Deliveries {
    async fn call(&mut self) -> Result<(), String> {
        let number = self.sent.fetch_add(1, Ordering::Relaxed);
        // Another run sends other events, which no receiver knows.
        self.notification.id = format!("notif_load-{}-{number}", std::process::id());
        let statuses = self.webhooks.deliver(&self.notification, Manner::Plain);
        match statuses.await.first() {
            Some(200..=299) => Ok(()),
            Some(0) | None => Err("no response".to_owned()),
            Some(status) => Err(format!("responded {status}")),
        }
    }
}
