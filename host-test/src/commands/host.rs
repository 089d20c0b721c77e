//! A component with everything around it: its environment, and where its
//! requests may go.

use std::collections::BTreeSet;
use std::str::FromStr;
use std::sync::Arc;

use clap::Args;
use secrecy::ExposeSecret;
use serde_json::Value;

use super::{CommandError, ComponentArguments, EgressArguments, blocking, manifest_of};
use crate::connections::{ConnectionId, Name, Store};
use crate::host::bindings::types::ActionError;
use crate::host::egress::{EgressError, Origin};
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

/// The one action that needs the app's own secret.
const EXCHANGE: &str = "exchange-code";

/// How the variable of that secret ends.
const CLIENT_SECRET: &str = "_CLIENT_SECRET";

/// A component that is ready to run.
pub(super) struct Host {
    pub manifest: Manifest,
    pub plugin: Plugin,
    /// The variables as they were given, secrets among them. A sandbox gets
    /// those of [`Host::way_out`].
    pub environment: Environment,
    /// Which of them were given by --env.
    given: BTreeSet<String>,
    /// Where the token of a stored connection may be sent; any place that the
    /// policy lets out, where the token is not of one.
    origins: Option<Vec<Origin>>,
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
        let given = self.env.iter().map(|variable| variable.name.clone());
        Ok(Host {
            given: given.collect(),
            origins: None,
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
            if is_chosen && !self.given.contains(&name) {
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
        if action != EXCHANGE {
            environment.retain(|name, _| !name.ends_with(CLIENT_SECRET));
        }
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

/// What the component gets of our own environment, and the variables given. Its
/// manifest alone decides nothing: it may ask for its own variables, which begin
/// with its name, and for the workflow's context, but not for ours.
fn environment(manifest: &Manifest, given: Vec<Variable>) -> Environment {
    let own = manifest.variables.iter().filter_map(|variable| {
        let value = std::env::var(&variable.name).ok()?;
        is_its_own(manifest, &variable.name).then(|| (variable.name.clone(), value))
    });
    own.chain(
        given
            .into_iter()
            .map(|variable| (variable.name, variable.value)),
    )
    .collect()
}

/// The variable that every connector may read.
const CONTEXT: &str = "WORKFLOW_CONTEXT";

/// Whether a variable is this connector's by its name, as `INTERCOM_REGION` is
/// that of `intercom`.
fn is_its_own(manifest: &Manifest, variable: &str) -> bool {
    let prefix = format!("{}_", manifest.name.to_ascii_uppercase().replace('-', "_"));
    variable == CONTEXT || variable.starts_with(&prefix)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_connector_s_variables_begin_with_its_name() {
        let manifest = |name: &str| Manifest {
            name: name.to_owned(),
            title: String::new(),
            version: String::new(),
            api_version: String::new(),
            summary: String::new(),
            hosts: Vec::new(),
            variables: Vec::new(),
            actions: Vec::new(),
        };
        for (name, variable, expected) in [
            ("intercom", "INTERCOM_ACCESS_TOKEN", true),
            ("intercom", "WORKFLOW_CONTEXT", true),
            ("intercom", "INTERCOMX", false),
            ("intercom", "GITHUB_TOKEN", false),
            ("hostile", "INTERCOM_ACCESS_TOKEN", false),
            ("two-words", "TWO_WORDS_TOKEN", true),
            ("", "PATH", false),
        ] {
            let found = is_its_own(&manifest(name), variable);
            assert_eq!(found, expected, "{name} {variable}");
        }
    }
}
