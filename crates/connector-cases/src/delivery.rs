//! Cases of webhooks: a recorded delivery and its outcome.

use std::collections::BTreeMap;

use connector_host::bindings::plugin::HttpHeader;
use connector_host::bindings::triggers::{Delivery, DeliveryOutcome, Event, Meaning};
use connector_host::{Environment, Manifest};
use serde::Deserialize;
use serde_json::{Map, Value, json};

/// The delivery in `case.json`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordedDelivery {
    /// The method.
    #[serde(default = "post")]
    pub method: String,
    /// The headers, by name.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// The body: text as received, or JSON, which is written without white space.
    #[serde(default)]
    pub body: Value,
    /// Whether to add the signature header, as the manifest says, with the key in the case's
    /// environment.
    #[serde(default = "yes")]
    pub signed: bool,
    /// Whether the engine has verified it; then the component gets no signature.
    #[serde(default)]
    pub verified: bool,
    /// When it arrived, in Unix milliseconds.
    pub received_at_ms: Option<u64>,
}

fn post() -> String {
    "POST".to_owned()
}

fn yes() -> bool {
    true
}

impl RecordedDelivery {
    /// The delivery as the engine passes it to the component.
    pub fn delivery(&self, manifest: &Manifest, environment: &Environment) -> Delivery {
        let body = match &self.body {
            Value::Null => String::new(),
            Value::String(verbatim) => verbatim.clone(),
            json => json.to_string(),
        };
        let headers = self.headers.iter();
        let headers = headers.map(|(name, value)| (name.clone(), value.clone()));
        let signature = manifest.signature.as_ref();
        let signature = signature.filter(|_| self.signed && !self.verified);
        let signature = signature.and_then(|scheme| {
            let key = environment.get(&scheme.variable)?;
            Some((scheme.header.clone(), scheme.sign(key, body.as_bytes())))
        });
        let headers = headers.chain(signature);
        Delivery {
            method: self.method.clone(),
            query: String::new(),
            headers: headers
                .map(|(name, value)| HttpHeader { name, value })
                .collect(),
            body: body.into_bytes(),
            verified: self.verified,
            received_at_ms: self.received_at_ms,
        }
    }
}

/// An outcome as JSON for cases and logs: the reply, and `events`, `check`,
/// `uninstalled` or `refused`.
pub fn outcome_json(outcome: &DeliveryOutcome) -> Map<String, Value> {
    let reply = &outcome.reply;
    let headers = reply.headers.iter();
    let headers = headers.map(|header| (header.name.clone(), json!(header.value)));
    let headers: Map<String, Value> = headers.collect();
    let mut shown = Map::new();
    shown.insert("status".to_owned(), json!(reply.status));
    for (key, value, is_empty) in [
        ("headers", json!(headers), headers.is_empty()),
        ("body", json!(reply.body), reply.body.is_empty()),
    ] {
        if !is_empty {
            shown.insert(key.to_owned(), value);
        }
    }
    let (key, value) = match &outcome.meaning {
        Meaning::Events(events) => ("events", events.iter().map(event_json).collect()),
        Meaning::Check => ("check", json!(true)),
        Meaning::Uninstalled(scope) => ("uninstalled", json!(scope)),
        Meaning::Refused(refusal) => {
            let reason = format!("{:?}", refusal.reason).replace("RefusalReason::", "");
            (
                "refused",
                json!({ "reason": kebab(&reason), "message": refusal.message }),
            )
        }
    };
    shown.insert(key.to_owned(), value);
    shown
}

/// An event as JSON, without absent fields.
pub fn event_json(event: &Event) -> Value {
    let data = serde_json::from_str(&event.data);
    let fields = [
        ("id", json!(event.id)),
        ("trigger", json!(event.trigger)),
        ("topic", json!(event.topic)),
        ("scope", json!(event.scope)),
        ("occurred_at_ms", json!(event.occurred_at_ms)),
        ("first_sent_at_ms", json!(event.first_sent_at_ms)),
        ("attempt", json!(event.attempt)),
        ("data", data.unwrap_or_else(|_| json!(event.data))),
    ];
    let said = fields.into_iter().filter(|(_, value)| !value.is_null());
    said.map(|(key, value)| (key.to_owned(), value)).collect()
}

/// `WrongSignature` as `wrong-signature`.
fn kebab(name: &str) -> String {
    let mut kebab = String::new();
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && !kebab.is_empty() {
            kebab.push('-');
        }
        kebab.push(letter.to_ascii_lowercase());
    }
    kebab
}
