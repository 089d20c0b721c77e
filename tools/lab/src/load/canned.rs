//! A transport without a socket, so that only the sandbox's cost is measured.

use bytes::Bytes;
use http::{HeaderValue, Request, Response, header};
use http_body_util::{BodyExt, Full};
use wasmtime_wasi_http::{RequestOptions, WasiBody};

use connector_host::{ResponseFuture, Transport, TransportResponse};

/// A transport that responds to every request with 200 and the same JSON.
#[derive(Debug, Clone)]
pub struct Canned {
    body: Bytes,
}

impl Canned {
    /// A transport with this response body.
    pub fn new(body: impl Into<Bytes>) -> Self {
        Self { body: body.into() }
    }

    /// The body of its responses.
    pub fn body(&self) -> Bytes {
        self.body.clone()
    }

    fn response(&self) -> TransportResponse {
        let body = Full::new(self.body.clone()).map_err(|never| match never {});
        let mut response = Response::new(body.boxed_unsync());
        let json = HeaderValue::from_static("application/json; charset=utf-8");
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, json);
        headers.insert(header::CONTENT_LENGTH, self.body.len().into());
        (response, Box::new(std::future::ready(Ok(()))))
    }
}

impl Transport for Canned {
    fn send_request(
        &self,
        request: Request<WasiBody>,
        _: Option<RequestOptions>,
    ) -> ResponseFuture {
        let response = self.response();
        Box::pin(async move {
            // Reads the request to its end, as a network would.
            request.into_body().collect().await?;
            Ok(response)
        })
    }
}
