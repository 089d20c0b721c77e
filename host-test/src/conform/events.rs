//! Runs a component's triggers: samples, deliveries, inputs and polls.

use std::sync::Arc;

use connector_host::bindings::plugin as wit;
use connector_host::bindings::triggers::{Delivery, DeliveryOutcome, Event, EventPage};
use connector_host::bindings::types::ActionError;
use connector_host::manifest::Signature;
use connector_host::{ConnectorPre, Environment, Sandbox, SandboxError};

use super::clause::Finding;
use super::input::{SECRET, UNKNOWN_KEY};
use super::odd;
use super::script::{Script, Scripted, Sent};

/// The id of an unknown trigger.
pub const UNKNOWN_TRIGGER: &str = "no-such-trigger-of-conform";

/// A marker in the bodies of deliveries, to find it in replies and refusals.
pub const MARKER: &str = "conform-delivery";

/// Number of bodies in a quick run: JSON, bytes that are not UTF-8, and text that is not JSON.
const FEW_BODIES: usize = 4;

/// The outcomes of the triggers. Empty for a component without the interface.
#[derive(Debug, Default)]
pub struct Events {
    /// Whether the component exports the interface.
    pub exported: bool,
    /// The sample of each trigger, by id, and of an unknown one.
    pub samples: Vec<(String, Ended<Event>)>,
    /// Deliveries.
    pub received: Vec<Received>,
    /// Inputs with which an event was matched.
    pub matched: Vec<Matched>,
    /// A poll of each trigger, by id.
    pub polled: Vec<(String, Ended<EventPage>)>,
    /// Requests of calls that must send none.
    pub sent: Vec<Sent>,
}

/// The outcome of a call. The outer error is that of a sandbox that did not return.
pub type Ended<T> = Result<Result<T, ActionError>, String>;

/// How a delivery was signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signing {
    /// Without a signature.
    Missing,
    /// With another key.
    Wrong,
    /// Correctly.
    Right,
    /// Verified by the engine; the component has no key.
    Verified,
}

/// A delivery and its outcome.
#[derive(Debug)]
pub struct Received {
    /// The method and the kind of body.
    pub about: String,
    /// The method.
    pub method: &'static str,
    /// How it was signed.
    pub signing: Signing,
    /// The outcome.
    pub ended: Ended<DeliveryOutcome>,
}

/// The expectation for inputs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    /// The trigger's own sample must match.
    Match,
    /// An event of another trigger must not match.
    NoMatch,
    /// The trigger or its inputs must be refused.
    Refusal,
    /// Any outcome, as long as the call returns.
    Return,
}

/// Inputs with which an event was matched.
#[derive(Debug)]
pub struct Matched {
    /// The trigger, and the kind of inputs.
    pub about: String,
    /// The expected outcome.
    pub expected: Expected,
    /// The actual outcome.
    pub ended: Ended<bool>,
}

/// Runs the triggers of a component.
pub async fn driven(
    connector: &ConnectorPre,
    manifest: &wit::ConnectorManifest,
    given: &Environment,
    quick: bool,
) -> Events {
    if !connector.has_triggers() {
        return Events::default();
    }
    let driver = Driver {
        connector,
        manifest,
        given,
        quick,
        service: Scripted::new(Script::Empty, &Arc::from("{}")),
    };
    let samples = driver.samples().await;
    Events {
        exported: true,
        received: driver.received().await,
        matched: driver.matched(&samples).await,
        sent: driver.service.sent(),
        polled: driver.polled().await,
        samples,
    }
}

struct Driver<'a> {
    connector: &'a ConnectorPre,
    manifest: &'a wit::ConnectorManifest,
    given: &'a Environment,
    /// Whether to leave out invalid inputs and most invalid bodies.
    quick: bool,
    service: Scripted,
}

