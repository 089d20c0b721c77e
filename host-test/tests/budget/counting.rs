//! A plain host that counts what a component does: as few lines as wasmtime
//! allows, so that nothing of ours stands between.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use host_test::host::bindings::Connector;
use host_test::host::{Answer, Environment, Transport};
use host_test::load::Canned;
use wasmtime::component::{Component, Linker, ResourceTable};
use wasmtime::{CallHook, Engine, Store};
use wasmtime_wasi::{WasiCtx, WasiCtxView, WasiView};
use wasmtime_wasi_http::{
    Error, RequestOptions, WasiBody, WasiHttpCtx, WasiHttpCtxView, WasiHttpHooks, WasiHttpView,
};

/// What a call has cost.
pub struct Counts {
    /// By wasmtime's fuel.
    pub instructions: u64,
    /// Calls of the component to the host.
    pub host_calls: u64,
}

/// A component, loaded for counting.
pub struct Counter {
    engine: Engine,
    component: Component,
    linker: Linker<Host>,
}

struct Host {
    wasi: WasiCtx,
    http: WasiHttpCtx,
    table: ResourceTable,
    answers: Answers,
}

impl WasiView for Host {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView {
            ctx: &mut self.wasi,
            table: &mut self.table,
        }
    }
}

impl WasiHttpView for Host {
    fn http(&mut self) -> WasiHttpCtxView<'_> {
        WasiHttpCtxView {
            hooks: &mut self.answers,
            table: &mut self.table,
            ctx: &mut self.http,
        }
    }
}

/// Answers every request at once.
struct Answers(Canned);

impl WasiHttpHooks for Answers {
    fn send_request(
        &mut self,
        request: http::Request<WasiBody>,
        options: Option<RequestOptions>,
        _: Box<dyn Future<Output = Result<(), Error>> + Send>,
    ) -> Box<dyn Future<Output = Result<Answer, Error>> + Send> {
        let answering = self.0.send(request, options);
        Box::new(async { answering.await.map_err(|error| error.told) })
    }
}

impl Counter {
    pub fn new(component: &std::path::Path) -> Self {
        let mut config = wasmtime::Config::new();
        config.consume_fuel(true);
        let engine = Engine::new(&config).unwrap();
        let component = Component::from_file(&engine, component).unwrap();
        let mut linker = Linker::new(&engine);
        wasmtime_wasi::p2::add_to_linker_async(&mut linker).unwrap();
        wasmtime_wasi_http::p2::add_only_http_to_linker_async(&mut linker).unwrap();
        Self {
            engine,
            component,
            linker,
        }
    }

    /// Runs an action in a fresh instance, making it not counted.
    pub async fn count(
        &self,
        environment: &Environment,
        canned: Canned,
        action: &str,
        input: &str,
    ) -> Counts {
        let variables: Vec<_> = environment.iter().collect();
        let host = Host {
            wasi: WasiCtx::builder().envs(&variables).build(),
            http: WasiHttpCtx::new(),
            table: ResourceTable::new(),
            answers: Answers(canned),
        };
        let mut store = Store::new(&self.engine, host);
        store.set_fuel(u64::MAX).unwrap();
        let made = Connector::instantiate_async(&mut store, &self.component, &self.linker);
        let connector = made.await.unwrap();
        store.set_fuel(u64::MAX).unwrap();
        let calls = Arc::new(AtomicU64::new(0));
        let counter = Arc::clone(&calls);
        store.call_hook(move |_, hook| {
            if matches!(hook, CallHook::CallingHost) {
                counter.fetch_add(1, Ordering::Relaxed);
            }
            Ok(())
        });
        let plugin = connector.workflow_plugin_plugin();
        let input = input.to_owned();
        let ended = plugin.call_invoke(&mut store, action, &input).await;
        let ended = ended.unwrap();
        ended.unwrap_or_else(|error| panic!("{action}: {error:?}"));
        Counts {
            instructions: u64::MAX - store.get_fuel().unwrap(),
            host_calls: calls.load(Ordering::Relaxed),
        }
    }
}
