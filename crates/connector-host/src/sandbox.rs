//! One sandbox: a component instance, and the calls of it.

mod triggers;

use std::collections::BTreeMap;
use std::future::Future;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use tracing::field::Empty;
use tracing::{Instrument, Span};
use wasmtime::Store;
use wasmtime::component::Instance;

use crate::bindings::types::{ActionError, InputProblem};
use crate::bindings::{plugin, triggers as wit};
use crate::engine::Permit;
use crate::explain::outcome;
use crate::hooks::{Traffic, milliseconds};
use crate::limits::{CpuTimer, Limits};
use crate::manifest::{Action, ActionSummary, CatalogueQuery};
use crate::state::State;
use crate::transport::TransportErrorSource;
use crate::{Manifest, PreviewedRequest, SandboxError, Transport};

/// The environment variables that a component sees; it sees no others.
pub type Environment = BTreeMap<String, String>;

/// The functions of an instance.
pub(crate) struct Functions {
    pub plugin: plugin::Guest,
    /// Absent in a connector without triggers.
    pub triggers: Option<wit::Guest>,
}

/// A component instance with memory, environment and transport of its own.
pub struct Sandbox {
    store: Store<State>,
    instance: Instance,
    functions: Functions,
    limits: Limits,
    /// Calls that have begun in it.
    calls: u32,
    /// Whether it may be called again: not while a call runs, nor after one that
    /// failed or was given up, since its memory may be in any state.
    sound: bool,
    /// The last field, so that the store has left the pool before its permit is
    /// given back.
    _permit: Permit,
}

impl Sandbox {
    pub(crate) fn new(
        store: Store<State>,
        instance: Instance,
        functions: Functions,
        limits: Limits,
        permit: Permit,
    ) -> Self {
        Self {
            store,
            instance,
            functions,
            limits,
            calls: 0,
            sound: true,
            _permit: permit,
        }
    }

    /// Runs one action through the component's `invoke`, JSON in and out.
    ///
    /// # Errors
    ///
    /// The outer error is the sandbox's, the inner one the action's own.
    pub async fn invoke(
        &mut self,
        action: &str,
        input: &str,
    ) -> Result<Result<String, ActionError>, SandboxError> {
        self.invoke_of(None, action, input).await
    }

    /// Runs one action that a document defines, by the component's `invoke-defined`.
    ///
    /// # Errors
    ///
    /// The outer error is the sandbox's, the inner one the action's own.
    pub async fn invoke_defined(
        &mut self,
        document: &str,
        action: &str,
        input: &str,
    ) -> Result<Result<String, ActionError>, SandboxError> {
        self.invoke_of(Some(document), action, input).await
    }

    async fn invoke_of(
        &mut self,
        document: Option<&str>,
        action: &str,
        input: &str,
    ) -> Result<Result<String, ActionError>, SandboxError> {
        let span = span(action);
        let start = Instant::now();
        let (document, input) = (document.map(str::to_owned), input.to_owned());
        let timer = self.begin();
        let plugin = &self.functions.plugin;
        let store = &mut self.store;
        let call = async move {
            match &document {
                Some(document) => {
                    plugin
                        .call_invoke_defined(store, document, action, &input)
                        .await
                }
                None => plugin.call_invoke(store, action, &input).await,
            }
        };
        let called = in_time(self.limits.wall, timer.measure(call));
        let called = called.instrument(span.clone()).await;
        let ended = self.end(called);
        let traffic = &self.store.data().hooks.traffic;
        span.in_scope(|| note_end(outcome(&ended), start.elapsed(), traffic));
        ended
    }

    /// Drains the transport's errors of failed requests; the component got only a
    /// `wasi:http` error code.
    pub fn take_transport_errors(&mut self) -> Vec<TransportErrorSource> {
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
        let timer = self.begin();
        let plugin = &self.functions.plugin;
        let call = plugin.call_preview(&mut self.store, action, &input);
        let called = in_time(self.limits.wall, timer.measure(call)).await;
        self.end(called)
    }

