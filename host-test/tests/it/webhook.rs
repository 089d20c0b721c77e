//! The component of `engines/webhook`, composed with the connector and served by
//! wasmtime: recorded deliveries come in, and events go out.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use bytes::Bytes;
use connector_cases::event_json;
use connector_host::bindings::plugin::HttpHeader;
use connector_host::bindings::triggers::{Delivery, Meaning};
use connector_host::{DenyAll, Environment, Manifest};
use host_test::build;
use http::{Request, Response};
use http_body_util::{BodyExt, Empty, Full};
use serde_json::Value;
use test_support::{all_deliveries, artifact, connector, manifest};
use wasmtime::component::{Component, Linker, ResourceTable};
use wasmtime::{Config, Engine, OptLevel, Store};
use wasmtime_wasi::p2::pipe::MemoryOutputPipe;
use wasmtime_wasi::{HostWallClock, WasiCtx, WasiCtxBuilder, WasiCtxView, WasiView};
use wasmtime_wasi_http::p2::bindings::ProxyPre;
use wasmtime_wasi_http::p2::bindings::http::types::Scheme;
use wasmtime_wasi_http::{
    Error, RequestOptions, WasiBody, WasiHttpCtx, WasiHttpCtxView, WasiHttpHooks, WasiHttpView,
};

const ADDRESS: &str = "http://127.0.0.1:3000/events?from=intercom";

/// When deliveries arrive that don't say it, in Unix milliseconds.
const NOW: u64 = 1_772_441_063_000;

/// What came of a delivery.
struct Served {
    status: u16,
    headers: Vec<(String, String)>,
    body: String,
    /// The requests that the address received: `Idempotency-Key` and the JSON.
    passed_on: Vec<(String, Value)>,
    log: String,
}

/// Serves one delivery; the address responds with a status.
async fn serve(delivery: &Delivery, environment: &Environment, status: u16) -> Served {
    let log = MemoryOutputPipe::new(64 * 1024);
    let mut wasi = WasiCtxBuilder::new();
    wasi.stderr(log.clone())
        .wall_clock(At(delivery.received_at_ms.unwrap()));
    for (name, value) in environment {
        wasi.env(name, value);
    }
    let address = Address {
        status,
        received: Arc::default(),
    };
    let received = Arc::clone(&address.received);
    let host = Host {
        table: ResourceTable::new(),
        wasi: wasi.build(),
        http: WasiHttpCtx::new(),
        address,
    };
    let response = call(host, delivery).await;
    let headers = response.headers().iter();
    let headers = headers.map(|(name, value)| (name.to_string(), value.to_str().unwrap().into()));
    let passed_on = received.lock().unwrap().clone();
    Served {
        status: response.status().as_u16(),
        headers: headers.collect(),
        body: String::from_utf8(response.into_body().to_vec()).unwrap(),
        passed_on,
        log: String::from_utf8(log.contents().to_vec()).unwrap(),
    }
}

async fn call(host: Host, delivery: &Delivery) -> Response<Bytes> {
    let mut store = Store::new(webhook().engine(), host);
    let mut request = Request::builder()
        .method(delivery.method.as_str())
        .uri(format!("http://engine.example/intercom?{}", delivery.query));
    for HttpHeader { name, value } in &delivery.headers {
        request = request.header(name, value);
    }
    let body = Full::new(Bytes::from(delivery.body.clone()));
    let body = body.map_err(|never| -> Error { match never {} });
    let request = request.body(body).unwrap();
    let (sender, receiver) = tokio::sync::oneshot::channel();
    let mut view = store.data_mut().http();
    let request = view.new_incoming_request(Scheme::Http, request).unwrap();
    let response = view.new_response_outparam(sender).unwrap();
    let proxy = webhook().instantiate_async(&mut store).await.unwrap();
    let handler = proxy.wasi_http_incoming_handler();
    handler
        .call_handle(&mut store, request, response)
        .await
        .unwrap();
    let (head, body) = receiver.await.unwrap().unwrap().into_parts();
    Response::from_parts(head, body.collect().await.unwrap().to_bytes())
}

/// The composed component, ready to run.
fn webhook() -> &'static ProxyPre<Host> {
    static WEBHOOK: OnceLock<ProxyPre<Host>> = OnceLock::new();
    WEBHOOK.get_or_init(|| {
        let folder = build::workspace().join("engines/webhook");
        let connector = &artifact().component;
        let built = build::plugged(&folder, "webhook.wasm", connector).unwrap();
        let mut config = Config::new();
        config.cranelift_opt_level(OptLevel::None);
        let engine = Engine::new(&config).unwrap();
        let component = Component::from_file(&engine, built.component).unwrap();
        let mut linker = Linker::new(&engine);
        wasmtime_wasi::p2::add_to_linker_async(&mut linker).unwrap();
        wasmtime_wasi_http::p2::add_only_http_to_linker_async(&mut linker).unwrap();
        ProxyPre::new(linker.instantiate_pre(&component).unwrap()).unwrap()
    })
}

struct Host {
    table: ResourceTable,
    wasi: WasiCtx,
    http: WasiHttpCtx,
    address: Address,
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
            ctx: &mut self.http,
            table: &mut self.table,
            hooks: &mut self.address,
        }
    }
}

/// The address that events are passed on to.
struct Address {
    status: u16,
    received: Arc<Mutex<Vec<(String, Value)>>>,
}

type Sent = (
    Response<WasiBody>,
    Box<dyn Future<Output = Result<(), Error>> + Send>,
);

