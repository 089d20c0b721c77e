//! Sends webhooks as Intercom does: signed, with one retry after a failure.
//!
//! It also simulates rare cases and attacks: [`Manner`].

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use hmac::digest::KeyInit;
use hmac::{Hmac, Mac};
use http::{Method, Request, Uri};
use http_body_util::Full;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use sha1::Sha1;

/// The workspace of all events.
pub const WORKSPACE: &str = "ws_double";

/// The delay before Intercom's retry.
pub const RETRY_AFTER: Duration = Duration::from_secs(60);

/// An event of a webhook.
#[derive(Debug, Clone)]
pub struct Notification {
    /// Its id.
    pub id: String,
    /// Its topic.
    pub topic: String,
    /// Its item.
    pub item: Value,
}

/// How a notification is delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    /// As usual.
    Plain,
    /// Twice, although the first delivery was accepted.
    Twice,
    /// Signed with a wrong key.
    WrongSignature,
    /// Without a signature.
    Unsigned,
    /// With a body that was changed after signing.
    Changed,
    /// Correctly signed, but first sent a day ago.
    Captured,
}

/// Sends notifications to one address.
#[derive(Debug)]
pub struct Webhooks {
    address: Uri,
    secret: SecretString,
    retry_after: Duration,
    client: Client<HttpConnector, Full<Bytes>>,
}

impl Webhooks {
    /// A sender to this address, with this client secret.
    pub fn new(address: Uri, secret: SecretString, retry_after: Duration) -> Self {
        Self {
            address,
            secret,
            retry_after,
            client: Client::builder(TokioExecutor::new()).build_http(),
        }
    }

    /// Whether the address responds to HEAD, which Intercom requires for a subscription.
    pub async fn check(&self) -> Option<u16> {
        self.send(Method::HEAD, Bytes::new(), None).await
    }

    /// Delivers a notification. Returns the statuses of the responses, 0 without one.
    pub async fn deliver(&self, notification: &Notification, manner: Manner) -> Vec<u16> {
        let sent = match manner {
            Manner::Captured => now() - 24 * 60 * 60,
            _ => now(),
        };
        let mut statuses = vec![self.attempt(notification, manner, sent, 1).await];
        // 410 ends a subscription.
        let is_failed = !matches!(statuses.first(), Some(200..=299 | 410));
        if is_failed && manner == Manner::Plain {
            tokio::time::sleep(self.retry_after).await;
            statuses.push(self.attempt(notification, manner, sent, 2).await);
        }
        if manner == Manner::Twice {
            statuses.push(self.attempt(notification, manner, sent, 1).await);
        }
        statuses
    }

    async fn attempt(
        &self,
        notification: &Notification,
        manner: Manner,
        sent: i64,
        attempt: u32,
    ) -> u16 {
        let body = body(notification, sent, attempt);
        let secret = self.secret.expose_secret();
        let signature = match manner {
            Manner::Unsigned => None,
            Manner::WrongSignature => Some(signature("another-secret", body.as_bytes())),
            _ => Some(signature(secret, body.as_bytes())),
        };
        let body = match manner {
            Manner::Changed => body.replace(WORKSPACE, "ws_victim"),
            _ => body,
        };
        let status = self.send(Method::POST, Bytes::from(body), signature).await;
        status.unwrap_or_default()
    }

    async fn send(&self, method: Method, body: Bytes, signature: Option<String>) -> Option<u16> {
        let mut request = Request::builder()
            .method(method)
            .uri(self.address.clone())
            .header("user-agent", "intercom-parrot-service-client/1.0")
            .header("content-type", "application/json");
        if let Some(signature) = signature {
            request = request.header("x-hub-signature", signature);
        }
        let request = request.body(Full::new(body)).ok()?;
        let response = self.client.request(request).await.ok()?;
        Some(response.status().as_u16())
    }
}

fn body(notification: &Notification, sent: i64, attempt: u32) -> String {
    json!({
        "type": "notification_event",
        "id": notification.id,
        "topic": notification.topic,
        "app_id": WORKSPACE,
        "data": { "type": "notification_event_data", "item": notification.item },
        "links": {},
        "self": null,
        "created_at": sent,
        "first_sent_at": sent,
        "delivery_status": "pending",
        "delivery_attempts": attempt,
        "delivered_at": 0,
    })
    .to_string()
}

fn signature(secret: &str, body: &[u8]) -> String {
    // A key of any length is valid.
    let Ok(mut mac) = Hmac::<Sha1>::new_from_slice(secret.as_bytes()) else {
        return String::new();
    };
    mac.update(body);
    let bytes = mac.finalize().into_bytes();
    let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha1={digits}")
}

/// Invented events to test a webhook address.
pub fn samples() -> [Notification; 3] {
    let contact = json!({
        "type": "contact", "id": "con_double1", "role": "user", "email": "ada@example.com",
        "name": "Ada Example", "created_at": "2026-03-02T08:43:20.000+00:00",
    });
    let reply = json!({
        "type": "conversation_part", "id": "9001", "part_type": "comment",
        "body": "<p>Thank you</p>", "created_at": 1_772_441_060,
        "author": { "type": "user", "id": "con_double1", "name": "Ada Example" },
    });
    let conversation = json!({
        "type": "conversation", "id": "215", "state": "open",
        "contacts": { "type": "contact.list", "contacts": [{ "type": "contact", "id": "con_double1" }] },
        "conversation_parts": { "type": "conversation_part.list", "conversation_parts": [reply] },
    });
    let ticket = json!({
        "type": "ticket", "id": "494", "ticket_id": "53",
        "ticket_state": { "type": "ticket_state", "id": "7494", "internal_label": "In progress" },
    });
    let of = |id: &str, topic: &str, item| Notification {
        id: format!("notif_double-{id}"),
        topic: topic.to_owned(),
        item,
    };
    [
        of("1", "contact.user.created", contact),
        of("2", "conversation.user.replied", conversation),
        of("3", "ticket.state.updated", ticket),
    ]
}

/// The time, in Unix seconds.
fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| since.as_secs() as i64)
}
