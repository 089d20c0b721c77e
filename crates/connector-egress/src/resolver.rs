//! Resolves names, and returns only addresses that the policy allows. The connection uses the
//! checked address, which prevents DNS rebinding.

use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use hyper_util::client::legacy::connect::dns::Name;
use tower_service::Service;

use crate::origin::Origin;
use crate::policy::Policy;
use crate::refusal::Refusal;

/// A running lookup.
pub type Resolved = Pin<Box<dyn Future<Output = io::Result<Vec<IpAddr>>> + Send>>;

/// Looks up the addresses of a name.
pub trait Resolve: Send + Sync {
    /// All addresses of `name`.
    fn resolve(&self, name: &str) -> Resolved;
}

/// The system's own resolver.
#[derive(Debug, Clone, Copy)]
pub struct SystemResolver;

impl Resolve for SystemResolver {
    fn resolve(&self, name: &str) -> Resolved {
        let name = name.to_owned();
        Box::pin(async move {
            let found = tokio::net::lookup_host((name, 0)).await?;
            Ok(found.map(|address| address.ip()).collect())
        })
    }
}

/// A resolver for one connection, which applies the policy.
#[derive(Clone)]
pub(crate) struct CheckedResolver {
    pub policy: Arc<Policy>,
    pub origin: Origin,
    pub inner: Arc<dyn Resolve>,
}

/// Why a name has no address to connect to.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LookupError {
    #[error(transparent)]
    Refused(Refusal),
    #[error(transparent)]
    Failed(io::Error),
}

impl Service<Name> for CheckedResolver {
    type Response = std::vec::IntoIter<SocketAddr>;
    type Error = LookupError;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, LookupError>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), LookupError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, name: Name) -> Self::Future {
        let Self { policy, origin, .. } = self.clone();
        let resolved = self.inner.resolve(name.as_str());
        Box::pin(async move {
            let addresses = resolved.await.map_err(LookupError::Failed)?;
            // If one address is not allowed, none is used.
            let mut addresses_not_allowed = addresses
                .iter()
                .filter(|address| !policy.allows_address(&origin, **address));
            if let Some(address) = addresses_not_allowed.next() {
                return Err(LookupError::Refused(Refusal::PrivateAddress {
                    host: origin.host.to_string(),
                    address: *address,
                }));
            }
            // The client sets the port.
            let sockets = addresses.into_iter().map(|ip| SocketAddr::new(ip, 0));
            Ok(sockets.collect::<Vec<_>>().into_iter())
        })
    }
}
