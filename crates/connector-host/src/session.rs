//! Sandboxes that serve several actions of one tenant, one action at a time.

use std::num::NonZeroU32;
use std::sync::Arc;

use crate::{ConnectorPre, Environment, Sandbox, SandboxError, Transport};

/// The actions of one tenant, one after the other, in a sandbox that serves a
/// number of them and is then replaced.
///
/// A fresh sandbox for each action, [`ConnectorPre::sandbox`], is the rule: nothing of
/// an action is left for the next. Reusing one saves its making (see
/// `docs/performance.md`) and gives that up: what an action had in memory, its
/// inputs, responses and variables, is still there while the next one runs, and a
/// component compromised by a hostile response stays compromised until its sandbox
/// is dropped. So:
///
/// - use a session for one tenant alone, and drop it with the tenant;
/// - keep the number of actions as small as pays; a few dozen do.
///
/// A sandbox that trapped, was refused memory, ran out of time, or whose action
/// was cancelled is not used again, nor is one whose
/// [`Sandbox::parts`] were used. Limits and counts are per action all the same.
///
/// A session keeps its sandbox of the engine's pool between two actions, until it
/// is dropped: have fewer idle sessions than the engine has sandboxes.
///
/// Several sessions run at once; a worker of a load test has one of its own. With
/// one action a sandbox, a session is the same as fresh sandboxes.
pub struct Session {
    plugin: ConnectorPre,
    actions: NonZeroU32,
    sandbox: Option<Sandbox>,
}

impl Session {
    /// A session whose sandboxes serve `actions` each. The first is made when it
    /// is needed.
    pub fn new(plugin: &ConnectorPre, actions: NonZeroU32) -> Self {
        Self {
            plugin: plugin.clone(),
            actions,
            sandbox: None,
        }
    }

    /// The sandbox for the next action, with this environment and transport: the
    /// one of the action before, where that may serve one more, else a fresh one,
    /// which may have to wait for another to be dropped.
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
