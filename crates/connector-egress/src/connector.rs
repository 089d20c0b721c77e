//! Opens the TCP connections of a network, each to an address that the policy allows, or to the
//! operator's proxy.

use std::future::{Future, ready};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use http::Uri;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tower_service::Service;

use crate::origin::Origin;
use crate::policy::Policy;
use crate::proxy::Proxies;
use crate::resolver::{CheckedResolver, Resolve};

pub(crate) type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// Connects without TLS, which is added outside.
#[derive(Clone)]
pub(crate) struct Connector {
    pub policy: Arc<Policy>,
    pub resolver: Arc<dyn Resolve>,
    pub proxies: Proxies,
}

impl Service<Uri> for Connector {
    type Response = TokioIo<TcpStream>;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, BoxError>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        let Some(origin) = Origin::of(&uri) else {
            return Box::pin(ready(Err("no origin".into())));
        };
        if let Some(proxy) = self.proxies.to(&origin, &uri) {
            return Box::pin(async move { Ok(proxy.tunnel(uri).await?) });
        }
        // One resolver for each connection: an address is allowed for one origin, but a resolver
        // gets only the name.
        let mut tcp = HttpConnector::new_with_resolver(CheckedResolver {
            policy: Arc::clone(&self.policy),
            origin,
            inner: Arc::clone(&self.resolver),
        });
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        let connecting = tcp.call(uri);
        Box::pin(async move { Ok(connecting.await?) })
    }
}
