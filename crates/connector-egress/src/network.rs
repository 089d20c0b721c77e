//! Sends requests over the network: one client for all actions of a connector, with keep-alive,
//! HTTP/1.1 and HTTP/2, without redirects.

use std::future::{Future, ready};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use http::{Request, Response};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper_util::client::legacy::connect::{CaptureConnection, capture_connection};
use hyper_util::client::legacy::{Client, Error as ClientError};
use hyper_util::rt::{TokioExecutor, TokioTimer};
use tokio::time::{sleep, timeout};
use wasmtime_wasi_http::{Error, RequestOptions, WasiBody};

use crate::body::TimedBody;
use crate::connector::Connector;
use crate::error::EgressError;
use crate::lookups::Lookups;
use crate::origin::Origin;
use crate::policy::Policy;
use crate::proxy::Proxies;
use crate::resolver::{Resolve, SystemResolver};
use crate::tls::Tls;
use crate::trust::{Trust, TrustError};
use connector_host::{ResponseFuture, Transport};

/// The default timeout of a phase. A shorter one would cut off slow responses that the
/// connector's own timeouts (30 s) allow.
const PHASE: Duration = Duration::from_secs(60);

/// Maximum timeout that a component may set for a phase: the connector's own maximum. Otherwise
/// a guest could keep a socket open for years.
const LONGEST_PHASE: Duration = Duration::from_secs(3600);

/// How long an idle connection is kept. Load balancers close theirs after a minute or more;
/// using a closed connection costs a retry.
const IDLE: Duration = Duration::from_secs(50);

/// A network client that applies the policy to addresses. [`crate::Egress`] checks the requests.
#[derive(Clone)]
pub struct Network {
    client: Client<Tls, WasiBody>,
}

impl Network {
    /// A network with the system's resolver, and the proxy of this process's environment, if
    /// any.
    ///
    /// # Errors
    ///
    /// When the encryption library does not start.
    pub fn new(policy: Arc<Policy>, trust: &Trust) -> Result<Self, TrustError> {
        Self::with_proxies(policy, trust, Proxies::of_environment())
    }

    /// A network with the system's resolver and these proxies.
    ///
    /// # Errors
    ///
    /// As for [`Network::new`].
    pub fn with_proxies(
        policy: Arc<Policy>,
        trust: &Trust,
        proxies: Proxies,
    ) -> Result<Self, TrustError> {
        Self::build(policy, trust, Arc::new(SystemResolver), proxies)
    }

    /// A network with a custom resolver and without a proxy. Addresses are cached for ten
    /// seconds.
    ///
    /// # Errors
    ///
    /// As for [`Network::new`].
    pub fn with_resolver(
        policy: Arc<Policy>,
        trust: &Trust,
        resolver: Arc<dyn Resolve>,
    ) -> Result<Self, TrustError> {
        Self::build(policy, trust, resolver, Proxies::default())
    }

    fn build(
        policy: Arc<Policy>,
        trust: &Trust,
        resolver: Arc<dyn Resolve>,
        proxies: Proxies,
    ) -> Result<Self, TrustError> {
        let connector = Connector {
            policy,
            resolver: Arc::new(Lookups::new(resolver)),
            proxies,
        };
        let client = Client::builder(TokioExecutor::new())
            .pool_idle_timeout(IDLE)
            .pool_timer(TokioTimer::new())
            .timer(TokioTimer::new())
            .build(Tls::new(connector, trust)?);
        Ok(Self { client })
    }
}

impl Transport for Network {
    fn send_request(
        &self,
        mut request: Request<WasiBody>,
        options: Option<RequestOptions>,
    ) -> ResponseFuture {
        let Some(origin) = Origin::of(request.uri()) else {
            return Box::pin(ready(Err(Error::HttpRequestUriInvalid.into())));
        };
        let limits = Limits::of(options);
        let connected = capture_connection(&mut request);
        let sending = self.client.request(request);
        Box::pin(async move {
            let response = response_head(sending, connected, limits, &origin).await?;
            let body = |incoming| TimedBody::new(incoming, limits.between_bytes).boxed_unsync();
            // The client keeps the connection alive.
            Ok((response.map(body), Box::new(ready(Ok(()))) as _))
        })
    }
}

/// Waits for the connection, then for the response's head.
async fn response_head(
    sending: impl Future<Output = Result<Response<Incoming>, ClientError>>,
    mut connected: CaptureConnection,
    limits: Limits,
    origin: &Origin,
) -> Result<Response<Incoming>, EgressError> {
    let mut sending = pin!(sending);
    let failed = |error: ClientError| EgressError::of_client(&error, origin);
    tokio::select! {
        biased;
        received = &mut sending => return received.map_err(failed),
        _ = connected.wait_for_connection_metadata() => {}
        () = sleep(limits.connect) => return Err(EgressError::ConnectTimeout {
            origin: origin.clone(),
            limit: limits.connect,
        }),
    }
    match timeout(limits.first_byte, sending).await {
        Ok(received) => received.map_err(failed),
        Err(_) => Err(EgressError::FirstByteTimeout {
            origin: origin.clone(),
            limit: limits.first_byte,
        }),
    }
}

/// The timeouts of a request's phases.
#[derive(Debug, Clone, Copy)]
struct Limits {
    connect: Duration,
    first_byte: Duration,
    between_bytes: Duration,
}

impl Limits {
    fn of(options: Option<RequestOptions>) -> Self {
        let phase = |given: fn(&RequestOptions) -> Option<Duration>| {
            let wanted = options.as_ref().and_then(given);
            wanted.unwrap_or(PHASE).min(LONGEST_PHASE)
        };
        Self {
            connect: phase(|options| options.connect_timeout),
            first_byte: phase(|options| options.first_byte_timeout),
            between_bytes: phase(|options| options.between_bytes_timeout),
        }
    }
}
