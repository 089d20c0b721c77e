//! Tries one input of an action: previews and calls, each in its own sandbox.

use std::sync::Arc;

use connector_host::bindings::plugin as wit;
use connector_host::{ConnectorPre, Environment};

use super::environment::CONTEXT;
use super::facts::{Call, Facts, Probe};
use super::input::{Input, Kind};
use super::odd;
use super::script::{Script, Scripted};

/// Data for trying one input.
pub struct Trial {
    connector: ConnectorPre,
    odd: Arc<str>,
    set: Environment,
    bare: Environment,
}

impl Trial {
    /// A trial of this action with these variables.
    pub fn new(connector: &ConnectorPre, facts: &Facts, action: &str, set: Environment) -> Self {
        let outputs = facts.action(action).map(|action| action.outputs.as_slice());
        let secret = facts.manifest.variables.iter();
        let secret = secret.filter(|variable| variable.secret);
        let mut bare = set.clone();
        bare.retain(|name, _| !secret.clone().any(|variable| variable.name == *name));
        Self {
            connector: connector.clone(),
            odd: Arc::from(odd::response(outputs.unwrap_or_default())),
            set,
            bare,
        }
    }

    /// Sets the workflow context of an input, unless one is set.
    pub fn with_context(mut self, input: &Input) -> Self {
        if let Some(context) = &input.context {
            for environment in [&mut self.set, &mut self.bare] {
                let context = || context.clone();
                environment
                    .entry(CONTEXT.to_owned())
                    .or_insert_with(context);
            }
        }
        self
    }

    /// The preview of an input.
    pub async fn previewed(&self, input: &Input) -> Call<Vec<wit::HttpRequest>> {
        self.preview(&self.set, input).await
    }

    /// Previews and calls an input.
    pub async fn probe(self, input: Input) -> Probe {
        let this = self.with_context(&input);
        this.tried(input).await
    }

    async fn tried(&self, input: Input) -> Probe {
        let scripts: &[Script] = match input.kind {
            Kind::Example(_) | Kind::Full => &Script::ALL,
            _ => &[Script::Empty],
        };
        let mut invokes = Vec::new();
        for script in scripts {
            invokes.push((*script, self.invoke(*script, &input).await));
        }
        let bare = match input.kind {
            Kind::Example(_) | Kind::Optional(_) | Kind::Full => {
                Some(self.preview(&self.bare, &input).await)
            }
            _ => None,
        };
        Probe {
            preview: self.preview(&self.set, &input).await,
            bare,
            invokes,
            input,
        }
    }

    async fn preview(&self, set: &Environment, input: &Input) -> Call<Vec<wit::HttpRequest>> {
        let service = Scripted::new(Script::Empty, &self.odd);
        let transport = Arc::new(service.clone());
        let ended = async {
            let mut sandbox = self.connector.sandbox(set, transport).await?;
            sandbox.preview(&input.action, &input.json).await
        };
        let ended = ended.await.map_err(|error| error.to_string());
        Call {
            sent: service.sent(),
            ended,
        }
    }

    async fn invoke(&self, script: Script, input: &Input) -> Call<String> {
        let service = Scripted::new(script, &self.odd);
        let transport = Arc::new(service.clone());
        let ended = async {
            let mut sandbox = self.connector.sandbox(&self.set, transport).await?;
            sandbox.invoke(&input.action, &input.json).await
        };
        let ended = ended.await.map_err(|error| error.to_string());
        Call {
            sent: service.sent(),
            ended,
        }
    }
}
