//! Arguments of the commands that run one action: the action, its input, and the connection.

use std::sync::Arc;

use clap::Args;
use secrecy::SecretString;

use super::CommandError;
use super::host::{Host, HostArguments};
use crate::connections::Name;
use connector_host::{ConnectorPre, DenyAll, Environment, Manifest, Sandbox, Transport};
use host_test::arguments::Input;

/// Which action to run, and its arguments.
#[derive(Debug, Args)]
pub struct ActionArguments {
    /// The action's id, such as create-contact; `host-test inspect` lists them
    action: String,
    #[command(flatten)]
    run: RunArguments,
}

/// The arguments of an action.
#[derive(Debug, Args)]
pub struct RunArguments {
    /// The action's input: JSON, @FILE to read it from a file, - to read it
    /// from standard input
    #[arg(long, value_name = "JSON|@FILE|-", default_value = "{}")]
    input: Input,
    /// Use this connection of `connector connect`; without it, and without a
    /// token in the environment, the one named default
    #[arg(long, value_name = "NAME")]
    connection: Option<Name>,
    #[command(flatten)]
    host: HostArguments,
}

/// An action that is ready to run.
pub(super) struct Opened {
    pub manifest: Manifest,
    pub connector: ConnectorPre,
    pub environment: Environment,
    pub transport: Arc<dyn Transport>,
    /// The access token; the environment contains only a placeholder for it.
    pub token: Option<SecretString>,
    pub action: String,
    pub input: String,
}

impl Opened {
    /// A sandbox for one action, with its egress.
    pub(super) async fn sandbox(&self) -> Result<Sandbox, CommandError> {
        self.sandbox_with(Arc::clone(&self.transport)).await
    }

    /// A sandbox for calls that send nothing.
    pub(super) async fn offline_sandbox(&self) -> Result<Sandbox, CommandError> {
        self.sandbox_with(Arc::new(DenyAll)).await
    }

    /// Like `sandbox`, with another transport, which may forward to the egress.
    pub(super) async fn sandbox_with(
        &self,
        transport: Arc<dyn Transport>,
    ) -> Result<Sandbox, CommandError> {
        Ok(self.connector.sandbox(&self.environment, transport).await?)
    }
}

impl ActionArguments {
    /// Reads the input and prepares the component.
    pub(super) async fn open(self) -> Result<Opened, CommandError> {
        self.run.open(self.action).await
    }
}

impl RunArguments {
    /// The component alone, for commands without an action.
    pub(super) fn connector(&self) -> Result<ConnectorPre, CommandError> {
        self.host.connector()
    }

    /// Reads the input and prepares the component to run `action`.
    pub(super) async fn open(self, action: String) -> Result<Opened, CommandError> {
        let input = self.input.read()?;
        let mut host = self.host.open().await?;
        host.connect(self.connection).await?;
        let (environment, transport) = host.way_out(&host.environment, &action)?;
        let Host {
            manifest,
            connector,
            environment: mut given,
            ..
        } = host;
        let token = manifest.secret().and_then(|name| given.remove(name));
        Ok(Opened {
            token: token.map(SecretString::from),
            manifest,
            connector,
            environment,
            transport,
            action,
            input,
        })
    }
}
