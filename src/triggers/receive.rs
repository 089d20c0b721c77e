//! Reads a delivery: verifies it, parses it, and returns the reply.

use super::notification::{BODY, Notification};
use super::signature::{HEADER, verify};
use crate::api::CLIENT_SECRET;
use crate::input::{InputError, InputErrors};
use crate::world::plugin::HttpHeader;
use crate::world::triggers::{
    Delivery, DeliveryOutcome, Event, HttpReply, Meaning, Refusal, RefusalReason,
};
use crate::world::types::ActionError;

/// The age from which a delivery is refused, since Intercom first sent it. Intercom delays
/// deliveries by up to two hours. A higher value allows longer replays of captured deliveries, a
/// lower one loses events.
const MAX_AGE_MS: u64 = 3 * 60 * 60 * 1000;

/// Maximum difference between the engine's clock and Intercom's.
const MAX_SKEW_MS: u64 = 10 * 60 * 1000;

/// Reads a delivery.
///
/// # Errors
/// The client secret is not set, and the engine has not verified the signature.
pub fn receive(
    delivery: &Delivery,
    variables: &[(String, String)],
) -> Result<DeliveryOutcome, ActionError> {
    match delivery.method.as_str() {
        "HEAD" => return Ok(accepted(Meaning::Check, "")),
        "POST" => {}
        _ => return Ok(refused(RefusalReason::Method, "the method is not POST")),
    }
    if delivery.body.len() > BODY.bytes {
        let message = format!("the body is longer than {} bytes", BODY.bytes);
        return Ok(refused(RefusalReason::TooLarge, &message));
    }
    if !delivery.verified {
        let secret = CLIENT_SECRET.value(variables).ok_or_else(no_secret)?;
        if let Err(reason) = verify(delivery, secret) {
            return Ok(refused(reason, &unverified(reason)));
        }
    }
    Ok(match Notification::read(&delivery.body) {
        Ok(notification) => understood(notification, delivery.received_at_ms),
        Err(message) => refused(RefusalReason::Malformed, message),
    })
}

fn understood(notification: Notification, received_at_ms: Option<u64>) -> DeliveryOutcome {
    match notification {
        Notification::Ping => accepted(Meaning::Check, ""),
        Notification::Health => accepted(Meaning::Check, r#"{"state":"OK"}"#),
        Notification::Uninstalled(workspace) => accepted(Meaning::Uninstalled(workspace), ""),
        Notification::Event(event) => match staleness(&event, received_at_ms) {
            Some(message) => refused(RefusalReason::Stale, message),
            None => accepted(Meaning::Events(vec![*event]), ""),
        },
    }
}

/// Why an event's time is invalid.
fn staleness(event: &Event, received_at_ms: Option<u64>) -> Option<&'static str> {
    let sent = event.first_sent_at_ms.or(event.occurred_at_ms)?;
    let received = received_at_ms?;
    if received.saturating_sub(sent) > MAX_AGE_MS {
        return Some("it was first sent more than 3 hours ago");
    }
    let is_ahead = sent.saturating_sub(received) > MAX_SKEW_MS;
    is_ahead.then_some("it was first sent in the future; check the engine's clock")
}

fn no_secret() -> ActionError {
    let mut errors = InputErrors::default();
    let hint = "set it to the client secret of your Intercom app, or have the engine verify \
                deliveries";
    errors.note(CLIENT_SECRET.name, InputError::new("is not set", hint));
    errors.into_error("receive")
}

fn unverified(reason: RefusalReason) -> String {
    match reason {
        RefusalReason::Unsigned => format!("the header {HEADER} is missing"),
        _ => format!(
            "the signature does not match: {} is of another app, or the body was changed",
            CLIENT_SECRET.name
        ),
    }
}

fn accepted(meaning: Meaning, body: &str) -> DeliveryOutcome {
    let headers = match body {
        "" => Vec::new(),
        _ => vec![header("content-type", "application/json")],
    };
    DeliveryOutcome {
        reply: HttpReply {
            status: 200,
            headers,
            body: body.to_owned(),
        },
        meaning,
    }
}

