//! Sends a sandbox's requests: allowed hosts, secrets, TLS, proxies and a pooled client.
//!
//! ```no_run
//! use std::{path::Path, sync::Arc};
//!
//! use connector_egress::{Egress, Grants, Network, Policy, Secrets, Trust};
//! use connector_host::{ConnectorPre, Engine, Environment, Limits};
//!
//! # async fn run() -> Result<(), Box<dyn std::error::Error>> {
//! let engine = Engine::new()?;
//! let path = Path::new("target/intercom.wasm");
//! let connector = ConnectorPre::from_file(&engine, path, Limits::default())?;
//! let manifest = connector.manifest().await?;
//!
//! // Once for each tenant: the sandbox gets a placeholder instead of the token.
//! let token = std::env::var("INTERCOM_ACCESS_TOKEN")?;
//! let mut environment = Environment::from([("INTERCOM_ACCESS_TOKEN".into(), token)]);
//! let mut secrets = Secrets::default();
//! secrets.hide(&mut environment, "INTERCOM_ACCESS_TOKEN")?;
//!
//! let grants: Grants = r#"
//!     [[grant]]
//!     host = "api.intercom.io"
//!     methods = ["GET"]
//! "#
//! .parse()?;
//! let policy = Arc::new(Policy::new(&manifest, &environment, Some(grants))?);
//! // Clone it for other tenants with the same policy: the clones share connections.
//! let network = Network::new(policy.clone(), &Trust::system())?;
//! let egress = Egress::new(policy, Arc::new(secrets), Arc::new(network));
//!
//! let mut sandbox = connector.sandbox(&environment, Arc::new(egress)).await?;
//! println!("{}", sandbox.invoke("list-admins", "{}").await??);
//! # Ok(())
//! # }
//! ```
//!
//! A request goes through [`Egress`], which checks the [`Policy`] and replaces the placeholders
//! of [`Secrets`], to the [`Network`], which resolves the host, connects and encrypts. It is
//! sent only if the connector's manifest declares its host *and* the engine grants it:
//!
//! | Part of the request | Rule |
//! |---|---|
//! | host and port | declared and granted, compared as written; no user name before the host |
//! | scheme | `https`; `http` to loopback only |
//! | method | any that is granted, but never `CONNECT` or `TRACE` |
//! | path | below a granted prefix, by whole segments, without `.` and `..` |
//! | address | public, unless the grant allows private ones; the address that was checked is the one connected to. Behind a proxy ([`Proxies`]) this is the proxy's task |
//! | headers | those that some servers read as another method, path or host are removed |
//! | redirects | returned to the component, never followed |

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

/// Checks each request against the policy, replaces placeholders of secrets, and forwards it.
pub struct Egress {
    policy: Arc<Policy>,
    secrets: Arc<Secrets>,
    next: Arc<dyn Transport>,
}

impl Egress {
    /// An egress in front of `next`: the [`Network`], or another transport.
    pub fn new(policy: Arc<Policy>, secrets: Arc<Secrets>, next: Arc<dyn Transport>) -> Self {
        Self {
            policy,
            secrets,
            next,
        }
    }

    /// Checks `request`, and converts it to the request to send.
    fn prepare(&self, request: &mut Request<WasiBody>) -> Result<(), Refusal> {
        let origin = self.policy.check(request.method(), request.uri())?;
        let headers = request.headers_mut();
        // The client derives it from the URL, which was checked.
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

/// Headers that some servers read as another method, path or host than the
/// request's own, which would bypass the policy.
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
        let response = self.next.send_request(request, options);
        let secrets = Arc::clone(&self.secrets);
        Box::pin(async move {
            let (response, connection) = response.await?;
            Ok((secrets.conceal(response), connection))
        })
    }
}
