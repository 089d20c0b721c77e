//! Asks a component what it offers, in the contract's own types: what is no JSON in
//! them, say, is still seen.

use std::fmt::Display;
use std::sync::Arc;
use std::time::Duration;

use connector_host::bindings::{Connector, plugin as wit};
use connector_host::{ConnectorPre, Environment, Sandbox};

use super::clause::Finding;
use super::script::{Script, Scripted, Sent};

/// How long a description may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// A sandbox that is asked for descriptions, and its service.
pub struct Asked {
    sandbox: Sandbox,
    service: Scripted,
}

impl Asked {
    /// A sandbox with these variables.
    ///
    /// # Errors
    ///
    /// When it can't be made.
    pub async fn new(connector: &ConnectorPre, environment: &Environment) -> Result<Self, Finding> {
        let service = Scripted::new(Script::Empty, &Arc::from("{}"));
        let transport = Arc::new(service.clone());
        let sandbox = connector.sandbox(environment, transport).await;
        let sandbox = sandbox.map_err(|error| error.to_string())?;
        Ok(Self { sandbox, service })
    }

    /// The requests that it sent so far.
    pub fn sent(&self) -> Vec<Sent> {
        self.service.sent()
    }

    /// The manifest.
    ///
    /// # Errors
    ///
    /// When the call does not return.
    pub async fn manifest(&mut self) -> Result<wit::ConnectorManifest, Finding> {
        let (instance, store) = self.sandbox.parts();
        let exports = Connector::new(&mut *store, &instance).map_err(|error| error.to_string())?;
        let call = exports.workflow_plugin_plugin().call_manifest(store);
        returned("manifest", call).await
    }

    /// The actions that a query selects.
    ///
    /// # Errors
    ///
    /// When the call does not return.
    pub async fn catalogue(
        &mut self,
        query: &wit::CatalogueQuery,
    ) -> Result<Vec<wit::ActionSummary>, Finding> {
        let (instance, store) = self.sandbox.parts();
        let exports = Connector::new(&mut *store, &instance).map_err(|error| error.to_string())?;
        let call = exports
            .workflow_plugin_plugin()
            .call_catalogue(store, query);
        returned("catalogue", call).await
    }

    /// The actions with these ids.
    ///
    /// # Errors
    ///
    /// When the call does not return.
    pub async fn describe(&mut self, ids: &[String]) -> Result<Vec<wit::Action>, Finding> {
        let (instance, store) = self.sandbox.parts();
        let exports = Connector::new(&mut *store, &instance).map_err(|error| error.to_string())?;
        let call = exports.workflow_plugin_plugin().call_describe(store, ids);
        returned("describe", call).await
    }
}

/// What a call returned.
async fn returned<T, E: Display>(
    name: &str,
    call: impl Future<Output = Result<T, E>>,
) -> Result<T, Finding> {
    match tokio::time::timeout(PATIENCE, call).await {
        Ok(Ok(returned)) => Ok(returned),
        Ok(Err(error)) => Err(format!("{name}: did not return: {error:#}")),
        Err(_) => Err(format!("{name}: did not return within {PATIENCE:?}")),
    }
}
