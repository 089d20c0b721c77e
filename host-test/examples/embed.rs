//! The smallest engine: loads the component with wasmtime's own crates and runs
//! one action. The README shows its `main`.
//!
//! `cargo run -p host-test --example embed -- get-contact-by-id '{"contact_id": "…"}'`

use wasmtime::component::{Component, Linker, ResourceTable};
use wasmtime::{Engine, Result, Store};
use wasmtime_wasi::{WasiCtx, WasiCtxView, WasiView};
use wasmtime_wasi_http::{WasiHttpCtx, WasiHttpCtxView, WasiHttpView, default_hooks};

mod contract {
    #![allow(missing_docs, unsafe_code, clippy::all, reason = "generated from wit/")]
    wasmtime::component::bindgen!({ path: "../wit", world: "connector" });
}

struct Host {
    wasi: WasiCtx,
    http: WasiHttpCtx,
    table: ResourceTable,
}

fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let action = arguments.next().unwrap_or("test-connection".into());
    let input = arguments.next().unwrap_or("{}".into());
    let token = std::env::var("INTERCOM_ACCESS_TOKEN").unwrap_or_default();

    let engine = Engine::default();
    let component = Component::from_file(&engine, "target/intercom.wasm")?;
    let mut linker = Linker::new(&engine);
    wasmtime_wasi::p2::add_to_linker_sync(&mut linker)?;
    wasmtime_wasi_http::p2::add_only_http_to_linker_sync(&mut linker)?;

    let host = Host {
        wasi: WasiCtx::builder()
            .env("INTERCOM_ACCESS_TOKEN", &token)
            .build(),
        http: WasiHttpCtx::new(),
        table: ResourceTable::new(),
    };
    let mut store = Store::new(&engine, host);
    let connector = contract::Connector::instantiate(&mut store, &component, &linker)?;
    match connector
        .workflow_plugin_plugin()
        .call_invoke(&mut store, &action, &input)?
    {
        Ok(json) => println!("{json}"),
        Err(error) => println!("{error:?}"),
    }
    Ok(())
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
            hooks: default_hooks(),
            table: &mut self.table,
            ctx: &mut self.http,
        }
    }
}
