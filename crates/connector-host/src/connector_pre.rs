//! A connector that is ready to run: compiled and linked once, instantiated for each action.

use std::path::Path;
use std::sync::Arc;

use wasmtime::Store;
use wasmtime::component::{Component, Instance, InstancePre, Linker};

use crate::bindings::{plugin, triggers};
use crate::cache::load;
use crate::manifest::{Action, ActionSummary, CatalogueQuery};
use crate::sandbox::{Environment, Functions, Sandbox};
use crate::state::{State, link, store};
use crate::{DenyAll, Engine, HostError, Limits, Manifest, SandboxError, Transport};

/// A linked connector, which creates sandboxes.
///
/// Cheap to clone. The name follows wasmtime's `InstancePre`.
#[derive(Clone)]
pub struct ConnectorPre {
    engine: Engine,
    pre: InstancePre<State>,
    exports: Exports,
    limits: Limits,
}

impl ConnectorPre {
    /// Loads the component in `path` with its precompiled form (see [`load`]), and links it.
    ///
    /// # Errors
    ///
    /// As for [`load`] and [`ConnectorPre::new`].
    pub fn from_file(engine: &Engine, path: &Path, limits: Limits) -> Result<Self, HostError> {
        Self::new(engine, &load(engine, path)?, limits)
    }

    /// Links `component`, which `engine` has loaded, to the supported part of WASI: outgoing
    /// HTTP, polling and the environment.
    ///
    /// # Errors
    ///
    /// When the component has another version of the contract, imports anything else, lacks an
    /// export, or belongs to another engine. The interface of triggers is optional.
    pub fn new(engine: &Engine, component: &Component, limits: Limits) -> Result<Self, HostError> {
        check_version(engine, component)?;
        let mut linker = Linker::<State>::new(engine.wasmtime());
        link(&mut linker).map_err(HostError::link)?;
        let pre = linker.instantiate_pre(component).map_err(HostError::link)?;
        let exports = Exports::new(engine, component, &pre)?;
        Ok(Self {
            engine: engine.clone(),
            pre,
            exports,
            limits,
        })
    }

    /// The connector's manifest, read in a sandbox without variables and network, since it
    /// depends on neither.
    ///
    /// # Errors
    ///
    /// When the sandbox cannot be created, or fails.
    pub async fn manifest(&self) -> Result<Manifest, SandboxError> {
        self.bare_sandbox().await?.manifest().await
    }

    /// The actions that a query selects, by [`Sandbox::catalogue`].
    ///
    /// # Errors
    ///
    /// When the sandbox cannot be created, or fails.
    pub async fn catalogue(
        &self,
        query: CatalogueQuery,
    ) -> Result<Vec<ActionSummary>, SandboxError> {
        self.bare_sandbox().await?.catalogue(query).await
    }

    /// The actions with these ids, by [`Sandbox::describe`].
    ///
    /// # Errors
    ///
    /// When the sandbox cannot be created, or fails.
    pub async fn describe(&self, ids: &[String]) -> Result<Vec<Action>, SandboxError> {
        self.bare_sandbox().await?.describe(ids).await
    }

    /// A sandbox without variables and network.
    async fn bare_sandbox(&self) -> Result<Sandbox, SandboxError> {
        self.sandbox(&Environment::new(), Arc::new(DenyAll)).await
    }

    /// Whether the component has the interface of triggers.
    pub fn has_triggers(&self) -> bool {
        self.exports.triggers.is_some()
    }

    /// Maximum number of concurrent sandboxes of the engine, over all its components.
    pub fn capacity(&self) -> usize {
        self.engine.capacity()
    }

    /// The number of live sandboxes of the engine, over all its components.
    pub fn alive(&self) -> usize {
        self.engine.alive()
    }

    /// Creates a fresh sandbox for one action. If the engine's maximum is reached, it waits for
    /// a free one, so don't wait for a second sandbox while you hold the first.
    ///
    /// # Errors
    ///
    /// When the machine has not enough memory, or the component begins with more than its limit.
    pub async fn sandbox(
        &self,
        environment: &Environment,
        transport: Arc<dyn Transport>,
    ) -> Result<Sandbox, SandboxError> {
        let permit = self.engine.permit().await;
        let mut store = store(&self.engine, environment, transport, self.limits);
        let instance = match self.pre.instantiate_async(&mut store).await {
            Ok(instance) => instance,
            Err(_) if store.data().usage.memory_refused => {
                let bytes = self.limits.memory_bytes;
                return Err(SandboxError::OutOfMemory { bytes });
            }
            Err(error) => return Err(SandboxError::instantiate(error)),
        };
        let functions = self
            .exports
            .load(&mut store, &instance)
            .map_err(SandboxError::instantiate)?;
        Ok(Sandbox::new(
            store,
            instance,
            functions,
            self.limits,
            permit,
        ))
    }
}

/// The indexes of a component's functions.
#[derive(Clone)]
struct Exports {
    plugin: plugin::GuestIndices,
    triggers: Option<triggers::GuestIndices>,
}

impl Exports {
    fn new(
        engine: &Engine,
        component: &Component,
        pre: &InstancePre<State>,
    ) -> Result<Self, HostError> {
        let ty = component.component_type();
        let mut names = ty.exports(engine.wasmtime());
        let triggers = names.any(|(name, _)| name.starts_with(TRIGGERS));
        let triggers = triggers.then(|| triggers::GuestIndices::new(pre));
        Ok(Self {
            plugin: plugin::GuestIndices::new(pre).map_err(HostError::link)?,
            triggers: triggers.transpose().map_err(HostError::link)?,
        })
    }

    fn load(&self, store: &mut Store<State>, instance: &Instance) -> wasmtime::Result<Functions> {
        let triggers = self.triggers.as_ref();
        let triggers = triggers.map(|indices| indices.load(&mut *store, instance));
        Ok(Functions {
            plugin: self.plugin.load(&mut *store, instance)?,
            triggers: triggers.transpose()?,
        })
    }
}

/// The interface of connectors with triggers, without its version.
const TRIGGERS: &str = "workflow:plugin/triggers@";

/// The interface that every connector exports, without its version.
const PLUGIN: &str = "workflow:plugin/plugin@";

/// The supported versions of the contract, which are additive.
const VERSIONS: &str = "0.2.";

/// The version of the bindings.
const VERSION: &str = "0.2.0";

/// Refuses a component of another version. Without any version, linking reports what is missing.
fn check_version(engine: &Engine, component: &Component) -> Result<(), HostError> {
    let ty = component.component_type();
    let exports = ty.exports(engine.wasmtime());
    let found = exports.filter_map(|(name, _)| name.strip_prefix(PLUGIN));
    let found: Vec<&str> = found.collect();
    match found.as_slice() {
        [] => Ok(()),
        found if found.iter().any(|version| version.starts_with(VERSIONS)) => Ok(()),
        found => Err(HostError::Version {
            found: found.join(", "),
            needed: VERSION,
        }),
    }
}
