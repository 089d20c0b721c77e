//! HTTP on one connection: whole requests in, whole responses out. Detects HTTP/1.1
//! or HTTP/2 without TLS from the client's first bytes.

use std::convert::Infallible;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use tokio::net::TcpStream;

/// The maximum size of a request body, in bytes: 16 MiB, far more than an action
/// sends. A larger one gets a 413, so that a broken client does not exhaust memory.
const MAX_BODY: usize = 16 << 20;

/// An extension of a response: how long to delay it.
#[derive(Debug, Clone, Copy)]
pub struct ResponseDelay(pub Duration);

/// Responds to the requests of a connection until the client closes it.
pub async fn serve<F>(stream: TcpStream, respond: F)
where
    F: Fn(&Request<Bytes>) -> Response<Bytes> + Clone + Send + 'static,
{
    // Sends small responses without delay; if it fails, they are only slower.
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request: Request<Incoming>| {
        let respond = respond.clone();
        async move {
            let (head, body) = request.into_parts();
            let body = Limited::new(body, MAX_BODY).collect().await;
            let response = match body {
                Ok(body) => respond(&Request::from_parts(head, body.to_bytes())).map(Full::new),
                Err(_) => too_large(),
            };
            if let Some(ResponseDelay(delay)) = response.extensions().get() {
                tokio::time::sleep(*delay).await;
            }
            Ok::<_, Infallible>(response)
        }
    });
    let builder = Builder::new(TokioExecutor::new());
    let connection = builder.serve_connection(TokioIo::new(stream), service);
    // A client may disconnect at any time.
    let _ = connection.await;
}

/// The response to a body that could not be read. If the client disconnected, it
/// goes nowhere.
fn too_large() -> Response<Full<Bytes>> {
    let mut response = Response::default();
    *response.status_mut() = StatusCode::PAYLOAD_TOO_LARGE;
    response
}
