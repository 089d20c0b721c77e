//! The memory of a sandbox while it waits for a response.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use http::Request;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::timeout;
use wasmtime_wasi_http::{Error, RequestOptions, WasiBody};

use super::drive::Caller;
use super::{Canned, Sandboxes, Work, work};
use connector_cases::process::resident_bytes;
use connector_host::{ConnectorPre, ResponseFuture, Transport};

/// How long all sandboxes may take to send their requests, which normally takes milliseconds;
/// one may fail before it sends.
const TIMEOUT: Duration = Duration::from_secs(30);

/// The memory that each of `held` sandboxes adds to the process while all of them
/// wait for a response, in bytes: its own and the host's, without a connection.
/// `None` if the system does not report memory, or an action fails.
///
/// Use an engine that has run nothing yet: memory that a pool keeps of earlier
/// sandboxes would not be counted.
pub async fn resident_per_sandbox(plugin: &ConnectorPre, work: Work, held: usize) -> Option<u64> {
    let gate = Arc::new(Gate::new(work));
    let environment = work::environment("http://127.0.0.1:1");
    let transport = Arc::clone(&gate) as Arc<dyn Transport>;
    let sandboxes = Sandboxes::new(
        plugin.clone(),
        environment,
        transport,
        work,
        NonZeroU32::MIN,
    );
    // The first call also sets up what all sandboxes share.
    gate.open.add_permits(1);
    sandboxes.caller().call().await.ok()?;
    gate.arrived.forget_permits(1);

    let before = resident_bytes()?;
    let mut calls = JoinSet::new();
    for _ in 0..held {
        let mut caller = sandboxes.caller();
        calls.spawn(async move { caller.call().await });
    }
    let all = gate.arrived.acquire_many(u32::try_from(held).ok()?);
    let waiting = timeout(TIMEOUT, all).await.ok()?.ok()?;
    let after = resident_bytes()?;
    drop(waiting);
    gate.open.add_permits(held);
    while calls.join_next().await.is_some() {}
    Some(after.saturating_sub(before) / u64::try_from(held).ok()?.max(1))
}

/// A transport that holds its responses back until it is opened.
struct Gate {
    canned: Canned,
    /// A permit for each request that has arrived.
    arrived: Semaphore,
    /// A permit for each response to release.
    open: Arc<Semaphore>,
}

impl Gate {
    fn new(work: Work) -> Self {
        Self {
            canned: Canned::new(work.response()),
            arrived: Semaphore::new(0),
            open: Arc::new(Semaphore::new(0)),
        }
    }
}

impl Transport for Gate {
    fn send_request(
        &self,
        request: Request<WasiBody>,
        options: Option<RequestOptions>,
    ) -> ResponseFuture {
        self.arrived.add_permits(1);
        let response = self.canned.send_request(request, options);
        let open = Arc::clone(&self.open);
        Box::pin(async move {
            match open.acquire().await {
                Ok(permit) => permit.forget(),
                Err(_) => return Err(Error::ConnectionTerminated.into()),
            }
            response.await
        })
    }
}
