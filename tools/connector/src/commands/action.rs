//! The arguments of the commands that are about one action: which, its input,
//! and on whose behalf.

use std::sync::Arc;

use clap::Args;
use secrecy::SecretString;

use super::CommandError;
use super::host::{Host, HostArguments};
use crate::connections::Name;
use connector_host::{ConnectorPre, DenyAll, Environment, Manifest, Sandbox, Transport};
use host_test::arguments::Input;

/// Which action, with what.
#[derive(Debug, Args)]
pub struct ActionArguments {
    /// The action's id, such as create-contact; `host-test inspect` lists them
    action: String,
    #[command(flatten)]
    run: RunArguments,
}

/// What an action is run with.
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
    /// The access token, of which the environment has only a placeholder.
    pub token: Option<SecretString>,
    pub action: String,
    pub input: String,
}

impl Opened {
    /// A sandbox for one action, with the way out behind it.
    pub(super) async fn sandbox(&self) -> Result<Sandbox, CommandError> {
        self.sandbox_with(Arc::clone(&self.transport)).await
    }

    /// A sandbox for what sends nothing.
    pub(super) async fn offline_sandbox(&self) -> Result<Sandbox, CommandError> {
        self.sandbox_with(Arc::new(DenyAll)).await
    }

    /// The same with another transport, which may pass on to that way out.
    pub(super) async fn sandbox_with(
        &self,
        transport: Arc<dyn Transport>,
    ) -> Result<Sandbox, CommandError> {
        Ok(self.connector.sandbox(&self.environment, transport).await?)
    }
}

impl ActionArguments {
    /// Reads the input, and gets the component ready.
    pub(super) async fn open(self) -> Result<Opened, CommandError> {
        self.run.open(self.action).await
    }
}

impl RunArguments {
    /// The component alone, for what needs no action.
    pub(super) fn connector(&self) -> Result<ConnectorPre, CommandError> {
        self.host.connector()
    }

    /// Reads the input, and gets the component ready to run `action`.
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
