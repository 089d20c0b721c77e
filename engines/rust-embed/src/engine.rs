//! The engine: runs a workflow's steps by name, and does about each kind of
//! error what it asks for.

use std::time::Duration;

use wasmtime::Result;

use crate::sandbox::contract::exports::workflow::plugin::plugin::{
    ConnectorManifest, Effect, HttpRequest,
};
use crate::sandbox::contract::exports::workflow::plugin::types::ActionError;
use crate::sandbox::{Grant, Plugin};

/// How often a step is tried in all.
const ATTEMPTS: u32 = 3;

/// The wait before the second attempt where the failure names none, doubled
/// before each further one.
const BACKOFF: Duration = Duration::from_millis(100);

/// An engine of one connector.
pub struct Engine {
    /// The connector, for typed calls.
    pub plugin: Plugin,
    /// What it says about itself.
    pub manifest: ConnectorManifest,
}

impl Engine {
    /// Loads a connector and asks what it offers.
    pub async fn load(path: &str) -> Result<Self> {
        let plugin = Plugin::load(path)?;
        let nothing = Grant::default();
        let manifest = plugin.call(&nothing, async |connector, store| {
            let plugin = connector.workflow_plugin_plugin();
            plugin.call_manifest(store).await
        });
        let manifest = manifest.await?;
        Ok(Self { plugin, manifest })
    }

    /// What an action would send, for the person who fills in its form.
    pub async fn preview(
        &self,
        grant: &Grant,
        action: &str,
        input: &str,
    ) -> Result<Vec<HttpRequest>> {
        let input = input.to_owned();
        let previewed = self.plugin.call(grant, async |connector, store| {
            let plugin = connector.workflow_plugin_plugin();
            plugin.call_preview(store, action, &input).await
        });
        Ok(previewed.await??)
    }

    /// Runs one step until there is nothing left to do about it.
    pub async fn run(&self, step: &str, grant: &Grant, action: &str, input: &str) {
        let mut backoff = BACKOFF;
        for attempt in 1..=ATTEMPTS {
            let wait = match self.invoke(grant, action, input).await {
                Ok(json) => return println!("{step}: done, {json:.84}…"),
                // For a person: the message has the field and the way out. One
                // of these is `outcome-unknown`, a write that may have happened.
                Err(ActionError::Permanent(failure)) => {
                    return println!("{step}: permanent, {}", failure.message);
                }
                Err(ActionError::Retryable(failure)) => {
                    println!("{step}: attempt {attempt}, {}", failure.message);
                    let asked = failure.retry_after_ms.map(Duration::from_millis);
                    asked.unwrap_or(backoff)
                }
                // What the sandbox sent before it broke off is not known: only
                // what does no harm is done again.
                Err(ActionError::ExecutionFailed) if self.harmless(action) => backoff,
                Err(ActionError::ExecutionFailed) => {
                    return println!("{step}: broke off, look whether it was done");
                }
            };
            // A durable engine writes down here when to go on.
            tokio::time::sleep(wait).await;
            backoff *= 2;
        }
        println!("{step}: given up");
    }

    /// Invokes an action once. A sandbox that breaks off is the engine's own
    /// failure, for which the contract has a case.
    async fn invoke(
        &self,
        grant: &Grant,
        action: &str,
        input: &str,
    ) -> Result<String, ActionError> {
        let input = input.to_owned();
        let called = self.plugin.call(grant, async |connector, store| {
            let plugin = connector.workflow_plugin_plugin();
            plugin.call_invoke(store, action, &input).await
        });
        called.await.unwrap_or_else(|error| {
            eprintln!("{action}: {error:#}");
            Err(ActionError::ExecutionFailed)
        })
    }

    /// Whether the manifest says that repeating the action does no harm.
    fn harmless(&self, action: &str) -> bool {
        let mut actions = self.manifest.actions.iter();
        actions.any(|known| known.id == action && known.effect != Effect::WriteOnce)
    }
}
