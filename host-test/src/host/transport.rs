//! The one seam of the host: who answers a component's outgoing requests.

use std::future::Future;
use std::pin::Pin;

use http::{Request, Response};
use http_body_util::BodyExt;
use wasmtime_wasi_http::{Error, RequestOptions, WasiBody, default_send_request};

/// What still runs once the head of an answer is there: on a real connection,
/// the rest of the exchange.
pub type Connection = Box<dyn Future<Output = Result<(), Error>> + Send>;

/// The head of an answer with its body, and what keeps that body coming.
pub type Answer = (Response<WasiBody>, Connection);

/// An answer that is on its way.
pub type Answering = Pin<Box<dyn Future<Output = Result<Answer, Error>> + Send>>;

/// Answers the outgoing requests of one sandbox.
pub trait Transport: Send + Sync {
    /// Sends `request`, its URL absolute, and returns the answer.
    fn send(&self, request: Request<WasiBody>, options: Option<RequestOptions>) -> Answering;
}

/// Sends requests over the network: a new connection each, TLS by the
/// certificate authorities that browsers trust.
#[derive(Debug, Clone, Copy)]
pub struct Live;

impl Transport for Live {
    fn send(&self, request: Request<WasiBody>, options: Option<RequestOptions>) -> Answering {
        Box::pin(async move {
            let (response, connection) = default_send_request(request, options).await?;
            let connection: Connection = Box::new(connection);
            Ok((response.map(BodyExt::boxed_unsync), connection))
        })
    }
}
