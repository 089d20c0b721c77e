//! The component, with a sandbox for each call.

use std::sync::Arc;

use serde_json::Value;

use connector_host::bindings::types::ActionError;
use connector_host::manifest::{Action, CatalogueQuery};
use connector_host::{
    ConnectorPre, DenyAll, Environment, Manifest, PreviewedRequest, Sandbox, SandboxError,
    Transport, TransportErrorSource,
};

/// A component with its environment and network.
pub struct Component {
    connector: ConnectorPre,
    environment: Environment,
    transport: Arc<dyn Transport>,
}

/// Why there is no result.
#[derive(Debug)]
pub(super) enum CallError {
    /// The action failed: its error, and the host's errors of its requests.
    Action(ActionError, Vec<TransportErrorSource>),
    /// The sandbox failed.
    Sandbox(SandboxError),
}

impl Component {
    /// A component whose sandboxes get these variables and network. `environment` must contain
    /// no secret that an agent may not use.
    pub fn new(
        connector: ConnectorPre,
        environment: Environment,
        transport: Arc<dyn Transport>,
    ) -> Self {
        Self {
            connector,
            environment,
            transport,
        }
    }

    /// The manifest, including the actions of `WORKFLOW_ACTIONS`.
    ///
    /// # Errors
    ///
    /// When the sandbox fails.
    pub async fn manifest(&self) -> Result<Manifest, SandboxError> {
        self.offline().await?.manifest().await
    }

    /// All actions, those of the manifest first.
    ///
    /// # Errors
    ///
    /// When the sandbox fails.
    pub async fn actions(&self) -> Result<Vec<Action>, SandboxError> {
        let ids = self.find(CatalogueQuery::default()).await?;
        self.offline().await?.describe(&ids).await
    }

    /// The ids of the actions that a query selects.
    pub(super) async fn find(&self, query: CatalogueQuery) -> Result<Vec<String>, SandboxError> {
        let found = self.offline().await?.catalogue(query).await?;
        Ok(found.into_iter().map(|action| action.id).collect())
    }

    /// Runs an action.
    pub(super) async fn invoke(&self, action: &str, input: &Value) -> Result<Value, CallError> {
        let sandbox = self
            .connector
            .sandbox(&self.environment, Arc::clone(&self.transport));
        let mut sandbox = sandbox.await?;
        match sandbox.invoke(action, &input.to_string()).await? {
            // The contract says that results are JSON.
            Ok(result) => Ok(serde_json::from_str(&result).unwrap_or(Value::String(result))),
            Err(error) => Err(CallError::Action(error, sandbox.take_transport_errors())),
        }
    }

    /// The first requests of an action.
    pub(super) async fn preview(
        &self,
        action: &str,
        input: &Value,
    ) -> Result<Vec<PreviewedRequest>, CallError> {
        let mut sandbox = self.offline().await?;
        let previewed = sandbox.preview(action, &input.to_string()).await?;
        previewed.map_err(|error| CallError::Action(error, Vec::new()))
    }

    async fn offline(&self) -> Result<Sandbox, SandboxError> {
        let transport = Arc::new(DenyAll);
        self.connector.sandbox(&self.environment, transport).await
    }
}

impl From<SandboxError> for CallError {
    fn from(error: SandboxError) -> Self {
        Self::Sandbox(error)
    }
}