impl Driver<'_> {
    /// A sandbox with or without the signing key.
    async fn sandbox(&self, has_key: bool) -> Result<Sandbox, SandboxError> {
        let mut environment = self.given.clone();
        if let Some(signature) = self.manifest.signature.as_ref().filter(|_| has_key) {
            let key = || SECRET.to_owned();
            environment
                .entry(signature.variable.clone())
                .or_insert_with(key);
        }
        let transport = Arc::new(self.service.clone());
        self.connector.sandbox(&environment, transport).await
    }

    /// The value of the signing key.
    fn key(&self) -> &str {
        let variable = self
            .manifest
            .signature
            .as_ref()
            .map(|signature| &signature.variable);
        let given = variable.and_then(|variable| self.given.get(variable));
        given.map_or(SECRET, String::as_str)
    }

    fn ids(&self) -> impl Iterator<Item = &String> {
        self.manifest.triggers.iter().map(|trigger| &trigger.id)
    }

    async fn samples(&self) -> Vec<(String, Ended<Event>)> {
        let unknown = UNKNOWN_TRIGGER.to_owned();
        let mut samples = Vec::new();
        for id in self.ids().chain([&unknown]) {
            let ended = async { self.sandbox(false).await?.sample(id).await }.await;
            samples.push((id.clone(), ended.map_err(|error| error.to_string())));
        }
        samples
    }

    async fn received(&self) -> Vec<Received> {
        let mut received = Vec::new();
        for method in ["HEAD", "GET", "DELETE", "", "POST\r\n"] {
            let about = format!("{method:?} without a body");
            received.push(
                self.receive(about, method, Vec::new(), Signing::Missing)
                    .await,
            );
        }
        let most = if self.quick { FEW_BODIES } else { usize::MAX };
        for (about, body) in bodies().into_iter().take(most) {
            for signing in [
                Signing::Missing,
                Signing::Wrong,
                Signing::Right,
                Signing::Verified,
            ] {
                let is_signed = self.manifest.signature.is_some();
                if is_signed || signing == Signing::Verified {
                    let about = format!("POST with {about}");
                    received.push(self.receive(about, "POST", body.clone(), signing).await);
                }
            }
        }
        received
    }

    async fn receive(
        &self,
        about: String,
        method: &'static str,
        body: Vec<u8>,
        signing: Signing,
    ) -> Received {
        let header = self
            .manifest
            .signature
            .as_ref()
            .and_then(|signature| match signing {
                Signing::Wrong => Some(signed(signature, "another key", &body)),
                Signing::Right => Some(signed(signature, self.key(), &body)),
                Signing::Missing | Signing::Verified => None,
            });
        let delivery = Delivery {
            method: method.to_owned(),
            query: String::new(),
            headers: header.into_iter().collect(),
            body,
            verified: signing == Signing::Verified,
            received_at_ms: None,
        };
        let has_key = signing != Signing::Verified;
        let ended = async { self.sandbox(has_key).await?.receive(&delivery).await }.await;
        Received {
            about,
            method,
            signing,
            ended: ended.map_err(|error| error.to_string()),
        }
    }

    async fn matched(&self, samples: &[(String, Ended<Event>)]) -> Vec<Matched> {
        let mut matched = Vec::new();
        for (id, sample) in samples {
            let Ok(Ok(sample)) = sample else { continue };
            let trigger = self
                .manifest
                .triggers
                .iter()
                .find(|trigger| trigger.id == *id);
            for (about, json, expected) in trigger.map(inputs).unwrap_or_default() {
                if self.quick && expected == Expected::Return {
                    continue;
                }
                let about = format!("{id}, {about}");
                matched.push(self.hold(about, id, &json, sample, expected).await);
            }
            let other = Event {
                trigger: UNKNOWN_TRIGGER.to_owned(),
                ..sample.clone()
            };
            if trigger.is_some_and(needs_nothing) {
                let about = format!("{id}, an event of another trigger");
                matched.push(self.hold(about, id, "{}", &other, Expected::NoMatch).await);
            }
            let about = format!("{UNKNOWN_TRIGGER}, which is not a trigger");
            let held = self.hold(about, UNKNOWN_TRIGGER, "{}", sample, Expected::Refusal);
            matched.push(held.await);
        }
        matched
    }

    async fn hold(
        &self,
        about: String,
        trigger: &str,
        input: &str,
        event: &Event,
        expected: Expected,
    ) -> Matched {
        let ended = async {
            self.sandbox(false)
                .await?
                .matches(trigger, input, event)
                .await
        }
        .await;
        Matched {
            about,
            expected,
            ended: ended.map_err(|error| error.to_string()),
        }
    }

    /// Polls the triggers that are not polled: polled ones need a service.
    async fn polled(&self) -> Vec<(String, Ended<EventPage>)> {
        let triggers = self.manifest.triggers.iter();
        let unpolled =
            triggers.filter(|trigger| !trigger.sources.contains(wit::TriggerSources::POLL));
        let mut polled = Vec::new();
        for trigger in unpolled {
            let id = &trigger.id;
            let ended = async { self.sandbox(false).await?.poll(id, "{}", None, 0).await }.await;
            polled.push((id.clone(), ended.map_err(|error| error.to_string())));
        }
        polled
    }
}

