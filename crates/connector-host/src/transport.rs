//! The hook for the network: what sends a sandbox's outgoing requests.

use std::fmt;
use std::future::Future;
use std::pin::Pin;

use http::{Request, Response};
use wasmtime_wasi_http::{Error, RequestOptions, WasiBody};

/// Drives the rest of an exchange once the head of its response is there: on a
/// real connection, the body that is still to come.
pub type Connection = Box<dyn Future<Output = Result<(), Error>> + Send>;

/// The head of a response with its body, and what keeps that body coming.
pub type TransportResponse = (Response<WasiBody>, Connection);

/// A response that is on its way.
pub type ResponseFuture =
    Pin<Box<dyn Future<Output = Result<TransportResponse, TransportError>> + Send>>;

/// Sends the outgoing requests of a sandbox.
///
/// It is what wasmtime's `WasiHttpHooks` is for a store, and its method is named
/// alike: a policy, a pooled client or a recorder implements it, and may wrap
/// another one.
pub trait Transport: Send + Sync {
    /// Sends `request`, whose URL is absolute, and returns the response.
    fn send_request(
        &self,
        request: Request<WasiBody>,
        options: Option<RequestOptions>,
    ) -> ResponseFuture;
}

/// Why there is no response.
#[derive(Debug)]
pub struct TransportError {
    /// What the component gets: one of `wasi:http`'s error codes.
    pub code: Error,
    /// What the host knows beyond that; [`Sandbox::take_transport_errors`] gives
    /// it to the engine, for its operator.
    ///
    /// [`Sandbox::take_transport_errors`]: crate::Sandbox::take_transport_errors
    pub source: Option<TransportErrorSource>,
}

/// An error of a transport's own.
pub type TransportErrorSource = Box<dyn std::error::Error + Send + Sync>;

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.source {
            Some(source) => source.fmt(f),
            None => self.code.fmt(f),
        }
    }
}

impl From<Error> for TransportError {
    fn from(code: Error) -> Self {
        Self { code, source: None }
    }
}

/// Refuses every request: for calls that need no network, such as `manifest`.
#[derive(Debug, Clone, Copy)]
pub struct DenyAll;

impl Transport for DenyAll {
    fn send_request(&self, _: Request<WasiBody>, _: Option<RequestOptions>) -> ResponseFuture {
        Box::pin(async { Err(Error::HttpRequestDenied.into()) })
    }
}