impl WasiHttpHooks for Address {
    fn send_request(
        &mut self,
        request: Request<WasiBody>,
        _: Option<RequestOptions>,
        _: Box<dyn Future<Output = Result<(), Error>> + Send>,
    ) -> Box<dyn Future<Output = Result<Sent, Error>> + Send> {
        let (status, received) = (self.status, Arc::clone(&self.received));
        Box::new(async move {
            let (head, body) = request.into_parts();
            assert_eq!(head.uri, ADDRESS);
            let key = head.headers["idempotency-key"].to_str().unwrap().to_owned();
            let event = serde_json::from_slice(&body.collect().await?.to_bytes()).unwrap();
            received.lock().unwrap().push((key, event));
            let body = Empty::new().map_err(|never| match never {}).boxed_unsync();
            let response = Response::builder().status(status).body(body).unwrap();
            Ok((response, Box::new(async { Ok(()) }) as _))
        })
    }
}

/// A clock that stands still, in Unix milliseconds.
struct At(u64);

impl HostWallClock for At {
    fn resolution(&self) -> Duration {
        Duration::from_millis(1)
    }

    fn now(&self) -> Duration {
        Duration::from_millis(self.0)
    }
}

/// The environment of a case, and where events go.
fn forwarding(environment: &Environment) -> Environment {
    let mut environment = environment.clone();
    environment.insert("FORWARD_URL".to_owned(), ADDRESS.to_owned());
    environment
}

/// The delivery of a case that has one event, and its environment.
async fn replied() -> (Delivery, Environment) {
    let manifest: Manifest = manifest().await;
    let mut cases = all_deliveries().into_iter();
    let case = cases
        .find(|case| case.name.to_string() == "contact-replied/sample")
        .unwrap();
    let delivery = case.delivery.as_ref().unwrap();
    (
        delivery.delivery(&manifest, &case.environment),
        forwarding(&case.environment),
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn every_recorded_delivery_gets_the_connectors_reply_and_its_events_are_passed_on() {
    let manifest = manifest().await;
    let mut events = 0;
    let mut refused = 0;
    for case in all_deliveries() {
        let delivery = case.delivery.as_ref().unwrap();
        let mut delivery = delivery.delivery(&manifest, &case.environment);
        if delivery.verified {
            continue;
        }
        delivery.received_at_ms.get_or_insert(NOW);
        let transport = Arc::new(DenyAll);
        let mut sandbox = connector()
            .sandbox(&case.environment, transport)
            .await
            .unwrap();
        let expected = sandbox.receive(&delivery).await.unwrap();
        let served = serve(&delivery, &forwarding(&case.environment), 202).await;
        let Ok(expected) = expected else {
            assert_eq!(served.status, 500, "{}", case.name);
            continue;
        };
        let reply = expected.reply;
        assert_eq!(
            (served.status, served.body),
            (reply.status, reply.body),
            "{}",
            case.name
        );
        for HttpHeader { name, value } in reply.headers {
            assert!(
                served.headers.contains(&(name.to_lowercase(), value)),
                "{}",
                case.name
            );
        }
        let expected = match expected.meaning {
            Meaning::Events(events) => events,
            Meaning::Refused(refusal) => {
                refused += 1;
                assert!(served.log.contains(&refusal.message), "{}", case.name);
                Vec::new()
            }
            Meaning::Check | Meaning::Uninstalled(_) => Vec::new(),
        };
        events += expected.len();
        let expected = expected
            .iter()
            .map(|event| (event.id.clone(), event_json(event)));
        assert_eq!(
            served.passed_on,
            expected.collect::<Vec<_>>(),
            "{}",
            case.name
        );
    }
    assert!(
        events >= 25 && refused >= 5,
        "{events} events, {refused} refused"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn intercom_sends_again_what_was_not_accepted() {
    let (delivery, environment) = replied().await;
    let served = serve(&delivery, &environment, 503).await;
    assert_eq!((served.status, served.body.as_str()), (500, ""));
    assert!(
        served.log.contains("FORWARD_URL: it responded 503"),
        "{}",
        served.log
    );
    assert_eq!(serve(&delivery, &environment, 204).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_an_address_or_a_secret_nothing_is_accepted() {
    let (delivery, environment) = replied().await;
    for (name, problem) in [
        ("FORWARD_URL", "FORWARD_URL: it is missing"),
        ("INTERCOM_CLIENT_SECRET", "INTERCOM_CLIENT_SECRET"),
    ] {
        let mut environment = environment.clone();
        environment.remove(name);
        let served = serve(&delivery, &environment, 200).await;
        assert_eq!((served.status, served.passed_on.len()), (500, 0));
        assert!(served.log.contains(problem), "{}", served.log);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn triggers_and_inputs_select_events() {
    let (delivery, environment) = replied().await;
    for (variable, value, status, passed_on) in [
        ("WEBHOOK_TRIGGERS", "note-added, contact-replied", 200, 1),
        ("WEBHOOK_TRIGGERS", "note-added", 200, 0),
        ("WEBHOOK_INPUT", r#"{"workspace": "ws_another"}"#, 200, 0),
        (
            "WEBHOOK_INPUT",
            r#"{"filter": "author_type = 'user'"}"#,
            200,
            1,
        ),
        ("WEBHOOK_INPUT", r#"{"filter": "author_type ="}"#, 500, 0),
    ] {
        let mut environment = environment.clone();
        environment.insert(variable.to_owned(), value.to_owned());
        let served = serve(&delivery, &environment, 200).await;
        assert_eq!(
            (served.status, served.passed_on.len()),
            (status, passed_on),
            "{value}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endless_body_is_not_read_to_its_end() {
    let (mut delivery, environment) = replied().await;
    delivery.body = vec![b' '; 6 * 1024 * 1024];
    assert_eq!(serve(&delivery, &environment, 200).await.status, 413);
}
