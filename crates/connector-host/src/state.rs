//! A sandbox's data in the host, and all of its imports.
//!
//! Of WASI, only outgoing HTTP, polling, the monotonic clock and the environment are linked, by
//! interface: a component that imports files, sockets, random numbers, the wall clock or a
//! terminal is refused. So no state for these is created either.

use std::sync::Arc;

use wasmtime::Store;
use wasmtime::component::{HasData, Linker, ResourceTable};
use wasmtime_wasi::clocks::{WasiClocks, WasiClocksCtx, WasiClocksCtxView};
use wasmtime_wasi::p2::bindings::{cli, clocks, io};
use wasmtime_wasi_http::{WasiHttpCtx, WasiHttpCtxView, WasiHttpView};

use crate::hooks::Hooks;
use crate::limits::{Limits, ResourceUsage, on_tick};
use crate::{Engine, Environment, Transport};

/// A sandbox's data in the host.
pub struct State {
    variables: Variables,
    clocks: WasiClocksCtx,
    http: WasiHttpCtx,
    table: ResourceTable,
    pub(crate) hooks: Hooks,
    pub(crate) usage: ResourceUsage,
}

/// Maximum number of resources (requests, bodies, streams, headers) of a sandbox in the host.
/// The connector uses about ten; headers can have 128 KiB each, so this limits the host's
/// memory.
const RESOURCES: usize = 256;

impl State {
    fn new(environment: &Environment, transport: Arc<dyn Transport>, limits: Limits) -> Self {
        Self {
            variables: Variables::of(environment),
            clocks: WasiClocksCtx::default(),
            http: WasiHttpCtx::new(),
            table: table(),
            hooks: Hooks::new(transport),
            usage: ResourceUsage::new(limits),
        }
    }

    /// Replaces environment and transport for the next action, and drops resources that the last
    /// one did not: wasmtime's HTTP keeps the options of each request.
    pub(crate) fn renew(&mut self, environment: &Environment, transport: Arc<dyn Transport>) {
        self.variables = Variables::of(environment);
        self.table = table();
        self.hooks = Hooks::new(transport);
    }
}

fn table() -> ResourceTable {
    let mut table = ResourceTable::new();
    table.set_max_capacity(RESOURCES);
    table
}

/// A store for one sandbox.
pub(crate) fn store(
    engine: &Engine,
    environment: &Environment,
    transport: Arc<dyn Transport>,
    limits: Limits,
) -> Store<State> {
    let mut store = Store::new(
        engine.wasmtime(),
        State::new(environment, transport, limits),
    );
    store.limiter(|state| &mut state.usage);
    store.set_epoch_deadline(1);
    store.epoch_deadline_callback(on_tick(|state: &mut State| &mut state.usage));
    if engine.consumes_fuel() {
        // Unlimited: time is limited instead. It fails only in an engine without fuel.
        let _ = store.set_fuel(u64::MAX);
    }
    store
}

/// Adds a connector's imports to `linker`.
pub(crate) fn link(linker: &mut Linker<State>) -> wasmtime::Result<()> {
    let table: fn(&mut State) -> &mut ResourceTable = |state| &mut state.table;
    io::error::add_to_linker::<_, Io>(linker, table)?;
    io::poll::add_to_linker::<_, Io>(linker, table)?;
    io::streams::add_to_linker::<_, Io>(linker, table)?;
    cli::environment::add_to_linker::<_, Variables>(linker, |state| &mut state.variables)?;
    clocks::monotonic_clock::add_to_linker::<_, WasiClocks>(linker, |state| WasiClocksCtxView {
        ctx: &mut state.clocks,
        table: &mut state.table,
    })?;
    wasmtime_wasi_http::p2::add_only_http_to_linker_async(linker)
}

/// `wasi:io` needs only the table of resources.
struct Io;

impl HasData for Io {
    type Data<'a> = &'a mut ResourceTable;
}

/// The environment for `wasi:cli`.
struct Variables(Vec<(String, String)>);

impl Variables {
    fn of(environment: &Environment) -> Self {
        let variables = environment.iter();
        Self(variables.map(|(n, v)| (n.clone(), v.clone())).collect())
    }
}

impl HasData for Variables {
    type Data<'a> = &'a mut Self;
}

impl cli::environment::Host for Variables {
    fn get_environment(&mut self) -> wasmtime::Result<Vec<(String, String)>> {
        Ok(self.0.clone())
    }

    fn get_arguments(&mut self) -> wasmtime::Result<Vec<String>> {
        Ok(Vec::new())
    }

    fn initial_cwd(&mut self) -> wasmtime::Result<Option<String>> {
        Ok(None)
    }
}

impl WasiHttpView for State {
    fn http(&mut self) -> WasiHttpCtxView<'_> {
        WasiHttpCtxView {
            hooks: &mut self.hooks,
            table: &mut self.table,
            ctx: &mut self.http,
        }
    }
}