/// The header with the signature of a body.
fn signed(signature: &wit::Signature, key: &str, body: &[u8]) -> wit::HttpHeader {
    let signature = Signature::from(signature.clone());
    wit::HttpHeader {
        value: signature.sign(key, body),
        name: signature.header,
    }
}

/// Whether a trigger has no required inputs.
fn needs_nothing(trigger: &wit::Trigger) -> bool {
    let mut inputs = trigger.inputs.iter();
    inputs.all(|input| matches!(input.required, wit::Requirement::Optional))
}

/// Inputs of a trigger, with their kind and expected outcome.
fn inputs(trigger: &wit::Trigger) -> Vec<(String, String, Expected)> {
    let mut inputs = Vec::new();
    if needs_nothing(trigger) {
        inputs.push((
            "without inputs".to_owned(),
            "{}".to_owned(),
            Expected::Match,
        ));
    }
    let unknown = format!(r#"{{"{UNKNOWN_KEY}": 1}}"#);
    inputs.push((
        "with an unknown input".to_owned(),
        unknown,
        Expected::Refusal,
    ));
    for json in odd::NO_OBJECTS {
        inputs.push((
            format!("input {json:?}"),
            json.to_owned(),
            Expected::Refusal,
        ));
    }
    for (about, value) in odd::values() {
        let pairs = trigger
            .inputs
            .iter()
            .filter(|field| !field.name.contains('.'));
        let pairs: Vec<_> = pairs
            .map(|field| format!("{:?}: {value}", field.name))
            .collect();
        let json = format!("{{{}}}", pairs.join(", "));
        inputs.push((format!("{about} everywhere"), json, Expected::Return));
    }
    inputs
}

/// Bodies of deliveries, with their kind.
fn bodies() -> Vec<(String, Vec<u8>)> {
    let plain = format!(r#"{{"id": "{MARKER}", "note": ["{MARKER}"]}}"#);
    let mut bodies = vec![
        ("a JSON object".to_owned(), plain.into_bytes()),
        (
            "bytes that are not UTF-8".to_owned(),
            vec![0xff, 0xfe, 0x00, 0x80],
        ),
    ];
    for json in odd::NO_OBJECTS {
        bodies.push((format!("the body {json:?}"), json.as_bytes().to_vec()));
    }
    for (about, value) in odd::values() {
        bodies.push((
            about.to_owned(),
            format!(r#"{{"data": {value}}}"#).into_bytes(),
        ));
    }
    bodies.push(("256 KiB of text".to_owned(), vec![b'a'; 256 * 1024]));
    bodies
}

impl Events {
    /// The calls that did not return.
    pub fn crashes(&self) -> Vec<Finding> {
        let samples = self.samples.iter();
        let samples = samples.map(|(id, ended)| (format!("sample of {id}"), ended.as_ref().err()));
        let received = self.received.iter();
        let received = received.map(|it| (it.about.clone(), it.ended.as_ref().err()));
        let matched = self.matched.iter();
        let matched = matched.map(|it| (it.about.clone(), it.ended.as_ref().err()));
        let polled = self.polled.iter();
        let polled = polled.map(|(id, ended)| (format!("poll of {id}"), ended.as_ref().err()));
        let all = samples.chain(received).chain(matched).chain(polled);
        all.filter_map(|(about, crash)| Some(format!("{about}: {}", crash?)))
            .collect()
    }
}
