//! More actions at once than the engine has places: those that find none wait,
//! and none fails.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use connector_host::{ConnectorPre, Engine, Environment, Limits, ResponseFuture, Transport};
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use wasmtime_wasi_http::{RequestOptions, WasiBody};

const ACTIONS: usize = 2000;
const PLACES: u32 = 64;

/// Answers once every place is taken, and counts the sandboxes that wait for it
/// at once.
#[derive(Default, Clone)]
struct Slow {
    waiting: Arc<AtomicUsize>,
    most: Arc<AtomicUsize>,
}

impl Transport for Slow {
    fn send_request(&self, _: Request<WasiBody>, _: Option<RequestOptions>) -> ResponseFuture {
        let slow = self.clone();
        Box::pin(async move {
            let waiting = slow.waiting.fetch_add(1, Ordering::SeqCst) + 1;
            slow.most.fetch_max(waiting, Ordering::SeqCst);
            while slow.most.load(Ordering::SeqCst) < PLACES as usize {
                sleep(Duration::from_millis(1)).await;
            }
            sleep(Duration::from_millis(1)).await;
            slow.waiting.fetch_sub(1, Ordering::SeqCst);
            let body = Full::new(Bytes::from_static(br#"{"type": "admin", "id": "1"}"#));
            let body = body.map_err(|never| match never {}).boxed_unsync();
            Ok((
                Response::new(body),
                Box::new(std::future::ready(Ok(()))) as _,
            ))
        })
    }
}

async fn all_end() {
    let engine = Engine::with_sandboxes(NonZeroU32::new(PLACES).unwrap()).unwrap();
    let component = connector_host::load(&engine, &test_support::artifact().component).unwrap();
    let plugin = ConnectorPre::new(&engine, &component, Limits::default()).unwrap();
    assert_eq!(plugin.capacity(), PLACES as usize);
    let token = ("INTERCOM_ACCESS_TOKEN".to_owned(), "t".to_owned());
    let environment = Arc::new(Environment::from([token]));
    let slow = Slow::default();
    let mut actions = JoinSet::new();
    for _ in 0..ACTIONS {
        let (plugin, environment) = (plugin.clone(), Arc::clone(&environment));
        let transport = Arc::new(slow.clone());
        actions.spawn(async move {
            let mut sandbox = plugin.sandbox(&environment, transport).await.unwrap();
            sandbox.invoke("test-connection", "{}").await.unwrap()
        });
    }
    let ended = timeout(Duration::from_secs(300), actions.join_all()).await;
    let ended = ended.expect("all end");
    assert_eq!(ended.len(), ACTIONS);
    assert!(ended.iter().all(Result::is_ok));
    assert_eq!(slow.most.load(Ordering::SeqCst), PLACES as usize);
}

#[tokio::test]
async fn two_thousand_actions_end_on_one_thread() {
    all_end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn and_on_several() {
    all_end().await;
}
