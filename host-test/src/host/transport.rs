//! The one seam of the host: who answers a component's outgoing requests.

use std::future::Future;
use std::pin::Pin;

use http::{Request, Response};
use wasmtime_wasi_http::{Error, RequestOptions, WasiBody};

use super::egress::EgressError;

/// What still runs once the head of an answer is there: on a real connection,
/// the rest of the exchange.
pub type Connection = Box<dyn Future<Output = Result<(), Error>> + Send>;

/// The head of an answer with its body, and what keeps that body coming.
pub type Answer = (Response<WasiBody>, Connection);

/// An answer that is on its way.
pub type Answering = Pin<Box<dyn Future<Output = Result<Answer, TransportError>> + Send>>;

/// Answers the outgoing requests of one sandbox.
pub trait Transport: Send + Sync {
    /// Sends `request`, its URL absolute, and returns the answer.
    fn send(&self, request: Request<WasiBody>, options: Option<RequestOptions>) -> Answering;
}

/// Why no answer came.
#[derive(Debug)]
pub struct TransportError {
    /// What the component is told: one of `wasi:http`'s error codes.
    pub told: Error,
    /// What the host knows beyond that; an engine shows it to its operator.
    pub known: Option<EgressError>,
}

impl From<Error> for TransportError {
    fn from(told: Error) -> Self {
        Self { told, known: None }
    }
}

impl From<EgressError> for TransportError {
    fn from(known: EgressError) -> Self {
        Self {
            told: known.told(),
            known: Some(known),
        }
    }
}

/// Lets nothing out: for calls that need no network, such as `manifest`.
#[derive(Debug, Clone, Copy)]
pub struct Closed;

impl Transport for Closed {
    fn send(&self, _: Request<WasiBody>, _: Option<RequestOptions>) -> Answering {
        Box::pin(async { Err(Error::HttpRequestDenied.into()) })
    }
}
