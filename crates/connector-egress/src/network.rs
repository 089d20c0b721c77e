//! Sends requests over the network: one client for all of a connector's actions,
//! which keeps connections alive, speaks HTTP/1.1 and HTTP/2, and follows no
//! redirects.

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

/// How long a phase may take where the component sets no limit. Shorter cuts
/// slow responses off that the connector's own time-outs (30 s) would let pass.
const PHASE: Duration = Duration::from_secs(60);

/// The longest that a component may ask to wait in a phase: what the connector
/// itself allows. A guest's number must not keep a socket for years.
const LONGEST_PHASE: Duration = Duration::from_secs(3600);

/// How long an unused connection is kept. Load balancers close theirs after a
/// minute or more; a connection that is closed as it is used costs a new try.
const IDLE: Duration = Duration::from_secs(50);

/// A network client that keeps to a policy's rules on addresses. What may be
/// asked of it is for [`crate::Egress`] to say.
#[derive(Clone)]
pub struct Network {
    client: Client<Tls, WasiBody>,
}

impl Network {
    /// A network with the system's resolver, and by the proxy that this process's
    /// environment names, if it does.
    ///
    /// # Errors
    ///
    /// When the encryption library does not start.
    pub fn new(policy: Arc<Policy>, trust: &Trust) -> Result<Self, TrustError> {
        Self::with_proxies(policy, trust, Proxies::of_environment())
    }

    /// A network with the system's resolver, and by these proxies.
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

    /// A network with a resolver of one's own, and by no proxy. What it finds is
    /// kept for ten seconds.
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
            // The client itself keeps the connection going.
            Ok((response.map(body), Box::new(ready(Ok(()))) as _))
        })
    }
}

/// Waits for the connection, then for the head of the response.
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

/// How long each phase of a request may take.
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
