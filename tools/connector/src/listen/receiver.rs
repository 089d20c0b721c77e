//! Reads deliveries with the component, a fresh sandbox for each.

use std::sync::Arc;

use connector_host::bindings::triggers::{Delivery, Event, HttpReply, Meaning};
use connector_host::bindings::types::ActionError;
use connector_host::{ConnectorPre, DenyAll, Environment, Sandbox, SandboxError, explain};

/// Why nothing can be received.
#[derive(Debug, thiserror::Error)]
pub enum ReceiverError {
    /// The component has no triggers.
    #[error("this connector has no triggers; only connectors with triggers can listen")]
    NoTriggers,
    /// It refuses to read any delivery, or the inputs.
    #[error("{0}")]
    Refused(String),
    /// The sandbox failed.
    #[error(transparent)]
    Sandbox(#[from] SandboxError),
}

/// Reads deliveries.
pub struct Receiver {
    connector: ConnectorPre,
    environment: Environment,
    /// The triggers whose events are wanted; all if empty.
    triggers: Vec<String>,
    /// The inputs that events are held against, a JSON object.
    input: String,
}

/// What came of a delivery.
#[derive(Debug)]
pub struct Received {
    /// The reply to send.
    pub reply: HttpReply,
    /// The events that are wanted.
    pub events: Vec<Event>,
    /// What else to tell, such as why it was refused.
    pub note: Option<String>,
}

impl Receiver {
    /// A receiver of the events of these triggers (all if there are none) that match an
    /// input. Of the environment the component gets all: give it no access token.
    ///
    /// # Errors
    ///
    /// When the component has no triggers or no signing key, or refuses the input for one
    /// of the triggers.
    pub async fn new(
        connector: ConnectorPre,
        environment: Environment,
        triggers: Vec<String>,
        input: String,
    ) -> Result<Self, ReceiverError> {
        if !connector.has_triggers() {
            return Err(ReceiverError::NoTriggers);
        }
        let receiver = Self {
            connector,
            environment,
            triggers,
            input,
        };
        receiver.check().await?;
        Ok(receiver)
    }

    /// Tries what every delivery will need.
    async fn check(&self) -> Result<(), ReceiverError> {
        let refused = |error: ActionError| ReceiverError::Refused(explain(&error));
        let mut sandbox = self.sandbox().await?;
        sandbox.receive(&unsigned()).await?.map_err(refused)?;
        for trigger in &self.triggers {
            let sample = sandbox.sample(trigger).await?.map_err(refused)?;
            let matched = sandbox.matches(trigger, &self.input, &sample).await?;
            matched.map_err(refused)?;
        }
        Ok(())
    }

    async fn sandbox(&self) -> Result<Sandbox, SandboxError> {
        let transport = Arc::new(DenyAll);
        self.connector.sandbox(&self.environment, transport).await
    }

    /// Reads a delivery. One that can't be read is the component's or the configuration's
    /// fault, and the reply has the service send it again.
    pub async fn receive(&self, delivery: &Delivery) -> Received {
        match self.read(delivery).await {
            Ok(received) => received,
            Err(error) => Received {
                reply: HttpReply {
                    status: 500,
                    headers: Vec::new(),
                    body: String::new(),
                },
                events: Vec::new(),
                note: Some(error.to_string()),
            },
        }
    }

    async fn read(&self, delivery: &Delivery) -> Result<Received, ReceiverError> {
        let refused = |error: ActionError| ReceiverError::Refused(explain(&error));
        let mut sandbox = self.sandbox().await?;
        let outcome = sandbox.receive(delivery).await?.map_err(refused)?;
        let (events, note) = match outcome.meaning {
            Meaning::Events(events) => (events, None),
            Meaning::Check => (Vec::new(), Some("checked: the address works".to_owned())),
            Meaning::Uninstalled(scope) => {
                let scope = scope.unwrap_or_else(|| "a workspace".to_owned());
                (
                    Vec::new(),
                    Some(format!("uninstalled: the app was removed from {scope}")),
                )
            }
            Meaning::Refused(refusal) => {
                (Vec::new(), Some(format!("refused: {}", refusal.message)))
            }
        };
        let mut wanted = Vec::new();
        for event in events {
            if self.is_wanted(&mut sandbox, &event).await? {
                wanted.push(event);
            }
        }
        Ok(Received {
            reply: outcome.reply,
            events: wanted,
            note,
        })
    }

    async fn is_wanted(&self, sandbox: &mut Sandbox, event: &Event) -> Result<bool, ReceiverError> {
        if !self.triggers.is_empty() && !self.triggers.contains(&event.trigger) {
            return Ok(false);
        }
        let matched = sandbox.matches(&event.trigger, &self.input, event).await?;
        matched.map_err(|error| ReceiverError::Refused(explain(&error)))
    }
}

/// A delivery that no connector accepts, and that needs all that others need.
fn unsigned() -> Delivery {
    Delivery {
        method: "POST".to_owned(),
        query: String::new(),
        headers: Vec::new(),
        body: b"{}".to_vec(),
        verified: false,
        received_at_ms: None,
    }
}
