//! A component with everything around it: its environment, and where its
//! requests may go.

use std::str::FromStr;
use std::sync::Arc;

use clap::Args;
use secrecy::ExposeSecret;
use serde_json::Value;

use super::{CommandError, ComponentArguments, EgressArguments, blocking, manifest_of};
use crate::connections::{Connection, ConnectionId, Name, Store};
use crate::host::bindings::types::ActionError;
use crate::host::egress::EgressError;
use crate::host::{Environment, Manifest, Plugin, Transport};

/// What a component is run with.
#[derive(Debug, Args)]
pub struct HostArguments {
    /// Set a variable of the component's environment; may be repeated
    #[arg(long, value_name = "NAME=VALUE")]
    env: Vec<Variable>,
    #[command(flatten)]
    egress: EgressArguments,
    #[command(flatten)]
    component: ComponentArguments,
}

/// A component that is ready to run.
pub(super) struct Host {
    pub manifest: Manifest,
    pub plugin: Plugin,
    /// The variables as they were given, secrets among them. A sandbox gets
    /// those of [`Host::way_out`].
    pub environment: Environment,
    egress: EgressArguments,
}

/// How an action failed, and what the host knows beyond what the component was
/// told.
pub(super) struct ActionEnded {
    pub error: ActionError,
    pub known: Vec<EgressError>,
}

impl HostArguments {
    /// The component alone, for what needs neither environment nor network.
    pub(super) fn plugin(&self) -> Result<Plugin, CommandError> {
        self.component.plugin()
    }

    /// Gets the component ready.
    pub(super) async fn open(self) -> Result<Host, CommandError> {
        let plugin = self.component.plugin()?;
        let manifest = manifest_of(&plugin).await?;
        Ok(Host {
            environment: environment(&manifest, self.env),
            manifest,
            plugin,
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
        let stored = blocking(move || Store::open()?.load(&wanted)).await??;
        let Some(Connection { token, variables }) = stored else {
            return match is_chosen {
                true => Err(CommandError::NoConnection(id)),
                false => Ok(()),
            };
        };
        let token = token.expose_secret().to_owned();
        self.environment.insert(secret.to_owned(), token);
        for (name, value) in variables {
            self.environment.entry(name).or_insert(value);
        }
        Ok(())
    }

    /// What a sandbox may see of `environment`, which keeps a placeholder for
    /// the access token, and the way out that puts the token in.
    pub(super) fn way_out(
        &self,
        environment: &Environment,
    ) -> Result<(Environment, Arc<dyn Transport>), CommandError> {
        let mut environment = environment.clone();
        let transport = self.egress.open(&self.manifest, &mut environment)?;
        Ok((environment, transport))
    }

    /// Runs an action by its id, in a sandbox of its own.
    pub(super) async fn invoke(
        &self,
        environment: &Environment,
        action: &str,
        input: &Value,
    ) -> Result<Result<Value, ActionEnded>, CommandError> {
        let (environment, transport) = self.way_out(environment)?;
        let mut sandbox = self.plugin.sandbox(&environment, transport).await?;
        match sandbox.invoke(action, &input.to_string()).await? {
            Ok(result) => Ok(Ok(serde_json::from_str(&result).unwrap_or_default())),
            Err(error) => Ok(Err(ActionEnded {
                error,
                known: sandbox.take_egress_errors(),
            })),
        }
    }
}

/// `NAME=VALUE`. Its value may be a secret, so neither has a `Debug` text.
#[derive(Clone)]
struct Variable {
    name: String,
    value: String,
}

impl std::fmt::Debug for Variable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}=…", self.name)
    }
}

impl FromStr for Variable {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.split_once('=') {
            Some((name, value)) if !name.is_empty() => Ok(Self {
                name: name.to_owned(),
                value: value.to_owned(),
            }),
            _ => Err("give NAME=VALUE, such as INTERCOM_REGION=eu"),
        }
    }
}

/// What the component may see of our own environment, the variables that its
/// manifest names, and those given.
fn environment(manifest: &Manifest, given: Vec<Variable>) -> Environment {
    let own = manifest.variables.iter().filter_map(|variable| {
        let value = std::env::var(&variable.name).ok()?;
        Some((variable.name.clone(), value))
    });
    own.chain(
        given
            .into_iter()
            .map(|variable| (variable.name, variable.value)),
    )
    .collect()
}
