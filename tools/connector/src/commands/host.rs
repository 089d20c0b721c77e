//! A component with everything around it: its environment, and where its
//! requests may go.

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

/// What a component is run with.
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
    /// The variables as they were given, secrets among them. A sandbox gets
    /// those of [`Host::way_out`].
    pub environment: Environment,
    /// What was given by --env.
    given: EnvironmentArguments,
    /// Where the token of a stored connection may be sent; any place that the
    /// policy lets out, where the token is not of one.
    origins: Option<Vec<Origin>>,
    egress: EgressArguments,
}

/// How an action failed, and what the host knows beyond what the component was
/// told.
pub(super) struct ActionEnded {
    pub error: ActionError,
    pub causes: Vec<TransportErrorSource>,
}

impl HostArguments {
    /// The component's file, built if need be.
    pub(super) fn component(&self) -> Result<PathBuf, CommandError> {
        Ok(self.component.path()?)
    }

    /// The component alone, for what needs neither environment nor network.
    pub(super) fn connector(&self) -> Result<ConnectorPre, CommandError> {
        Ok(self.component.connector()?)
    }

    /// Gets the component ready.
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
    /// The id of this component's connection of that name.
    pub(super) fn connection(&self, name: &Name) -> Result<ConnectionId, CommandError> {
        Ok(ConnectionId {
            connector: self.manifest.name.parse()?,
            name: name.clone(),
        })
    }

    /// Completes the environment with a stored connection: the chosen one, else
    /// the one named default where there is no token yet. What is set already
    /// stays, but for the token of a chosen connection.
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
            // A connection that was asked for by name knows its place better
            // than our own environment does.
            if is_chosen && !self.given.has(&name) {
                self.environment.insert(name, value);
            } else {
                self.environment.entry(name).or_insert(value);
            }
        }
        Ok(())
    }

    /// What the sandbox of an action may see of `environment`, which keeps a
    /// placeholder for the access token, and the way out that puts the token in.
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

    /// Runs an action by its id, in a sandbox of its own.
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

/// Whether a variable is a secret that other actions need, and this one does not. An
/// action that the manifest does not list needs the token alone.
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
