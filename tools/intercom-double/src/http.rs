//! HTTP on one connection: whole requests in, whole responses out. Which
//! version is spoken, 1.1 or 2 without TLS, is told by the client's first bytes.

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

/// The largest body of a request, in bytes: 16 MiB, some thousand times what an
/// action sends. A larger one is answered 413, so that a client gone wrong does
/// not fill the memory of the tests.
const MAX_BODY: usize = 16 << 20;

/// How long a response is held back that has this among its extensions.
#[derive(Debug, Clone, Copy)]
pub struct HeldBack(pub Duration);

/// Answers the requests of a connection until the client closes it.
pub async fn serve<A>(stream: TcpStream, answer: A)
where
    A: Fn(&Request<Bytes>) -> Response<Bytes> + Clone + Send + 'static,
{
    // Small answers go out at once; where that can't be set they go out late.
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request: Request<Incoming>| {
        let answer = answer.clone();
        async move {
            let (head, body) = request.into_parts();
            let body = Limited::new(body, MAX_BODY).collect().await;
            let response = match body {
                Ok(body) => answer(&Request::from_parts(head, body.to_bytes())).map(Full::new),
                Err(_) => too_large(),
            };
            if let Some(HeldBack(hold)) = response.extensions().get() {
                tokio::time::sleep(*hold).await;
            }
            Ok::<_, Infallible>(response)
        }
    });
    let builder = Builder::new(TokioExecutor::new());
    let connection = builder.serve_connection(TokioIo::new(stream), service);
    // A client may go away whenever it likes.
    let _ = connection.await;
}

/// The answer to a body that was not read to its end. It may also have been cut
/// off, but then nobody is there to be answered.
fn too_large() -> Response<Full<Bytes>> {
    let mut response = Response::default();
    *response.status_mut() = StatusCode::PAYLOAD_TOO_LARGE;
    response
}
