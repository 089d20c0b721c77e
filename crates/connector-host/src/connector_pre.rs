//! A connector that is ready to run: compiled and linked once, instantiated per
//! action.

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

/// A linked connector, from which sandboxes are made.
///
/// Cheap to clone; wasmtime calls such a thing "pre".
#[derive(Clone)]
pub struct ConnectorPre {
    engine: Engine,
    pre: InstancePre<State>,
    exports: Exports,
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
    /// When the component is of another version of the contract, imports anything
    /// else, lacks an export, or is another engine's. A component without the
    /// interface of triggers lacks nothing.
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

    /// The connector's manifest, from a sandbox without variables and network, since
    /// it depends on neither.
    ///
    /// # Errors
    ///
    /// When the sandbox cannot be made, or fails.
    pub async fn manifest(&self) -> Result<Manifest, SandboxError> {
        self.bare_sandbox().await?.manifest().await
    }

    /// The actions that a query selects, by [`Sandbox::catalogue`] of such a sandbox.
    ///
    /// # Errors
    ///
    /// When the sandbox cannot be made, or fails.
    pub async fn catalogue(
        &self,
        query: CatalogueQuery,
    ) -> Result<Vec<ActionSummary>, SandboxError> {
        self.bare_sandbox().await?.catalogue(query).await
    }

    /// The actions with these ids, by [`Sandbox::describe`] of such a sandbox.
    ///
    /// # Errors
    ///
    /// When the sandbox cannot be made, or fails.
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

/// Where a component's functions are.
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

/// The versions of the contract that this host calls: they only add to each other.
const VERSIONS: &str = "0.2.";

/// The version of the contract that the bindings are made of.
const VERSION: &str = "0.2.0";

/// Refuses a component of another version. One that exports no version at all is
/// left to the linking, which names what is missing.
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
