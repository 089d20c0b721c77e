//! Where a component's requests may go, and how they get there.
//!
//! A request passes [`Egress`], which checks it against the [`Policy`] and replaces
//! the token's placeholder, and leaves by the [`Network`], which looks up, connects
//! and encrypts. Nothing is sent that the connector's manifest does
//! not declare *and* the engine does not grant:
//!
//! | What | Rule |
//! |---|---|
//! | host and port | declared and granted, compared as they are written; no user name before it |
//! | scheme | `https`; `http` to this machine itself only |
//! | method | any that is granted, but never `CONNECT` or `TRACE` |
//! | path | below a granted prefix, by whole segments, without `.` and `..` |
//! | address | public, unless private ones are granted for this host; the one that was checked is the one that is connected to; behind a proxy ([`Proxies`]) it is the proxy's business |
//! | headers | none that some servers take as another method, path or host |
//! | redirects | handed to the component as responses, never followed |

mod address;
mod body;
mod client_error;
mod conceal;
mod connector;
mod error;
mod error_chain;
mod grants;
mod lookups;
mod network;
mod origin;
mod policy;
mod proxy;
mod refusal;
mod resolver;
mod secrets;
mod tls;
mod trust;

use std::sync::Arc;

use connector_host::{ResponseFuture, Transport};
use http::Request;
use http::header::{AUTHORIZATION, HOST, HeaderName};
use wasmtime_wasi_http::{RequestOptions, WasiBody};

pub use address::is_public;
pub use error::{CertificateProblem, EgressError};
pub use grants::{Grant, Grants, PolicyError};
pub use network::Network;
pub use origin::{Host, Origin};
pub use policy::Policy;
pub use proxy::{Proxies, ProxyError};
pub use refusal::Refusal;
pub use resolver::{Resolve, Resolved, SystemResolver};
pub use secrets::{SecretError, Secrets};
pub use trust::{Trust, TrustError};

/// The egress of one action: checks each request, puts the secrets in, passes it
/// on.
pub struct Egress {
    policy: Arc<Policy>,
    secrets: Arc<Secrets>,
    next: Arc<dyn Transport>,
}

impl Egress {
    /// An egress in front of `next`, which is the [`Network`] or stands in for
    /// it.
    pub fn new(policy: Arc<Policy>, secrets: Arc<Secrets>, next: Arc<dyn Transport>) -> Self {
        Self {
            policy,
            secrets,
            next,
        }
    }

    /// Makes a request what leaves, if it may.
    fn prepare(&self, request: &mut Request<WasiBody>) -> Result<(), Refusal> {
        let origin = self.policy.check(request.method(), request.uri())?;
        let headers = request.headers_mut();
        // The address decides, and the client derives this from it.
        headers.remove(HOST);
        for name in &OVERRIDES {
            headers.remove(name);
        }
        match headers.get_mut(AUTHORIZATION) {
            Some(value) => self.secrets.reveal(value, &origin),
            None => Ok(()),
        }
    }
}

/// Headers that some servers take as another method, path or host than the
/// request's own, which would talk around the policy.
const OVERRIDES: [HeaderName; 7] = [
    HeaderName::from_static("x-http-method"),
    HeaderName::from_static("x-http-method-override"),
    HeaderName::from_static("x-method-override"),
    HeaderName::from_static("x-original-url"),
    HeaderName::from_static("x-rewrite-url"),
    HeaderName::from_static("x-forwarded-host"),
    HeaderName::from_static("forwarded"),
];

impl Transport for Egress {
    fn send_request(
        &self,
        mut request: Request<WasiBody>,
        options: Option<RequestOptions>,
    ) -> ResponseFuture {
        if let Err(refusal) = self.prepare(&mut request) {
            tracing::warn!(%refusal, "request refused");
            return Box::pin(async move { Err(EgressError::Refused(refusal).into()) });
        }
        let sending = self.next.send_request(request, options);
        let secrets = Arc::clone(&self.secrets);
        Box::pin(async move {
            let (response, connection) = sending.await?;
            Ok((secrets.conceal(response), connection))
        })
    }
}
