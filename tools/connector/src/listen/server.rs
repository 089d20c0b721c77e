//! The webhook address: any path on one port of the loopback.
//!
//! Whoever reaches it can send anything, so bodies have a size, requests a time, and
//! connections a number.

use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use connector_host::bindings::plugin::HttpHeader;
use connector_host::bindings::triggers::{Delivery, HttpReply};
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;

use super::clock::now_ms;

/// The longest body that is read, in bytes: above what connectors accept, so that they
/// say why.
pub const MAX_BODY_BYTES: usize = 5 * 1024 * 1024;

/// How long a request may take to arrive. Services wait five seconds for the reply.
const PATIENCE: Duration = Duration::from_secs(5);

/// How many connections are served at once; further ones wait.
const CONNECTIONS: usize = 64;

/// Why it can't listen.
#[derive(Debug, thiserror::Error)]
#[error("--port: could not listen on 127.0.0.1:{port}: {source}; give another port")]
pub struct ListenError {
    port: u16,
    source: io::Error,
}

/// A server that is bound to its port.
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
}

impl Server {
    /// Listens on the loopback; port 0 takes any that is free.
    ///
    /// # Errors
    ///
    /// When the port is taken.
    pub async fn bind(port: u16) -> Result<Self, ListenError> {
        let failed = |source| ListenError { port, source };
        let listener = TcpListener::bind(("127.0.0.1", port))
            .await
            .map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        Ok(Self { listener, address })
    }

    /// Its address.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Serves until `stop` is done; then finishes the requests that have begun.
    pub async fn serve<F, R>(self, respond: F, stop: impl Future<Output = ()>)
    where
        F: Fn(Delivery) -> R + Send + Sync + 'static,
        R: Future<Output = HttpReply> + Send + 'static,
    {
        let respond = Arc::new(respond);
        let permits = Arc::new(Semaphore::new(CONNECTIONS));
        let (stopping, stopped) = watch::channel(());
        let mut connections = JoinSet::new();
        let mut stop = std::pin::pin!(stop);
        loop {
            tokio::select! {
                () = &mut stop => break,
                Some(_) = connections.join_next() => {}
                accepted = accept(&self.listener, &permits) => {
                    let Some((stream, permit)) = accepted else { continue };
                    let (respond, stopped) = (Arc::clone(&respond), stopped.clone());
                    connections.spawn(async move {
                        connection(stream, respond, stopped).await;
                        drop(permit);
                    });
                }
            }
        }
        drop(self.listener);
        drop(stopping);
        let _ = tokio::time::timeout(PATIENCE, connections.join_all()).await;
    }
}

async fn accept(
    listener: &TcpListener,
    permits: &Arc<Semaphore>,
) -> Option<(TcpStream, tokio::sync::OwnedSemaphorePermit)> {
    let permit = Arc::clone(permits).acquire_owned().await.ok()?;
    let (stream, _) = listener.accept().await.ok()?;
    Some((stream, permit))
}

async fn connection<F, R>(stream: TcpStream, respond: Arc<F>, mut stopped: watch::Receiver<()>)
where
    F: Fn(Delivery) -> R + Send + Sync + 'static,
    R: Future<Output = HttpReply> + Send + 'static,
{
    let service = service_fn(move |request| {
        let respond = Arc::clone(&respond);
        async move { Ok::<_, Infallible>(exchange(request, &*respond).await) }
    });
    let mut serving = std::pin::pin!(
        http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(PATIENCE)
            .serve_connection(TokioIo::new(stream), service)
    );
    tokio::select! {
        // A closed connection is not an error.
        _ = serving.as_mut() => {}
        _ = stopped.changed() => {
            serving.as_mut().graceful_shutdown();
            let _ = serving.await;
        }
    }
}

async fn exchange<F, R>(request: Request<Incoming>, respond: &F) -> Response<Full<Bytes>>
where
    F: Fn(Delivery) -> R,
    R: Future<Output = HttpReply>,
{
    let (head, body) = request.into_parts();
    let body = Limited::new(body, MAX_BODY_BYTES).collect();
    let body = match tokio::time::timeout(PATIENCE, body).await {
        Ok(Ok(body)) => body.to_bytes(),
        Ok(Err(_)) => return empty(StatusCode::PAYLOAD_TOO_LARGE),
        Err(_) => return empty(StatusCode::REQUEST_TIMEOUT),
    };
    let headers = head.headers.iter().map(|(name, value)| HttpHeader {
        name: name.as_str().to_owned(),
        value: String::from_utf8_lossy(value.as_bytes()).into_owned(),
    });
    let delivery = Delivery {
        method: head.method.as_str().to_owned(),
        query: head.uri.query().unwrap_or_default().to_owned(),
        headers: headers.collect(),
        body: body.to_vec(),
        verified: false,
        received_at_ms: Some(now_ms()),
    };
    replied(respond(delivery).await)
}

fn replied(reply: HttpReply) -> Response<Full<Bytes>> {
    let mut response = Response::builder().status(reply.status);
    for HttpHeader { name, value } in &reply.headers {
        response = response.header(name, value);
    }
    let response = response.body(Full::new(Bytes::from(reply.body)));
    response.unwrap_or_else(|_| empty(StatusCode::INTERNAL_SERVER_ERROR))
}

fn empty(status: StatusCode) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::default());
    *response.status_mut() = status;
    response
}
