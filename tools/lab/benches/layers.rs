//! The cost of each layer of a call: the same request to the same server on loopback
//! through more and more layers, so that a layer's cost is the difference of two
//! figures; then every action, and the largest inputs and responses.
//!
//! `cargo bench -p lab`, or a part of it: `cargo bench -p lab -- layers`
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "a benchmark"
)]

mod native;

use std::num::NonZeroU32;
use std::sync::Arc;

use connector_host::{
    ConnectorPre, DenyAll, Engine, Environment, Limits, Manifest, Sandbox, Session, Transport,
};
use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, Criterion, criterion_group, criterion_main};
use host_test::build;
use http::Request;
use http_body_util::{BodyExt, Empty};
use intercom_double::FixedServer;
use lab::load::cases::{canned, measured};
use lab::load::work::{body_of, egress, environment};
use lab::load::{Canned, Extreme, Work};
use tokio::runtime::{Builder, Runtime};

const WORK: Work = Work::GetContactById;

/// One thread, so that no task moves between cores.
fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

fn connector() -> ConnectorPre {
    let component = build::component().expect("the component builds").component;
    let engine = Engine::new().expect("the engine starts");
    let component = connector_host::load(&engine, &component).expect("the component loads");
    ConnectorPre::new(&engine, &component, Limits::default()).expect("the component links")
}

/// What a sandbox is created with.
#[derive(Clone)]
struct Setting {
    plugin: ConnectorPre,
    environment: Environment,
    transport: Arc<dyn Transport>,
}

impl Setting {
    async fn sandbox(&self) -> Sandbox {
        let transport = Arc::clone(&self.transport);
        let made = self.plugin.sandbox(&self.environment, transport).await;
        made.unwrap()
    }
}

async fn manifest(plugin: &ConnectorPre) -> Manifest {
    let made = plugin.sandbox(&Environment::new(), Arc::new(DenyAll)).await;
    made.unwrap().manifest().await.unwrap()
}

async fn invoke(sandbox: &mut Sandbox, action: &str, input: &str) {
    let ended = sandbox.invoke(action, input).await.unwrap();
    ended.unwrap_or_else(|error| panic!("{action}: {error:?}"));
}

type Group<'a> = BenchmarkGroup<'a, WallTime>;

/// Measures an action in fresh sandboxes and in a reused one.
fn fresh_and_reused(
    group: &mut Group<'_>,
    runtime: &Runtime,
    name: &str,
    setting: &Setting,
    action: &str,
    input: &str,
) {
    group.bench_function(format!("{name}, fresh sandbox"), |bencher| {
        bencher.iter(|| {
            runtime.block_on(async { invoke(&mut setting.sandbox().await, action, input).await });
        });
    });
    group.bench_function(format!("{name}, reused sandbox"), |bencher| {
        let mut session = Session::new(&setting.plugin, NonZeroU32::MAX);
        bencher.iter(|| {
            runtime.block_on(async {
                let transport = Arc::clone(&setting.transport);
                let sandbox = session.sandbox(&setting.environment, transport);
                invoke(sandbox.await.unwrap(), action, input).await;
            });
        });
    });
}

/// From the bare client to the component over the loopback.
fn layers(criterion: &mut Criterion) {
    let server = FixedServer::start(0, body_of).unwrap();
    let plugin = connector();
    let runtime = runtime();
    let plain = environment(server.url());
    let request = native::request(WORK, &plain);
    let mut group = criterion.benchmark_group("layers");

    let client = native::Bare::new();
    group.bench_function("1 bare client", |bencher| {
        bencher.iter(|| runtime.block_on(client.send(&request)).unwrap());
    });
    group.bench_function("2 native core, bare client", |bencher| {
        let mut transport = native::Waiting {
            runtime: &runtime,
            client: &client,
        };
        bencher.iter(|| native::run(WORK.action(), WORK.input(), &plain, &mut transport).unwrap());
    });
    let manifest = runtime.block_on(manifest(&plugin));
    let (hidden, transport) = egress(&manifest, server.url()).unwrap();
    let url = format!("{}/contacts/7", server.url());
    group.bench_function("3 the host's egress, no component", |bencher| {
        bencher.iter(|| {
            let body = Empty::new().map_err(|never| match never {}).boxed_unsync();
            let request = Request::get(&url).body(body).unwrap();
            runtime.block_on(async {
                let Ok((response, _)) = transport.send_request(request, None).await else {
                    panic!("no response");
                };
                response.into_body().collect().await.unwrap()
            })
        });
    });
    let canned = Setting {
        plugin: plugin.clone(),
        environment: plain,
        transport: Arc::new(Canned::new(WORK.response())),
    };
    group.bench_function("4 creating a sandbox", |bencher| {
        bencher.iter(|| runtime.block_on(canned.sandbox()));
    });
    let loopback = Setting {
        plugin,
        environment: hidden,
        transport,
    };
    for (name, setting) in [
        ("5 component, no socket", canned),
        ("6 component, loopback", loopback),
    ] {
        let (action, input) = (WORK.action(), WORK.input());
        fresh_and_reused(&mut group, &runtime, name, &setting, action, input);
    }
    group.finish();
}

/// The recorded cases of the budget, with an immediate response.
fn actions(criterion: &mut Criterion) {
    let (plugin, runtime) = (connector(), runtime());
    let mut group = criterion.benchmark_group("actions");
    for case in measured(&runtime.block_on(manifest(&plugin))).unwrap() {
        let setting = Setting {
            plugin: plugin.clone(),
            environment: case.environment.clone(),
            transport: Arc::new(canned(&case)),
        };
        let name = case.name.to_string();
        let action = &case.name.action;
        fresh_and_reused(&mut group, &runtime, &name, &setting, action, &case.input);
    }
    group.finish();
}

/// The searches that cost most, and the manifest.
fn extremes(criterion: &mut Criterion) {
    let (plugin, runtime) = (connector(), runtime());
    let mut group = criterion.benchmark_group("extremes");
    for extreme in Extreme::all() {
        let setting = Setting {
            plugin: plugin.clone(),
            environment: environment("https://api.intercom.io"),
            transport: Arc::new(Canned::new(extreme.response())),
        };
        fresh_and_reused(
            &mut group,
            &runtime,
            extreme.name,
            &setting,
            Work::SearchContacts.action(),
            &extreme.input,
        );
    }
    group.bench_function("manifest, fresh sandbox", |bencher| {
        bencher.iter(|| runtime.block_on(manifest(&plugin)));
    });
    group.finish();
}

criterion_group!(benches, layers, actions, extremes);
criterion_main!(benches);