    /// The requests that an action of a document would send first, by the component's
    /// `preview-defined`; nothing is sent.
    ///
    /// # Errors
    ///
    /// As for [`Sandbox::preview`].
    pub async fn preview_defined(
        &mut self,
        document: &str,
        action: &str,
        input: &str,
    ) -> Result<Result<Vec<PreviewedRequest>, ActionError>, SandboxError> {
        let (document, input) = (document.to_owned(), input.to_owned());
        let timer = self.begin();
        let plugin = &self.functions.plugin;
        let call = plugin.call_preview_defined(&mut self.store, &document, action, &input);
        let called = in_time(self.limits.wall, timer.measure(call)).await;
        self.end(called)
    }

    /// What is wrong with the component's configuration, whatever the action is.
    ///
    /// # Errors
    ///
    /// When the sandbox failed.
    pub async fn problems(&mut self) -> Result<Vec<InputProblem>, SandboxError> {
        let timer = self.begin();
        let plugin = &self.functions.plugin;
        let call = plugin.call_problems(&mut self.store);
        let called = in_time(self.limits.wall, timer.measure(call)).await;
        self.end(called)
    }

    /// What the component offers and what it needs.
    ///
    /// # Errors
    ///
    /// When the sandbox failed.
    pub async fn manifest(&mut self) -> Result<Manifest, SandboxError> {
        let timer = self.begin();
        let plugin = &self.functions.plugin;
        let call = plugin.call_manifest(&mut self.store);
        let called = in_time(self.limits.wall, timer.measure(call)).await;
        self.end(called).map(Manifest::from)
    }

    /// The actions that a query selects.
    ///
    /// # Errors
    ///
    /// When the sandbox failed.
    pub async fn catalogue(
        &mut self,
        query: CatalogueQuery,
    ) -> Result<Vec<ActionSummary>, SandboxError> {
        let timer = self.begin();
        let plugin = &self.functions.plugin;
        let query = query.into();
        let call = plugin.call_catalogue(&mut self.store, &query);
        let called = in_time(self.limits.wall, timer.measure(call)).await;
        let listed = self.end(called)?;
        Ok(listed.into_iter().map(ActionSummary::from).collect())
    }

    /// The actions with these ids, in that order, without the unknown ones.
    ///
    /// # Errors
    ///
    /// When the sandbox failed.
    pub async fn describe(&mut self, ids: &[String]) -> Result<Vec<Action>, SandboxError> {
        let timer = self.begin();
        let plugin = &self.functions.plugin;
        let call = plugin.call_describe(&mut self.store, ids);
        let called = in_time(self.limits.wall, timer.measure(call)).await;
        let described = self.end(called)?;
        Ok(described.into_iter().map(Action::from).collect())
    }

    /// The instance and its store, for calls through bindings of a connector's
    /// own typed interfaces. Those have no wall time limit, and how they end is
    /// not seen here: a [`crate::Session`] does not use the sandbox again.
    pub fn parts(&mut self) -> (Instance, &mut Store<State>) {
        self.sound = false;
        (self.instance, &mut self.store)
    }

    /// The functions of `workflow:plugin/plugin` in the contract's own types, and the
    /// store to call them with; as [`Sandbox::parts`].
    pub fn plugin(&mut self) -> (&plugin::Guest, &mut Store<State>) {
        self.sound = false;
        (&self.functions.plugin, &mut self.store)
    }

    /// Whether one more action may run in it, of this many in all.
    pub(crate) fn may_serve(&self, actions: NonZeroU32) -> bool {
        self.sound && self.calls < actions.get()
    }

    /// Gives the next action its own environment and transport.
    pub(crate) fn renew(&mut self, environment: &Environment, transport: Arc<dyn Transport>) {
        self.store.data_mut().renew(environment, transport);
    }

    /// Begins a call, and gives what its computing is measured by.
    fn begin(&mut self) -> CpuTimer {
        self.calls = self.calls.saturating_add(1);
        self.sound = false;
        self.store.data_mut().usage.begin()
    }

    /// Ends a call that was not given up.
    fn end<T>(
        &mut self,
        called: Result<wasmtime::Result<T>, SandboxError>,
    ) -> Result<T, SandboxError> {
        let result = called?.map_err(|error| self.explain(&error))?;
        self.sound = !self.store.data().usage.memory_refused;
        Ok(result)
    }

    fn explain(&self, error: &wasmtime::Error) -> SandboxError {
        match SandboxError::of_call(error, self.limits.cpu) {
            SandboxError::Trap { .. } if self.store.data().usage.memory_refused => {
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
