//! What a sandbox holds on the host's side, and all that it may import.
//!
//! Of WASI there is outgoing HTTP, waiting, and the environment, interface by
//! interface: a component that wants files, sockets, random numbers, the time of
//! day or a terminal is refused. So none of that is made for a sandbox either.

use std::sync::Arc;

use wasmtime::Store;
use wasmtime::component::{HasData, Linker, ResourceTable};
use wasmtime_wasi::clocks::{WasiClocks, WasiClocksCtx, WasiClocksCtxView};
use wasmtime_wasi::p2::bindings::{cli, clocks, io};
use wasmtime_wasi_http::{WasiHttpCtx, WasiHttpCtxView, WasiHttpView};

use crate::hooks::Hooks;
use crate::limits::{Limits, ResourceUsage, on_tick};
use crate::{Environment, Transport};

/// Everything that a sandbox holds on the host's side.
pub struct State {
    variables: Variables,
    clocks: WasiClocksCtx,
    http: WasiHttpCtx,
    table: ResourceTable,
    pub(crate) hooks: Hooks,
    pub(crate) usage: ResourceUsage,
}

/// How many resources (requests, bodies, streams, headers) a sandbox may hold
/// at once on the host's side. The connector holds ten or so; headers can have
/// 128 KiB each, so that this is what bounds the host's memory.
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

    /// Gives the next action its own environment and transport, and lets go of
    /// what the last one did not give back: of each request, wasmtime's HTTP keeps
    /// the options.
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
    engine: &wasmtime::Engine,
    environment: &Environment,
    transport: Arc<dyn Transport>,
    limits: Limits,
) -> Store<State> {
    let mut store = Store::new(engine, State::new(environment, transport, limits));
    store.limiter(|state| &mut state.usage);
    store.set_epoch_deadline(1);
    store.epoch_deadline_callback(on_tick(|state: &mut State| &mut state.usage));
    // An engine that consumes fuel counts instructions: time is what is limited. Other
    // engines refuse fuel, and need none.
    let _ = store.set_fuel(u64::MAX);
    store
}

/// Gives `linker` what a connector may import.
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

/// `wasi:io` works on the table of resources alone.
struct Io;

impl HasData for Io {
    type Data<'a> = &'a mut ResourceTable;
}

/// The environment as `wasi:cli` gives it away.
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
