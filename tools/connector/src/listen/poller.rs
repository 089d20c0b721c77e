//! Polls a trigger, a fresh sandbox for each poll, and keeps its cursor in a file.
//!
//! The cursor is kept once the events are: where the program ends in between, the next
//! poll returns them again, by the same ids.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use connector_host::bindings::triggers::{Event, EventPage};
use connector_host::bindings::types::ActionError;
use connector_host::{
    ConnectorPre, Environment, SandboxError, Transport, TransportErrorSource, atomic, explain,
};

use super::clock::now_ms;

/// Why a poll failed.
#[derive(Debug, thiserror::Error)]
pub enum PollerError {
    /// The component has no triggers, or the sandbox failed.
    #[error(transparent)]
    Sandbox(#[from] SandboxError),
    /// The component returned an error.
    #[error("{}", explain(.error))]
    Failed {
        /// The error.
        error: ActionError,
        /// What the host knows of requests that failed.
        causes: Vec<TransportErrorSource>,
    },
    /// The cursor can't be read or kept, or the events can't.
    #[error("--keep: {}: {source}; give a folder that can be written", path.display())]
    Keep {
        /// The file of the cursor.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

impl PollerError {
    /// How long to wait at least before the next poll; `None` if none will succeed.
    pub fn wait(&self) -> Option<Duration> {
        match self {
            Self::Failed {
                error: ActionError::Retryable(failure),
                ..
            } => Some(Duration::from_millis(
                failure.retry_after_ms.unwrap_or_default(),
            )),
            Self::Failed { .. } => None,
            Self::Sandbox(_) | Self::Keep { .. } => Some(Duration::ZERO),
        }
    }
}

/// When to poll again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Next {
    /// Whether more events wait.
    pub more: bool,
    /// How long to wait at least.
    pub wait: Duration,
}

/// Polls one trigger.
pub struct Poller {
    connector: ConnectorPre,
    environment: Environment,
    transport: Arc<dyn Transport>,
    trigger: String,
    /// The inputs, a JSON object.
    input: String,
    cursor: PathBuf,
}

impl Poller {
    /// A poller that keeps its cursor in a folder, under the trigger's id.
    pub fn new(
        connector: ConnectorPre,
        (environment, transport): (Environment, Arc<dyn Transport>),
        trigger: String,
        input: String,
        folder: &Path,
    ) -> Self {
        Self {
            cursor: folder.join(&trigger).with_extension("cursor"),
            connector,
            environment,
            transport,
            trigger,
            input,
        }
    }

    /// The trigger.
    pub fn trigger(&self) -> &str {
        &self.trigger
    }

    /// Polls once: each event goes to `take`, and the cursor is kept once all were taken.
    /// Without a cursor it begins now, and there are no events.
    ///
    /// # Errors
    ///
    /// When the poll failed, or `take` or the cursor's file did; the cursor stays then.
    pub async fn poll(
        &self,
        mut take: impl FnMut(Event) -> io::Result<()>,
    ) -> Result<Next, PollerError> {
        let keep = |source| PollerError::Keep {
            path: self.cursor.clone(),
            source,
        };
        let page = self.page(self.kept().map_err(keep)?).await?;
        page.events
            .into_iter()
            .try_for_each(&mut take)
            .map_err(keep)?;
        atomic::write(&self.cursor, page.cursor.as_bytes()).map_err(keep)?;
        Ok(Next {
            more: page.more,
            wait: Duration::from_millis(page.wait_ms.unwrap_or_default()),
        })
    }

    async fn page(&self, cursor: Option<String>) -> Result<EventPage, PollerError> {
        let transport = Arc::clone(&self.transport);
        let mut sandbox = self.connector.sandbox(&self.environment, transport).await?;
        let polled = sandbox.poll(&self.trigger, &self.input, cursor.as_deref(), now_ms());
        polled.await?.map_err(|error| PollerError::Failed {
            error,
            causes: sandbox.take_transport_errors(),
        })
    }

    /// The cursor that is kept, if one is.
    fn kept(&self) -> io::Result<Option<String>> {
        match std::fs::read_to_string(&self.cursor) {
            Ok(cursor) => Ok(Some(cursor)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }
}
