//! One sandbox: a store of its own for one action, and what it may reach.

use std::collections::BTreeMap;
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use tracing::field::Empty;
use tracing::{Instrument, Span};
use wasmtime::Store;
use wasmtime::component::{Instance, ResourceTable};
use wasmtime_wasi::{WasiCtx, WasiCtxView, WasiView};
use wasmtime_wasi_http::{WasiHttpCtx, WasiHttpCtxView, WasiHttpView};

use super::bindings::Connector;
use super::bindings::types::ActionError;
use super::egress::EgressError;
use super::engine::Place;
use super::explain::outcome;
use super::hooks::{Hooks, Traffic, milliseconds};
use super::limits::{Limits, Meter, on_tick};
use super::{Manifest, PreviewedRequest, SandboxError, Transport};

/// The environment variables that a component sees; it sees no others.
pub type Environment = BTreeMap<String, String>;

/// A component instance with memory, environment and transport of its own.
pub struct Sandbox {
    store: Store<State>,
    instance: Instance,
    connector: Connector,
    limits: Limits,
    /// The last field, so that the store has left the pool before the place in
    /// it is free.
    _place: Place,
}

impl Sandbox {
    pub(super) fn new(
        store: Store<State>,
        instance: Instance,
        connector: Connector,
        limits: Limits,
        place: Place,
    ) -> Self {
        Self {
            store,
            instance,
            connector,
            limits,
            _place: place,
        }
    }

    /// Runs one action through the component's generic way in, JSON in and out.
    ///
    /// # Errors
    ///
    /// The outer error is the sandbox's, the inner one the action's own.
    pub async fn invoke(
        &mut self,
        action: &str,
        input: &str,
    ) -> Result<Result<String, ActionError>, SandboxError> {
        let span = span(action);
        let start = Instant::now();
        let input = input.to_owned();
        let computing = self.store.data().meter.computing.clone();
        let plugin = self.connector.workflow_plugin_plugin();
        let call = plugin.call_invoke(&mut self.store, action, &input);
        let called = in_time(self.limits.wall, computing.measure(call))
            .instrument(span.clone())
            .await;
        let ended = called.and_then(|called| called.map_err(|error| self.explain(&error)));
        let traffic = &self.store.data().hooks.traffic;
        span.in_scope(|| note_end(outcome(&ended), start.elapsed(), traffic));
        ended
    }

    /// Takes what the host knows of requests that did not leave or brought no
    /// answer; the component was told a code only.
    pub fn take_egress_errors(&mut self) -> Vec<EgressError> {
        self.store.data().hooks.take_failures()
    }

    /// The requests that an action would send first; nothing is sent.
    ///
    /// # Errors
    ///
    /// The outer error is the sandbox's, the inner one the action's own.
    pub async fn preview(
        &mut self,
        action: &str,
        input: &str,
    ) -> Result<Result<Vec<PreviewedRequest>, ActionError>, SandboxError> {
        let input = input.to_owned();
        let computing = self.store.data().meter.computing.clone();
        let plugin = self.connector.workflow_plugin_plugin();
        let call = plugin.call_preview(&mut self.store, action, &input);
        let called = in_time(self.limits.wall, computing.measure(call)).await?;
        called.map_err(|error| self.explain(&error))
    }

    /// What the component offers and what it needs.
    ///
    /// # Errors
    ///
    /// When the sandbox broke off.
    pub async fn manifest(&mut self) -> Result<Manifest, SandboxError> {
        let computing = self.store.data().meter.computing.clone();
        let plugin = self.connector.workflow_plugin_plugin();
        let call = plugin.call_manifest(&mut self.store);
        let called = in_time(self.limits.wall, computing.measure(call)).await?;
        called
            .map(Manifest::from)
            .map_err(|error| self.explain(&error))
    }

    /// The instance and its store, for calls through bindings of a connector's
    /// own typed interfaces. Those have no wall time limit.
    pub fn parts(&mut self) -> (Instance, &mut Store<State>) {
        (self.instance, &mut self.store)
    }

    fn explain(&self, error: &wasmtime::Error) -> SandboxError {
        match SandboxError::of_call(error, self.limits.cpu) {
            SandboxError::Trap { .. } if self.store.data().meter.memory_refused => {
                SandboxError::OutOfMemory {
                    bytes: self.limits.memory_bytes,
                }
            }
            other => other,
        }
    }
}

/// The span of one action. Its input is not in it: it may hold personal data.
fn span(action: &str) -> Span {
    static CALLS: AtomicU64 = AtomicU64::new(1);
    tracing::info_span!(
        "action",
        action,
        call = CALLS.fetch_add(1, Ordering::Relaxed),
        outcome = Empty,
    )
}

fn note_end(outcome: &'static str, duration: Duration, traffic: &Traffic) {
    Span::current().record("outcome", outcome);
    let count = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
    tracing::info!(
        duration_ms = milliseconds(duration),
        requests = count(&traffic.requests),
        bytes_sent = count(&traffic.sent),
        bytes_received = count(&traffic.received),
        "ended"
    );
}

/// Ends `call` when its time is up.
async fn in_time<T>(limit: Duration, call: impl Future<Output = T>) -> Result<T, SandboxError> {
    tokio::time::timeout(limit, call)
        .await
        .map_err(|_| SandboxError::OutOfTime { limit })
}

/// Everything that a sandbox holds on the host's side.
pub struct State {
    wasi: WasiCtx,
    http: WasiHttpCtx,
    table: ResourceTable,
    hooks: Hooks,
    meter: Meter,
}

/// How many resources (requests, bodies, streams, headers) a sandbox may hold
/// at once on the host's side. The connector holds ten or so; headers can have
/// 128 KiB each, so that this is what bounds the host's memory.
const RESOURCES: usize = 256;

fn table() -> ResourceTable {
    let mut table = ResourceTable::new();
    table.set_max_capacity(RESOURCES);
    table
}

/// A store for one action. It has no files, no sockets, no arguments and no
/// standard streams; only the given environment and transport.
pub(super) fn store(
    engine: &wasmtime::Engine,
    environment: &Environment,
    transport: Arc<dyn Transport>,
    limits: Limits,
) -> Store<State> {
    let mut wasi = WasiCtx::builder();
    for (name, value) in environment {
        wasi.env(name, value);
    }
    let state = State {
        wasi: wasi.build(),
        http: WasiHttpCtx::new(),
        table: table(),
        hooks: Hooks::new(transport),
        meter: Meter::new(limits),
    };
    let mut store = Store::new(engine, state);
    store.limiter(|state| &mut state.meter);
    store.set_epoch_deadline(1);
    store.epoch_deadline_callback(on_tick(|state: &mut State| &mut state.meter));
    store
}

impl WasiView for State {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView {
            ctx: &mut self.wasi,
            table: &mut self.table,
        }
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
