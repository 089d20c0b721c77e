//! A transport that responds from recorded exchanges and records the requests.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use http::{HeaderMap, Request, Response};
use http_body_util::{BodyExt, Full};
use wasmtime_wasi_http::{Error, RequestOptions, WasiBody};

use crate::exchange::RecordedResponse;
use crate::har::Fault;
use crate::matching::{self, Mismatch};
use crate::{Exchange, HttpRequest};
use connector_host::{ResponseFuture, Transport, TransportResponse};

/// A transport that uses each recorded exchange once, in recorded order
/// among equal requests.
#[derive(Clone)]
pub struct Replay {
    exchanges: Arc<[Exchange]>,
    log: Arc<Mutex<Log>>,
}

/// The state of the replay.
#[derive(Default)]
struct Log {
    /// The requests made, in order.
    requests: Vec<HttpRequest>,
    /// Indexes of the exchanges that were used.
    used: Vec<usize>,
    /// Numbers of the requests that matched no exchange, from 1, with the mismatch.
    unmatched: Vec<(usize, Mismatch)>,
}

/// The requests of a replay, after the action.
pub(crate) struct Seen {
    pub requests: Vec<HttpRequest>,
    pub unmatched: Vec<(usize, Mismatch)>,
    /// Numbers of the exchanges that were not requested, from 1.
    pub unused: Vec<usize>,
}

impl Replay {
    /// A replay of `exchanges`, none of them used yet.
    pub fn new(exchanges: &[Exchange]) -> Self {
        Self {
            exchanges: exchanges.into(),
            log: Arc::default(),
        }
    }

    /// The requests made so far, in order.
    pub fn requests(&self) -> Vec<HttpRequest> {
        self.log().requests.clone()
    }

    pub(crate) fn seen(&self) -> Seen {
        let log = self.log();
        let unused = (0..self.exchanges.len()).filter(|index| !log.used.contains(index));
        Seen {
            requests: log.requests.clone(),
            unmatched: log.unmatched.clone(),
            unused: unused.map(|index| index + 1).collect(),
        }
    }

    /// The recorded response to `sent`; a request without one is recorded.
    fn response_to(&self, sent: HttpRequest) -> Option<&RecordedResponse> {
        let mut log = self.log();
        let numbered = self.exchanges.iter().enumerate();
        let found = numbered
            .filter(|(index, _)| !log.used.contains(index))
            .find(|(_, exchange)| matching::differences(&exchange.request, &sent).is_empty());
        match found {
            Some((index, _)) => log.used.push(index),
            None => {
                let number = log.requests.len() + 1;
                let recorded = self.exchanges.iter().enumerate();
                let recorded = recorded
                    .map(|(index, exchange)| (&exchange.request, log.used.contains(&index)));
                let mismatch = matching::nearest(recorded, &sent);
                log.unmatched.push((number, mismatch));
            }
        }
        log.requests.push(sent);
        found.map(|(_, exchange)| &exchange.response)
    }

    fn log(&self) -> MutexGuard<'_, Log> {
        self.log.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Transport for Replay {
    fn send_request(
        &self,
        request: Request<WasiBody>,
        _options: Option<RequestOptions>,
    ) -> ResponseFuture {
        let replay = self.clone();
        Box::pin(async move {
            let (head, body) = request.into_parts();
            let body = body.collect().await?.to_bytes();
            let sent = HttpRequest::sent(&head, &body).ok_or(Error::HttpRequestUriInvalid)?;
            // Denied, so that the component does not retry.
            let response = replay.response_to(sent).ok_or(Error::HttpRequestDenied)?;
            Ok(respond(response)?)
        })
    }
}

/// The response or its failure; errors are those of wasmtime's own client.
fn respond(recorded: &RecordedResponse) -> Result<TransportResponse, Error> {
    let whole = Full::new(recorded.body.clone()).map_err(|never| match never {});
    let body = match recorded.fault {
        None => whole.boxed_unsync(),
        Some(Fault::BodyTruncated) => whole.with_trailers(broken_off()).boxed_unsync(),
        Some(Fault::ConnectionRefused) => return Err(Error::ConnectionRefused),
        Some(Fault::Dns) => return Err(not_resolved("address not available")),
        Some(Fault::UnknownHost) => return Err(not_resolved("NXDOMAIN")),
        Some(Fault::Tls) => return Err(Error::TlsProtocolError),
        Some(Fault::UntrustedCertificate) => return Err(Error::TlsCertificateError),
        Some(Fault::ConnectionReset) => return Err(Error::ConnectionTerminated),
        Some(Fault::ResponseTimeout) => return Err(Error::ConnectionReadTimeout),
    };
    let mut response = Response::new(body);
    *response.status_mut() = recorded.status;
    *response.headers_mut() = recorded.headers.clone();
    Ok((response, Box::new(std::future::ready(Ok(())))))
}

fn not_resolved(rcode: &str) -> Error {
    Error::DnsError {
        rcode: Some(rcode.to_owned()),
        info_code: None,
    }
}

/// An error after the bytes of a body, which says that the body is incomplete.
async fn broken_off() -> Option<Result<HeaderMap, Error>> {
    Some(Err(Error::HttpResponseIncomplete))
}
