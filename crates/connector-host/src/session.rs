//! Sandboxes for several actions of one tenant, one at a time.

use std::num::NonZeroU32;
use std::sync::Arc;

use crate::{ConnectorPre, Environment, Sandbox, SandboxError, Transport};

/// Runs the actions of one tenant in sequence, in a sandbox that is replaced after a number of
/// actions.
///
/// By default, use a fresh sandbox for each action, [`ConnectorPre::sandbox`]: no data remains
/// for the next. Reuse saves the creation (see `docs/performance.md`), but inputs, responses and
/// variables of one action are still in memory during the next, and a component compromised by a
/// hostile response stays compromised until its sandbox is dropped. So:
///
/// - use a session for one tenant only, and drop it with the tenant;
/// - choose a small number of actions; a few dozen are enough.
///
/// A sandbox is not used again after a trap, a refused allocation, a timeout or a cancelled
/// action, nor after a use of [`Sandbox::parts`]. Limits and counts are still per action.
///
/// A session keeps its sandbox of the engine's pool between actions until it is dropped, so have
/// fewer idle sessions than sandboxes.
///
/// Several sessions can run concurrently. With one action per sandbox, a session is the same as
/// fresh sandboxes.
pub struct Session {
    plugin: ConnectorPre,
    actions: NonZeroU32,
    sandbox: Option<Sandbox>,
}

impl Session {
    /// A session whose sandboxes run `actions` each. The first is created when it is needed.
    pub fn new(plugin: &ConnectorPre, actions: NonZeroU32) -> Self {
        Self {
            plugin: plugin.clone(),
            actions,
            sandbox: None,
        }
    }

    /// The sandbox for the next action, with this environment and transport: that of the
    /// previous action if it may be used again, otherwise a fresh one, which may have to wait
    /// for a permit.
    ///
    /// # Errors
    ///
    /// As for [`ConnectorPre::sandbox`].
    pub async fn sandbox(
        &mut self,
        environment: &Environment,
        transport: Arc<dyn Transport>,
    ) -> Result<&mut Sandbox, SandboxError> {
        let used = self.sandbox.take();
        let used = used.filter(|sandbox| sandbox.may_serve(self.actions));
        let sandbox = match used {
            Some(mut sandbox) => {
                sandbox.renew(environment, transport);
                sandbox
            }
            None => self.plugin.sandbox(environment, transport).await?,
        };
        Ok(self.sandbox.insert(sandbox))
    }
}
