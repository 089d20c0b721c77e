//! Handles a sandbox's outgoing requests in the host: forwards each to the transport in its own
//! span, counts it, and keeps the host's error of a failed one.

use std::future::Future;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::header::HeaderName;
use http::{Request, Response};
use http_body::{Body, Frame};
use http_body_util::BodyExt;
use tracing::field::Empty;
use tracing::{Instrument, Span};
use wasmtime_wasi_http::{Error, RequestOptions, WasiBody, WasiHttpHooks};

use crate::transport::{
    ResponseFuture, Transport, TransportError, TransportErrorSource, TransportResponse,
};

/// The service's id of a request, for support.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Maximum number of stored errors: more than an action's retries, and a limit to the host's
/// memory.
const FAILURES: usize = 16;

/// The hooks of one sandbox.
pub(crate) struct Hooks {
    transport: Arc<dyn Transport>,
    pub(crate) traffic: Arc<Traffic>,
    failures: Arc<Mutex<Vec<TransportErrorSource>>>,
}

/// A sandbox's requests and responses so far.
#[derive(Debug, Default)]
pub(crate) struct Traffic {
    pub(crate) requests: AtomicU64,
    /// Bytes of request bodies.
    pub(crate) sent: AtomicU64,
    /// Bytes of response bodies.
    pub(crate) received: AtomicU64,
}

impl Hooks {
    pub(crate) fn new(transport: Arc<dyn Transport>) -> Self {
        Self {
            transport,
            traffic: Arc::default(),
            failures: Arc::default(),
        }
    }

    /// Drains the host's errors of failed requests.
    pub(crate) fn take_failures(&self) -> Vec<TransportErrorSource> {
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut failures)
    }
}

impl WasiHttpHooks for Hooks {
    fn send_request(
        &mut self,
        request: Request<WasiBody>,
        options: Option<RequestOptions>,
        _processed: Box<dyn Future<Output = Result<(), Error>> + Send>,
    ) -> Box<dyn Future<Output = Result<TransportResponse, Error>> + Send> {
        let attempt = self.traffic.requests.fetch_add(1, Ordering::Relaxed) + 1;
        let span = span(attempt, &request);
        let traffic = Arc::clone(&self.traffic);
        let request = request.map(|body| {
            let traffic = Arc::clone(&traffic);
            counted(body, move |bytes| {
                traffic.sent.fetch_add(bytes, Ordering::Relaxed);
            })
        });
        let sending = span.in_scope(|| self.transport.send_request(request, options));
        let failures = Arc::clone(&self.failures);
        Box::new(observe(sending, traffic, failures).instrument(span))
    }
}

/// A request's span, without the query, which may contain personal data.
fn span(attempt: u64, request: &Request<WasiBody>) -> Span {
    let uri = request.uri();
    tracing::info_span!(
        "request",
        attempt,
        method = %request.method(),
        host = uri.authority().map(|authority| authority.host()),
        path = uri.path(),
        status = Empty,
        request_id = Empty,
    )
}

async fn observe(
    sending: ResponseFuture,
    traffic: Arc<Traffic>,
    failures: Arc<Mutex<Vec<TransportErrorSource>>>,
) -> Result<TransportResponse, Error> {
    let start = Instant::now();
    let outcome = sending.await;
    let duration_ms = milliseconds(start.elapsed());
    match outcome {
        Ok((response, connection)) => {
            note_head(&response);
            tracing::info!(duration_ms, "responded");
            let received = move |bytes| {
                traffic.received.fetch_add(bytes, Ordering::Relaxed);
            };
            Ok((response.map(|body| counted(body, received)), connection))
        }
        Err(error) => {
            tracing::warn!(duration_ms, %error, "no response");
            let TransportError { code, source } = error;
            let mut failures = failures.lock().unwrap_or_else(PoisonError::into_inner);
            if failures.len() < FAILURES {
                failures.extend(source);
            }
            Err(code)
        }
    }
}

/// The level or text for a log.
pub(crate) fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

fn note_head(response: &Response<WasiBody>) {
    let span = Span::current();
    span.record("status", response.status().as_u16());
    let id = response.headers().get(REQUEST_ID);
    if let Some(id) = id.and_then(|id| id.to_str().ok()) {
        span.record("request_id", id);
    }
}

/// A body that counts its bytes.
fn counted(body: WasiBody, count: impl Fn(u64) + Send + 'static) -> WasiBody {
    if body.is_end_stream() {
        return body;
    }
    let counted = body.map_frame(move |frame: Frame<Bytes>| {
        count(frame.data_ref().map_or(0, Bytes::len) as u64);
        frame
    });
    counted.boxed_unsync()
}
