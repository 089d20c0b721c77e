//! One sandbox: a component instance, and its calls.

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

/// The environment variables of a component.
pub type Environment = BTreeMap<String, String>;

/// The functions of an instance.
pub(crate) struct Functions {
    pub plugin: plugin::Guest,
    /// Absent in a connector without triggers.
    pub triggers: Option<wit::Guest>,
}

/// A component instance with its own memory, environment and transport.
pub struct Sandbox {
    store: Store<State>,
    instance: Instance,
    functions: Functions,
    limits: Limits,
    /// The number of started calls.
    calls: u32,
    /// Whether it may be called again: not during a call, and not after one that failed or was
    /// cancelled, since its memory may be inconsistent.
    sound: bool,
    /// The last field, so that the store is returned to the pool before its permit.
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

    /// Runs a custom action of a document, by the component's `invoke-defined`.
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

    /// The first requests of an action; nothing is sent.
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

    /// The first requests of a custom action of a document, by the component's
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

    /// The problems of the component's configuration, for any action.
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

    /// The component's manifest.
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

    /// The instance and its store, for calls through bindings of a connector's own typed
    /// interfaces. These calls have no wall-clock limit, and their outcome is unknown here, so a
    /// [`crate::Session`] does not use the sandbox again.
    pub fn parts(&mut self) -> (Instance, &mut Store<State>) {
        self.sound = false;
        (self.instance, &mut self.store)
    }

    /// Like [`Sandbox::parts`], for the functions of `workflow:plugin/plugin` in the contract's
    /// own types.
    pub fn plugin(&mut self) -> (&plugin::Guest, &mut Store<State>) {
        self.sound = false;
        (&self.functions.plugin, &mut self.store)
    }

    /// Whether a sandbox with this maximum of actions may run one more.
    pub(crate) fn may_serve(&self, actions: NonZeroU32) -> bool {
        self.sound && self.calls < actions.get()
    }

    /// Replaces environment and transport for the next action.
    pub(crate) fn renew(&mut self, environment: &Environment, transport: Arc<dyn Transport>) {
        self.store.data_mut().renew(environment, transport);
    }

    /// Starts a call. Returns its CPU timer.
    fn begin(&mut self) -> CpuTimer {
        self.calls = self.calls.saturating_add(1);
        self.sound = false;
        self.store.data_mut().usage.begin()
    }

    /// Ends a call that was not cancelled.
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

/// The span of one action, without its input, which may contain personal data.
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

/// Cancels `call` after its time limit.
async fn in_time<T>(limit: Duration, call: impl Future<Output = T>) -> Result<T, SandboxError> {
    tokio::time::timeout(limit, call)
        .await
        .map_err(|_| SandboxError::OutOfTime { limit })
}
