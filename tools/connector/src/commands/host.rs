//! A component with its environment and its egress.

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use secrecy::ExposeSecret;
use serde_json::Value;

use super::egress::EgressArguments;
use super::{CommandError, blocking};
use crate::connections::{ConnectionId, Name, Store};
use connector_egress::Origin;
use connector_host::bindings::types::ActionError;
use connector_host::manifest::Action;
use connector_host::{ConnectorPre, Environment, Manifest, Transport, TransportErrorSource};
use host_test::arguments::{ComponentArguments, EnvironmentArguments};

/// How to run a component.
#[derive(Debug, Args)]
pub struct HostArguments {
    #[command(flatten)]
    environment: EnvironmentArguments,
    #[command(flatten)]
    egress: EgressArguments,
    #[command(flatten)]
    component: ComponentArguments,
}

/// A component that is ready to run.
pub(super) struct Host {
    pub manifest: Manifest,
    pub connector: ConnectorPre,
    /// The variables as given, including secrets. Sandboxes get those of [`Host::way_out`].
    pub environment: Environment,
    /// The variables of --env.
    given: EnvironmentArguments,
    /// Where a stored connection's token may be sent; `None` for other tokens, which may go
    /// wherever the policy allows.
    origins: Option<Vec<Origin>>,
    egress: EgressArguments,
}

/// How an action failed, with what the host knows in addition to the component.
pub(super) struct ActionEnded {
    pub error: ActionError,
    pub causes: Vec<TransportErrorSource>,
}

impl HostArguments {
    /// The component's file, built if needed.
    pub(super) fn component(&self) -> Result<PathBuf, CommandError> {
        Ok(self.component.path()?)
    }

    /// The component alone, without environment and network.
    pub(super) fn connector(&self) -> Result<ConnectorPre, CommandError> {
        Ok(self.component.connector()?)
    }

    /// Prepares the component.
    pub(super) async fn open(self) -> Result<Host, CommandError> {
        let connector = self.component.connector()?;
        let manifest = connector.manifest().await?;
        Ok(Host {
            environment: self.environment.read(&manifest)?,
            given: self.environment,
            origins: None,
            manifest,
            connector,
            egress: self.egress,
        })
    }
}

impl Host {
    /// The id of this component's connection with that name.
    pub(super) fn connection(&self, name: &Name) -> Result<ConnectionId, CommandError> {
        Ok(ConnectionId {
            connector: self.manifest.name.parse()?,
            name: name.clone(),
        })
    }

    /// Adds a stored connection to the environment: the chosen one, or without a token the one
    /// named default. Variables that are set keep their values, except for the token if a
    /// connection was chosen.
    pub(super) async fn connect(&mut self, chosen: Option<Name>) -> Result<(), CommandError> {
        let Some(secret) = self.manifest.secret() else {
            return Ok(());
        };
        let given = self.environment.get(secret);
        if chosen.is_none() && given.is_some_and(|token| !token.is_empty()) {
            return Ok(());
        }
        let (name, is_chosen) = match chosen {
            Some(name) => (name, true),
            None => (Name::default(), false),
        };
        let id = self.connection(&name)?;
        let wanted = id.clone();
        let store = blocking(Store::open).await??;
        let place = store.to_string();
        let stored = blocking(move || store.load(&wanted)).await??;
        let Some(stored) = stored else {
            return match is_chosen {
                true => Err(CommandError::NoConnection { id, place }),
                false => Ok(()),
            };
        };
        let token = stored.token.expose_secret().to_owned();
        self.environment.insert(secret.to_owned(), token);
        self.origins = Some(stored.origins);
        for (name, value) in stored.variables {
            // A connection that was chosen by name knows its workspace's location better than
            // the environment.
            if is_chosen && !self.given.has(&name) {
                self.environment.insert(name, value);
            } else {
                self.environment.entry(name).or_insert(value);
            }
        }
        Ok(())
    }

    /// The part of `environment` that an action's sandbox may see, with a placeholder for the
    /// access token, and the egress that replaces the placeholder.
    pub(super) fn way_out(
        &self,
        environment: &Environment,
        action: &str,
    ) -> Result<(Environment, Arc<dyn Transport>), CommandError> {
        let mut environment = environment.clone();
        environment.retain(|name, _| !is_for_others(&self.manifest, name, action));
        let transport = self
            .egress
            .open(&self.manifest, &mut environment, self.origins.clone())?;
        Ok((environment, transport))
    }

    /// Runs an action by its id, in its own sandbox.
    pub(super) async fn invoke(
        &self,
        environment: &Environment,
        action: &str,
        input: &Value,
    ) -> Result<Result<Value, ActionEnded>, CommandError> {
        let (environment, transport) = self.way_out(environment, action)?;
        let mut sandbox = self.connector.sandbox(&environment, transport).await?;
        match sandbox.invoke(action, &input.to_string()).await? {
            Ok(result) => Ok(Ok(serde_json::from_str(&result).unwrap_or_default())),
            Err(error) => Ok(Err(ActionEnded {
                error,
                causes: sandbox.take_transport_errors(),
            })),
        }
    }
}

/// Whether a variable is a secret that other actions need, and this one does not. An action that
/// is not in the manifest needs only the token.
fn is_for_others(manifest: &Manifest, variable: &str, action: &str) -> bool {
    let mut variables = manifest.variables.iter();
    let is_secret = variables.any(|known| known.secret && known.name == variable);
    let needs = |action: &Action| action.variables.iter().any(|name| name == variable);
    let needed = match manifest.action(action) {
        Some(action) => needs(action),
        None => manifest.secret() == Some(variable),
    };
    is_secret && !needed && manifest.actions.iter().any(needs)
}
