//! A component that is ready to run: linked once, instantiated per action.

use std::sync::Arc;

use wasmtime::component::{Component, InstancePre, Linker};

use super::bindings::ConnectorIndices;
use super::sandbox::{Environment, Sandbox, State, store};
use super::{HostError, Limits, SandboxError, Transport};

/// A linked component.
#[derive(Clone)]
pub struct Plugin {
    pre: InstancePre<State>,
    exports: ConnectorIndices,
    limits: Limits,
}

impl Plugin {
    /// Links `component` to what this host gives: WASI without files or
    /// sockets behind it, and outgoing HTTP.
    ///
    /// # Errors
    ///
    /// When the component imports anything else, or lacks an export.
    pub fn new(component: &Component, limits: Limits) -> Result<Self, HostError> {
        let mut linker = Linker::<State>::new(component.engine());
        wasmtime_wasi::p2::add_to_linker_async(&mut linker).map_err(HostError::link)?;
        wasmtime_wasi_http::p2::add_only_http_to_linker_async(&mut linker)
            .map_err(HostError::link)?;
        let pre = linker.instantiate_pre(component).map_err(HostError::link)?;
        let exports = ConnectorIndices::new(&pre).map_err(HostError::link)?;
        Ok(Self {
            pre,
            exports,
            limits,
        })
    }

    /// Makes a fresh sandbox, to be used for one action and dropped.
    ///
    /// # Errors
    ///
    /// When the engine has no room for one more.
    pub async fn sandbox(
        &self,
        environment: &Environment,
        transport: Arc<dyn Transport>,
    ) -> Result<Sandbox, SandboxError> {
        let mut store = store(
            self.pre.component().engine(),
            environment,
            transport,
            self.limits,
        );
        let instance = self
            .pre
            .instantiate_async(&mut store)
            .await
            .map_err(SandboxError::instantiate)?;
        let connector = self
            .exports
            .load(&mut store, &instance)
            .map_err(SandboxError::instantiate)?;
        Ok(Sandbox::new(store, instance, connector, self.limits))
    }
}
