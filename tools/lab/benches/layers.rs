//! What each layer of a call costs: the same request to the same server on the
//! loopback through more and more of the layers, so that the price of one is a
//! difference of two figures; then single actions, and the largest things.
//!
//! `cargo bench -p host-test`, or a part of it: `cargo bench -p host-test -- layers`
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
use lab::load::cases::{CASES, case};
use lab::load::work::{body_of, environment, page, way_out};
use lab::load::{Canned, Work};
use serde_json::json;
use tokio::runtime::{Builder, Runtime};

const WORK: Work = Work::GetContactById;

/// One thread: what waits for nobody is not handed from core to core.
fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

fn connector() -> ConnectorPre {
    let component = build::component().expect("the component builds").component;
    let engine = Engine::new().expect("the engine starts");
    let component = connector_host::load(&engine, &component).expect("the component loads");
    ConnectorPre::new(&engine, &component, Limits::default()).expect("the component links")
}

/// What a sandbox is made with.
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

/// Measures an action in fresh sandboxes, and in one that is used over and over.
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
    let (hidden, transport) = way_out(&manifest, server.url()).unwrap();
    let url = format!("{}/contacts/7", server.url());
    group.bench_function("3 the host's way out, no component", |bencher| {
        bencher.iter(|| {
            let body = Empty::new().map_err(|never| match never {}).boxed_unsync();
            let request = Request::get(&url).body(body).unwrap();
            runtime.block_on(async {
                let Ok((answer, _)) = transport.send_request(request, None).await else {
                    panic!("no answer");
                };
                answer.into_body().collect().await.unwrap()
            })
        });
    });
    let canned = Setting {
        plugin: plugin.clone(),
        environment: plain,
        transport: Arc::new(Canned::new(WORK.answer())),
    };
    group.bench_function("4 making a sandbox", |bencher| {
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

/// One case of each action, whose request is answered at once.
fn actions(criterion: &mut Criterion) {
    let (plugin, runtime) = (connector(), runtime());
    let mut group = criterion.benchmark_group("actions");
    for name in CASES {
        let (case, canned) = case(name).unwrap();
        let setting = Setting {
            plugin: plugin.clone(),
            environment: case.environment.clone(),
            transport: Arc::new(canned),
        };
        let action = &case.name.action;
        fresh_and_reused(&mut group, &runtime, name, &setting, action, &case.input);
    }
    group.finish();
}

/// What is as large as Intercom allows, and the manifest.
fn extremes(criterion: &mut Criterion) {
    let (plugin, runtime) = (connector(), runtime());
    let mut group = criterion.benchmark_group("extremes");
    let formula = json!({ "filter_formula": formula(15, 15) }).to_string();
    let all = json!({ "filter_formula": "role = 'user'", "pagination_parameters": "per_page=150" });
    for (name, input, rows) in [
        ("formula of 15×15 filters", formula, 1),
        ("page of 150 contacts", all.to_string(), 150),
    ] {
        let setting = Setting {
            plugin: plugin.clone(),
            environment: environment("https://api.intercom.io"),
            transport: Arc::new(Canned::new(page(rows))),
        };
        fresh_and_reused(
            &mut group,
            &runtime,
            name,
            &setting,
            "search-contacts",
            &input,
        );
    }
    group.bench_function("manifest, fresh sandbox", |bencher| {
        bencher.iter(|| runtime.block_on(manifest(&plugin)));
    });
    group.finish();
}

/// So many groups of so many filters, no two of them the same.
fn formula(groups: usize, filters: usize) -> String {
    let group = |group: usize| {
        let filter = |filter: usize| format!("name ~ 'part {group} {filter}'");
        let filters: Vec<_> = (0..filters).map(filter).collect();
        format!("({})", filters.join(" AND "))
    };
    let groups: Vec<_> = (0..groups).map(group).collect();
    groups.join(" OR ")
}

criterion_group!(benches, layers, actions, extremes);
criterion_main!(benches);
