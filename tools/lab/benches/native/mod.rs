//! Without a sandbox: a bare pooled HTTP client, and the connector's core with it.
#![allow(dead_code, reason = "each benchmark uses a part of this")]

use std::time::Duration;

use bytes::Bytes;
use connector_host::Environment;
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use intercom_connector::internals::{
    self, Clock, Headers, HostContext, SendError, SendErrorKind, Transport, WireRequest, invoke,
};
use lab::load::Work;
use tokio::runtime::Runtime;

/// A client that keeps its connections.
#[derive(Clone)]
pub struct Bare(Client<HttpConnector, Full<Bytes>>);

impl Bare {
    /// A client without connections. It belongs to the runtime in which it is first
    /// used.
    pub fn new() -> Self {
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        Self(Client::builder(TokioExecutor::new()).build(connector))
    }

    /// Sends a request, and reads its response to the end.
    pub async fn send(&self, request: &WireRequest) -> Result<Response<Bytes>, String> {
        let sent = self.0.request(as_http(request)).await;
        let (head, body) = sent.map_err(|error| error.to_string())?.into_parts();
        let body = body.collect().await.map_err(|error| error.to_string())?;
        match head.status.is_success() {
            true => Ok(Response::from_parts(head, body.to_bytes())),
            false => Err(format!("status {}", head.status)),
        }
    }
}

fn as_http(request: &WireRequest) -> Request<Full<Bytes>> {
    let uri = format!("http://{}{}", request.authority, request.path_with_query);
    let mut head = Request::builder().method(request.method.name()).uri(uri);
    for (name, value) in &request.headers {
        head = head.header(name, value);
    }
    let body = Full::new(Bytes::from(request.body.clone()));
    head.body(body).expect("the core makes valid requests")
}

/// Runs an action in the native core.
pub fn run(
    action: &str,
    input: &str,
    environment: &Environment,
    transport: &mut dyn Transport,
) -> Result<String, String> {
    let variables = environment.iter();
    let variables = variables.map(|(name, value)| (name.clone(), value.clone()));
    let context = HostContext {
        variables: variables.collect(),
        transport,
        clock: &mut Standing,
    };
    invoke(action, input, context).map_err(|error| format!("{error:?}"))
}

/// The request that an action sends.
pub fn request(work: Work, environment: &Environment) -> WireRequest {
    struct Capture(Option<WireRequest>);
    impl Transport for Capture {
        fn send(&mut self, request: &WireRequest) -> Result<internals::Response, SendError> {
            self.0 = Some(request.clone());
            Err(failed("captured".to_owned()))
        }
    }
    let mut capture = Capture(None);
    let _ = run(work.action(), work.input(), environment, &mut capture);
    capture.0.expect("the action sends a request")
}

/// Sends requests with a bare client, and waits for responses on this thread, which
/// also runs the client's connections.
pub struct Waiting<'a> {
    pub runtime: &'a Runtime,
    pub client: &'a Bare,
}

impl Transport for Waiting<'_> {
    fn send(&mut self, request: &WireRequest) -> Result<internals::Response, SendError> {
        let sent = self.runtime.block_on(self.client.send(request));
        sent.map(as_core).map_err(failed)
    }
}

/// Answers every request with the same response.
pub struct Canned(pub Bytes);

impl Transport for Canned {
    fn send(&mut self, _: &WireRequest) -> Result<internals::Response, SendError> {
        Ok(as_core(Response::new(self.0.clone())))
    }
}

/// The response as the core gets it, with the headers that it reads.
fn as_core(response: Response<Bytes>) -> internals::Response {
    let (head, body) = response.into_parts();
    let found = Headers::READ.into_iter().filter_map(|name| {
        let value = head.headers.get(name)?.to_str().ok()?;
        Some((name.to_owned(), value.to_owned()))
    });
    internals::Response {
        status: head.status.as_u16(),
        headers: Headers(found.collect()),
        body: body.into(),
        cut: None,
    }
}

fn failed(detail: String) -> SendError {
    SendError {
        kind: SendErrorKind::Denied,
        maybe_received: false,
        detail,
    }
}

/// A clock that stands still: without retries, nothing waits.
struct Standing;

impl Clock for Standing {
    fn now(&mut self) -> Duration {
        Duration::ZERO
    }

    fn sleep(&mut self, _: Duration) {}
}
