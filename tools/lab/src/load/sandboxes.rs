//! Callers that run an action of the component, in a fresh or reused sandbox.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::{Caller, Work};
use connector_host::bindings::types::ActionError;
use connector_host::{
    ConnectorPre, Environment, Session, Transport, TransportErrorSource, explain,
};

/// Makes callers that run one action of a component.
#[derive(Clone)]
pub struct Sandboxes {
    plugin: ConnectorPre,
    environment: Environment,
    transport: Arc<dyn Transport>,
    work: Work,
    /// The number of calls in each sandbox.
    uses: NonZeroU32,
    most_alive: Arc<AtomicUsize>,
}

impl Sandboxes {
    /// Callers of `plugin`, with this many calls in each sandbox.
    pub fn new(
        plugin: ConnectorPre,
        environment: Environment,
        transport: Arc<dyn Transport>,
        work: Work,
        uses: NonZeroU32,
    ) -> Self {
        Self {
            plugin,
            environment,
            transport,
            work,
            uses,
            most_alive: Arc::default(),
        }
    }

    /// Maximum number of live sandboxes, at the start of a call.
    pub fn most_alive(&self) -> usize {
        self.most_alive.load(Ordering::Relaxed)
    }

    /// A caller with its own session.
    pub fn caller(&self) -> SandboxCaller {
        SandboxCaller {
            session: Session::new(&self.plugin, self.uses),
            sandboxes: self.clone(),
        }
    }
}

/// Makes calls in sandboxes, one after the other.
pub struct SandboxCaller {
    sandboxes: Sandboxes,
    session: Session,
}

impl Caller for SandboxCaller {
    async fn call(&mut self) -> Result<(), String> {
        let Sandboxes {
            plugin,
            environment,
            transport,
            work,
            most_alive,
            ..
        } = &self.sandboxes;
        let sandbox = self.session.sandbox(environment, Arc::clone(transport));
        let sandbox = sandbox.await.map_err(|error| error.to_string())?;
        most_alive.fetch_max(plugin.alive(), Ordering::Relaxed);
        match sandbox.invoke(work.action(), work.input()).await {
            Err(error) => Err(error.to_string()),
            Ok(Err(error)) => Err(described(&error, &sandbox.take_transport_errors())),
            Ok(Ok(_)) => Ok(()),
        }
    }
}

/// The error, with the transport's error and without the hint.
fn described(error: &ActionError, causes: &[TransportErrorSource]) -> String {
    let explained = explain(error);
    let what = explained.lines().next().unwrap_or_default();
    match causes.last() {
        Some(cause) => format!("{what} ({cause})"),
        None => what.to_owned(),
    }
}
