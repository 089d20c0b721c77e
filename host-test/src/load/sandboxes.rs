//! The component as what is called: each call in a sandbox of its own, or so
//! many in one.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::{Caller, Work};
use crate::host::{Environment, Plugin, Sandbox, Transport, explain};

/// Makes callers that run one action of a component.
#[derive(Clone)]
pub struct Sandboxes {
    plugin: Plugin,
    environment: Environment,
    transport: Arc<dyn Transport>,
    work: Work,
    /// How many calls a sandbox is used for.
    uses: u32,
    alive: Arc<Alive>,
}

/// How many sandboxes there are.
#[derive(Debug, Default)]
struct Alive {
    now: AtomicU64,
    most: AtomicU64,
}

/// Counts as one sandbox until it is dropped.
struct Counted(Arc<Alive>);

impl Counted {
    fn new(alive: &Arc<Alive>) -> Self {
        let now = alive.now.fetch_add(1, Ordering::Relaxed) + 1;
        alive.most.fetch_max(now, Ordering::Relaxed);
        Self(Arc::clone(alive))
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.now.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Sandboxes {
    /// Callers of `plugin`, whose sandboxes are each used for so many calls.
    pub fn new(
        plugin: Plugin,
        environment: Environment,
        transport: Arc<dyn Transport>,
        work: Work,
        uses: u32,
    ) -> Self {
        Self {
            plugin,
            environment,
            transport,
            work,
            uses,
            alive: Arc::default(),
        }
    }

    /// The most sandboxes that there were at once.
    pub fn most_alive(&self) -> u64 {
        self.alive.most.load(Ordering::Relaxed)
    }

    /// One of those that call.
    pub fn caller(&self) -> SandboxCaller {
        SandboxCaller {
            sandboxes: self.clone(),
            kept: None,
        }
    }

    async fn sandbox(&self) -> Result<Kept, String> {
        let transport = Arc::clone(&self.transport);
        let made = self.plugin.sandbox(&self.environment, transport).await;
        Ok(Kept {
            sandbox: made.map_err(|error| error.to_string())?,
            left: self.uses.max(1),
            _counted: Counted::new(&self.alive),
        })
    }
}

/// Calls in sandboxes, one after the other.
pub struct SandboxCaller {
    sandboxes: Sandboxes,
    kept: Option<Kept>,
}

/// A sandbox that is to be used again.
struct Kept {
    sandbox: Sandbox,
    left: u32,
    _counted: Counted,
}

impl Caller for SandboxCaller {
    async fn call(&mut self) -> Result<(), String> {
        let mut kept = match self.kept.take() {
            Some(kept) => kept,
            None => self.sandboxes.sandbox().await?,
        };
        let work = self.sandboxes.work;
        let ended = kept.sandbox.invoke(work.action(), work.input()).await;
        let called = match ended {
            // Whatever a sandbox that broke off holds, nobody uses it again.
            Err(error) => return Err(error.to_string()),
            Ok(Err(error)) => Err(first_line(&explain(&error))),
            Ok(Ok(_)) => Ok(()),
        };
        kept.left -= 1;
        self.kept = (kept.left > 0).then_some(kept);
        called
    }
}

/// What went wrong; the lines below it say what to do about it.
fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().to_owned()
}
