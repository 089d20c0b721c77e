//! Adds TLS to connections that need it.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, LazyLock};
use std::task::{Context, Poll};

use http::Uri;
use http::uri::Scheme;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder, MaybeHttpsStream};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tower_service::Service;

use crate::connector::{BoxError, Connector};
use crate::trust::{Trust, TrustError};

/// Connects with TLS to `https`, and without to `http`. The TLS client is created for the first
/// TLS connection, and resumes sessions.
#[derive(Clone)]
pub(crate) struct Tls {
    plain: Connector,
    encrypted: Arc<Encrypted>,
}

type Encrypted =
    LazyLock<HttpsConnector<Connector>, Box<dyn FnOnce() -> HttpsConnector<Connector> + Send>>;

impl Tls {
    pub(crate) fn new(plain: Connector, trust: &Trust) -> Result<Self, TrustError> {
        let client = trust.client()?;
        let below = plain.clone();
        let encrypted = move || {
            HttpsConnectorBuilder::new()
                .with_tls_config(client())
                .https_only()
                .enable_all_versions()
                .wrap_connector(below)
        };
        Ok(Self {
            plain,
            encrypted: Arc::new(LazyLock::new(Box::new(encrypted))),
        })
    }
}

impl Service<Uri> for Tls {
    type Response = MaybeHttpsStream<TokioIo<TcpStream>>;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, BoxError>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        if uri.scheme() == Some(&Scheme::HTTP) {
            let connecting = self.plain.call(uri);
            return Box::pin(async move { Ok(MaybeHttpsStream::Http(connecting.await?)) });
        }
        HttpsConnector::clone(&self.encrypted).call(uri)
    }
}
