//! The hook for the network: sends a sandbox's outgoing requests.

use std::fmt;
use std::future::Future;
use std::pin::Pin;

use http::{Request, Response};
use wasmtime_wasi_http::{Error, RequestOptions, WasiBody};

/// Drives the rest of an exchange after the response's head: on a real connection, it receives
/// the body.
pub type Connection = Box<dyn Future<Output = Result<(), Error>> + Send>;

/// The head of a response with its body and the task that receives it.
pub type TransportResponse = (Response<WasiBody>, Connection);

/// A pending response.
pub type ResponseFuture =
    Pin<Box<dyn Future<Output = Result<TransportResponse, TransportError>> + Send>>;

/// Sends the outgoing requests of a sandbox.
///
/// Like wasmtime's `WasiHttpHooks` for a store: implement it for a policy, a pooled client or a
/// recorder, which may wrap another transport.
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
    /// The error code of `wasi:http` that the component gets.
    pub code: Error,
    /// The host's error; [`Sandbox::take_transport_errors`] returns it to the engine, for its
    /// operator.
    ///
    /// [`Sandbox::take_transport_errors`]: crate::Sandbox::take_transport_errors
    pub source: Option<TransportErrorSource>,
}

/// An error of a transport.
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
