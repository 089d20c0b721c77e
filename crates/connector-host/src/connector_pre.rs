//! A connector that is ready to run: compiled and linked once, instantiated per
//! action.

use std::path::Path;
use std::sync::Arc;

use wasmtime::component::{Component, InstancePre, Linker};

use crate::bindings::ConnectorIndices;
use crate::cache::load;
use crate::sandbox::{Environment, Sandbox};
use crate::state::{State, link, store};
use crate::{DenyAll, Engine, HostError, Limits, Manifest, SandboxError, Transport};

/// A linked connector, from which sandboxes are made.
///
/// Cheap to clone; wasmtime calls such a thing "pre".
#[derive(Clone)]
pub struct ConnectorPre {
    engine: Engine,
    pre: InstancePre<State>,
    exports: ConnectorIndices,
    limits: Limits,
}

impl ConnectorPre {
    /// Loads the component in `path`, keeping its precompiled form beside it (see
    /// [`load`]), and links it.
    ///
    /// # Errors
    ///
    /// As for [`load`] and [`ConnectorPre::new`].
    pub fn from_file(engine: &Engine, path: &Path, limits: Limits) -> Result<Self, HostError> {
        Self::new(engine, &load(engine, path)?, limits)
    }

    /// Links `component`, which `engine` has loaded, to what this host gives:
    /// outgoing HTTP, waiting, the environment, and nothing else of WASI.
    ///
    /// # Errors
    ///
    /// When the component imports anything else, lacks an export, or is another
    /// engine's.
    pub fn new(engine: &Engine, component: &Component, limits: Limits) -> Result<Self, HostError> {
        let mut linker = Linker::<State>::new(engine.wasmtime());
        link(&mut linker).map_err(HostError::link)?;
        let pre = linker.instantiate_pre(component).map_err(HostError::link)?;
        let exports = ConnectorIndices::new(&pre).map_err(HostError::link)?;
        Ok(Self {
            engine: engine.clone(),
            pre,
            exports,
            limits,
        })
    }

    /// The connector's manifest, from a sandbox without variables and network, since
    /// it depends on neither.
    ///
    /// # Errors
    ///
    /// When the sandbox cannot be made, or fails.
    pub async fn manifest(&self) -> Result<Manifest, SandboxError> {
        let environment = Environment::new();
        let mut sandbox = self.sandbox(&environment, Arc::new(DenyAll)).await?;
        sandbox.manifest().await
    }

    /// How many sandboxes the engine has room for at once, those of its other
    /// components included.
    pub fn capacity(&self) -> usize {
        self.engine.capacity()
    }

    /// How many of the engine's sandboxes live now, those of its other components
    /// included.
    pub fn alive(&self) -> usize {
        self.engine.alive()
    }

    /// Makes a fresh sandbox, to be used for one action and dropped. Where the
    /// engine has no room for one more, it waits until it has: so don't wait for
    /// a second one while holding the first.
    ///
    /// # Errors
    ///
    /// When the machine has no memory left for it, or the component begins with
    /// more than its limit.
    pub async fn sandbox(
        &self,
        environment: &Environment,
        transport: Arc<dyn Transport>,
    ) -> Result<Sandbox, SandboxError> {
        let permit = self.engine.permit().await;
        let mut store = store(self.engine.wasmtime(), environment, transport, self.limits);
        let instance = match self.pre.instantiate_async(&mut store).await {
            Ok(instance) => instance,
            Err(_) if store.data().usage.memory_refused => {
                let bytes = self.limits.memory_bytes;
                return Err(SandboxError::OutOfMemory { bytes });
            }
            Err(error) => return Err(SandboxError::instantiate(error)),
        };
        let connector = self
            .exports
            .load(&mut store, &instance)
            .map_err(SandboxError::instantiate)?;
        Ok(Sandbox::new(
            store,
            instance,
            connector,
            self.limits,
            permit,
        ))
    }
}