/// A refusal. Not 410, which ends the subscription; and the same for every reason that would
/// help a forger.
fn refused(reason: RefusalReason, message: &str) -> DeliveryOutcome {
    let (status, headers) = match reason {
        RefusalReason::Method => (405, vec![header("allow", "HEAD, POST")]),
        RefusalReason::TooLarge => (413, Vec::new()),
        RefusalReason::Unsigned | RefusalReason::WrongSignature => (401, Vec::new()),
        RefusalReason::Malformed | RefusalReason::Stale => (400, Vec::new()),
    };
    DeliveryOutcome {
        reply: HttpReply {
            status,
            headers,
            body: String::new(),
        },
        meaning: Meaning::Refused(Refusal {
            reason,
            message: message.to_owned(),
        }),
    }
}

fn header(name: &str, value: &str) -> HttpHeader {
    HttpHeader {
        name: name.to_owned(),
        value: value.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;

    fn delivery(method: &str, body: &str) -> Delivery {
        Delivery {
            method: method.to_owned(),
            query: String::new(),
            headers: Vec::new(),
            body: body.as_bytes().to_vec(),
            verified: true,
            received_at_ms: Some(1_772_441_063_000),
        }
    }

    fn refusal(delivery: &Delivery) -> (u16, RefusalReason) {
        let outcome = receive(delivery, &[]).unwrap();
        match outcome.meaning {
            Meaning::Refused(refusal) => (outcome.reply.status, refusal.reason),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn an_event_has_what_the_notification_says() {
        let body = r#"{"type": "notification_event", "id": "notif_1", "topic": "company.created",
            "app_id": "ws_example", "created_at": 1772441060, "first_sent_at": 1772441061,
            "delivery_attempts": 2, "data": {"item": {"type": "company", "id": "com_1"}}}"#;
        let outcome = receive(&delivery("POST", body), &[]).unwrap();
        assert_eq!(outcome.reply.status, 200);
        let Meaning::Events(events) = outcome.meaning else {
            panic!()
        };
        let [event] = events.as_slice() else { panic!() };
        assert_eq!(event.trigger, "company-created");
        assert_eq!(event.scope.as_deref(), Some("ws_example"));
        assert_eq!((event.id.as_str(), event.attempt), ("notif_1", 2));
        assert_eq!(event.occurred_at_ms, Some(1_772_441_060_000));
        assert!(event.data.contains(r#""company_id":"com_1""#));
    }

    #[test]
    fn no_refusal_ends_the_subscription_or_shows_the_body() {
        let long = "a".repeat(BODY.bytes + 1);
        for (method, body) in [
            ("PUT", ""),
            ("POST", ""),
            ("POST", "[secret]"),
            ("POST", r#"{"secret": 1}"#),
            ("POST", r#"{"topic": "secret", "id": "1"}"#),
            ("POST", long.as_str()),
        ] {
            let outcome = receive(&delivery(method, body), &[]).unwrap();
            assert!((400..500).contains(&outcome.reply.status), "{body}");
            assert_ne!(outcome.reply.status, 410);
            assert_eq!(outcome.reply.body, "");
            assert!(!format!("{outcome:?}").contains("secret"));
        }
    }

    #[test]
    fn the_signature_is_looked_at_before_the_body() {
        let secret = [("INTERCOM_CLIENT_SECRET".to_owned(), "s".to_owned())];
        for body in ["", "{", "{}", r#"{"topic": "ping"}"#] {
            let unverified = Delivery {
                verified: false,
                ..delivery("POST", body)
            };
            let outcome = receive(&unverified, &secret).unwrap();
            assert_eq!(outcome.reply.status, 401, "{body}");
            assert!(receive(&unverified, &[]).is_err());
        }
    }

    #[test]
    fn age_counts_from_the_first_sending() {
        let body = |first: u64| {
            format!(
                r#"{{"id": "1", "topic": "a", "created_at": 1, "first_sent_at": {first},
                "data": {{"item": {{}}}}}}"#
            )
        };
        let received = 1_772_441_063;
        for (first, is_stale) in [
            (received, false),
            (received - 3 * 3600, false),
            (received - 3 * 3600 - 1, true),
            (received + 600, false),
            (received + 601, true),
        ] {
            let delivery = delivery("POST", &body(first));
            match is_stale {
                true => assert_eq!(refusal(&delivery), (400, RefusalReason::Stale)),
                false => assert_eq!(receive(&delivery, &[]).unwrap().reply.status, 200),
            }
        }
    }
}
