//! The trigger: deliveries, inputs, the sample. What a fault does stands beside what is
//! right.

use hmac::digest::KeyInit;
use hmac::{Hmac, Mac};
use serde_json::Value;
use sha2::Sha256;

use crate::exports::workflow::plugin::plugin::Trigger;
use crate::exports::workflow::plugin::triggers::*;
use crate::exports::workflow::plugin::types::ActionError;
use crate::respond::{Problem, not_set, unusable};
use crate::{Broken, fault, offer, request};

/// The body of a refusal.
const REFUSED: &str = "no";

impl Guest for Broken {
    fn receive(delivery: Delivery) -> Result<DeliveryOutcome, ActionError> {
        if fault::is("8.3-sends") {
            let _ = request::send(&request::of("list-things", &Default::default(), "none"));
        }
        fault::trap_if("1.3-delivery", delivery.body.starts_with(&[0xff]));
        if delivery.method != "POST" {
            return Ok(refusal(RefusalReason::Method, &delivery));
        }
        let key = request::variable(offer::CLIENT_SECRET);
        let reason = match (delivery.verified, key) {
            (true, None) if fault::is("8.3-needs") => return Err(not_set(offer::CLIENT_SECRET)),
            (true, _) => None,
            (false, None) => return Err(not_set(offer::CLIENT_SECRET)),
            (false, Some(key)) => verify(&delivery, &key).err(),
        };
        if let Some(reason) = reason {
            return Ok(refusal(reason, &delivery));
        }
        let body = serde_json::from_slice::<Value>(&delivery.body).ok();
        Ok(match body.filter(Value::is_object) {
            None => refusal(RefusalReason::Malformed, &delivery),
            Some(_) => outcome(200, "", Meaning::Events(vec![event()])),
        })
    }

    fn matches(trigger: String, input: String, event: Event) -> Result<bool, ActionError> {
        known(&trigger)?;
        let is_empty = |value: &Value| value.as_object().is_some_and(|object| object.is_empty());
        let input = serde_json::from_str::<Value>(&input);
        let is_right = input.as_ref().is_ok_and(is_empty) || fault::is("8.8-input");
        match is_right {
            false => Err(unusable(&[Problem("input", "is not an empty JSON object")])),
            true => Ok(
                (event.trigger == trigger || fault::is("8.7-other")) && !fault::is("8.7-sample")
            ),
        }
    }

    fn poll(
        trigger: String,
        _: String,
        _: Option<String>,
        _: u64,
    ) -> Result<EventPage, ActionError> {
        known(&trigger)?;
        match fault::is("8.8-poll") {
            false => Err(unusable(&[Problem("trigger", "is not polled")])),
            true => Ok(EventPage {
                events: vec![],
                cursor: String::new(),
                more: false,
                wait_ms: None,
            }),
        }
    }

    fn sample(trigger: String) -> Result<Event, ActionError> {
        known(&trigger)?;
        Ok(event())
    }
}

/// The trigger as the manifest has it.
fn offered() -> Trigger {
    let mut manifest = offer::manifest();
    // This fault is one of the manifest's calls, not of what it says.
    if !fault::is("2.1-sends") {
        fault::in_manifest(&mut manifest);
    }
    manifest.triggers.remove(0)
}

fn known(trigger: &str) -> Result<(), ActionError> {
    match trigger == offered().id || fault::is("8.8-unknown") {
        true => Ok(()),
        false => Err(unusable(&[Problem("trigger", "is not known")])),
    }
}

fn event() -> Event {
    let mut trigger = offered();
    if fault::is("8.2-data") {
        trigger.sample = "{}".into();
    }
    let topic = match fault::is("8.2-topic") {
        true => "thing.lost".into(),
        false => trigger.topics.remove(0),
    };
    Event {
        id: "event-1".into(),
        trigger: trigger.id,
        topic,
        scope: None,
        occurred_at_ms: None,
        first_sent_at_ms: None,
        attempt: 1,
        data: trigger.sample,
    }
}

fn verify(delivery: &Delivery, key: &str) -> Result<(), RefusalReason> {
    let mut headers = delivery.headers.iter();
    let signature = headers.find(|header| header.name == "x-signature");
    let Some(signature) = signature else {
        let is_refused = !fault::is("8.4-unsigned");
        return if is_refused {
            Err(RefusalReason::Unsigned)
        } else {
            Ok(())
        };
    };
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).expect("any key is valid");
    mac.update(&delivery.body);
    let bytes = mac.finalize().into_bytes();
    let right: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    // The signatures are the tests', so timing does not matter.
    let is_right = match () {
        () if fault::is("8.4-wrong") => true,
        () if fault::is("8.4-right") => false,
        () => signature.value == right,
    };
    if is_right {
        Ok(())
    } else {
        Err(RefusalReason::WrongSignature)
    }
}

fn refusal(reason: RefusalReason, delivery: &Delivery) -> DeliveryOutcome {
    let status = match reason {
        RefusalReason::Malformed if fault::is("8.5-status") => 410,
        _ => 400,
    };
    let body = match reason {
        RefusalReason::Unsigned if fault::is("8.5-body") => "sign it",
        _ => REFUSED,
    };
    let message = match fault::is("8.6") {
        true => String::from_utf8_lossy(&delivery.body).into_owned(),
        false => "it is not one of ours".into(),
    };
    outcome(status, body, Meaning::Refused(Refusal { reason, message }))
}

fn outcome(status: u16, body: &str, meaning: Meaning) -> DeliveryOutcome {
    DeliveryOutcome {
        reply: HttpReply {
            status,
            headers: vec![],
            body: body.into(),
        },
        meaning,
    }
}
