//! The host's side of the connector: a fresh sandbox for each call, with the
//! variables, the bounds and the network that the call is granted.

use std::time::Duration;

use http::header::{AUTHORIZATION, HeaderValue};
use http::{Request, Response};
use wasmtime::component::{Component, HasData, Linker, ResourceTable};
use wasmtime::{Config, Engine, Result, Store, StoreLimits, StoreLimitsBuilder};
use wasmtime_wasi::cli::{WasiCli, WasiCliView};
use wasmtime_wasi::clocks::{WasiClocks, WasiClocksView};
use wasmtime_wasi::p2::bindings::{cli, clocks, io};
use wasmtime_wasi::{WasiCtx, WasiCtxView, WasiView};
use wasmtime_wasi_http::{Error, RequestOptions, WasiBody, WasiHttpHooks, default_hooks};
use wasmtime_wasi_http::{WasiHttpCtx, WasiHttpCtxView, WasiHttpView};

use contract::{Connector, ConnectorPre};

pub mod contract {
    #![allow(clippy::all, reason = "generated from wit/")]
    wasmtime::component::bindgen!({
        path: "../../wit",
        world: "connector",
        exports: { default: async },
    });
}

/// How long a call may take, waits included: above the two minutes that the
/// connector itself gives an action, so that its better error comes first.
const TIME: Duration = Duration::from_secs(150);

/// How long a computing sandbox keeps its thread from the others, and by how much
/// a call can outlast its time.
const TICK: Duration = Duration::from_millis(10);

/// How many requests, bodies and streams a call may hold on the host's side. The
/// connector holds ten or so.
const RESOURCES: usize = 256;

/// What the component gets to see in place of the token.
const PLACEHOLDER: &str = "the-engine-puts-the-token-here";

/// What one call is granted.
#[derive(Clone)]
pub struct Grant {
    /// The environment, without the token; no other variable is seen.
    pub variables: Vec<(&'static str, String)>,
    /// The access token, which never enters the sandbox.
    pub token: String,
    /// Where requests may go to, such as `https://api.intercom.io`.
    pub origins: Vec<String>,
    /// Linear memory, in bytes.
    pub memory: usize,
}

impl Default for Grant {
    /// No network and no variables, and room for the largest answers that the
    /// connector takes.
    fn default() -> Self {
        Self {
            variables: vec![],
            token: String::new(),
            origins: vec![],
            memory: 64 << 20,
        }
    }
}

/// The component, compiled and linked.
pub struct Plugin {
    engine: Engine,
    linked: ConnectorPre<Sandbox>,
}

impl Plugin {
    /// Compiles the component and links what it may import: one that wants
    /// files, sockets or the time of day is refused here.
    pub fn load(path: &str) -> Result<Self> {
        let engine = Engine::new(Config::new().epoch_interruption(true))?;
        let component = Component::from_file(&engine, path)?;
        let mut linker = Linker::new(&engine);
        io::error::add_to_linker::<Sandbox, Io>(&mut linker, table)?;
        io::poll::add_to_linker::<Sandbox, Io>(&mut linker, table)?;
        io::streams::add_to_linker::<Sandbox, Io>(&mut linker, table)?;
        cli::environment::add_to_linker::<Sandbox, WasiCli>(&mut linker, Sandbox::cli)?;
        clocks::monotonic_clock::add_to_linker::<Sandbox, WasiClocks>(
            &mut linker,
            Sandbox::clocks,
        )?;
        wasmtime_wasi_http::p2::add_only_http_to_linker_async(&mut linker)?;
        let linked = ConnectorPre::new(linker.instantiate_pre(&component)?)?;
        let ticking = engine.weak();
        std::thread::spawn(move || {
            while let Some(engine) = ticking.upgrade() {
                engine.increment_epoch();
                drop(engine);
                std::thread::sleep(TICK);
            }
        });
        Ok(Self { engine, linked })
    }

    /// Calls the connector in a sandbox of its own. An error is the sandbox's:
    /// it trapped, or met a bound.
    pub async fn call<T>(
        &self,
        grant: &Grant,
        call: impl AsyncFnOnce(&Connector, &mut Store<Sandbox>) -> Result<T>,
    ) -> Result<T> {
        let mut store = Store::new(&self.engine, Sandbox::new(grant)?);
        store.limiter(|sandbox| &mut sandbox.limits);
        // At each tick a loop gives way, and so the time-out gets its turn.
        store.set_epoch_deadline(1);
        store.epoch_deadline_async_yield_and_update(1);
        let connector = self.linked.instantiate_async(&mut store).await?;
        tokio::time::timeout(TIME, call(&connector, &mut store)).await?
    }
}

/// What a sandbox holds on the host's side.
pub struct Sandbox {
    wasi: WasiCtx,
    http: WasiHttpCtx,
    table: ResourceTable,
    egress: Egress,
    limits: StoreLimits,
}

impl Sandbox {
    fn new(grant: &Grant) -> Result<Self> {
        let mut token = HeaderValue::try_from(format!("Bearer {}", grant.token))?;
        token.set_sensitive(true);
        let mut table = ResourceTable::new();
        table.set_max_capacity(RESOURCES);
        Ok(Self {
            wasi: WasiCtx::builder()
                .envs(&grant.variables)
                .env("INTERCOM_ACCESS_TOKEN", PLACEHOLDER)
                .build(),
            http: WasiHttpCtx::new(),
            table,
            egress: Egress {
                origins: grant.origins.clone(),
                token,
            },
            limits: StoreLimitsBuilder::new().memory_size(grant.memory).build(),
        })
    }
}

/// The one way out: granted origins alone, and the token in its header alone.
struct Egress {
    origins: Vec<String>,
    token: HeaderValue,
}

type Answer = (
    Response<WasiBody>,
    Box<dyn Future<Output = Result<(), Error>> + Send>,
);

impl WasiHttpHooks for Egress {
    fn send_request(
        &mut self,
        mut request: Request<WasiBody>,
        options: Option<RequestOptions>,
        processed: Box<dyn Future<Output = Result<(), Error>> + Send>,
    ) -> Box<dyn Future<Output = Result<Answer, Error>> + Send> {
        let (scheme, authority) = (request.uri().scheme_str(), request.uri().authority());
        let granted = scheme.zip(authority).is_some_and(|(scheme, authority)| {
            self.origins.contains(&format!("{scheme}://{authority}"))
        });
        if !granted {
            return Box::new(async { Err(Error::HttpRequestDenied) });
        }
        if let Some(value) = request.headers_mut().get_mut(AUTHORIZATION)
            && *value == format!("Bearer {PLACEHOLDER}")
        {
            *value = self.token.clone();
        }
        // A pooled client would save a connection per request; see host-test.
        default_hooks().send_request(request, options, processed)
    }
}

impl WasiView for Sandbox {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView {
            ctx: &mut self.wasi,
            table: &mut self.table,
        }
    }
}

impl WasiHttpView for Sandbox {
    fn http(&mut self) -> WasiHttpCtxView<'_> {
        WasiHttpCtxView {
            ctx: &mut self.http,
            table: &mut self.table,
            hooks: &mut self.egress,
        }
    }
}

/// `wasi:io` works on the table of resources alone.
struct Io;

impl HasData for Io {
    type Data<'a> = &'a mut ResourceTable;
}

fn table(sandbox: &mut Sandbox) -> &mut ResourceTable {
    &mut sandbox.table
}
