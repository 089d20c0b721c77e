//! A transport that forwards to another one and records the exchanges.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Instant, SystemTime};

use bytes::Bytes;
use http::{HeaderMap, Request, Response, StatusCode, request};
use http_body_util::{BodyExt, Full};
use wasmtime_wasi_http::{Error, RequestOptions, WasiBody};

use super::utc;
use crate::recording::{Headers, RecordedExchange, body_text};
use connector_cases::har::Fault;
use connector_host::{ResponseFuture, Transport, TransportResponse};

/// Records the exchanges of one sandbox. It sees requests as the component sends them, before
/// the host adds secrets.
#[derive(Clone)]
pub struct Recorder {
    inner: Arc<dyn Transport>,
    taken: Arc<Mutex<Vec<Taken>>>,
}

/// An exchange in progress.
struct Taken {
    started: SystemTime,
    began: Instant,
    milliseconds: u64,
    request: request::Parts,
    request_body: Bytes,
    status: Option<StatusCode>,
    response_headers: HeaderMap,
    response_body: Vec<u8>,
    fault: Option<Result<Fault, Unrepeatable>>,
}

/// A request that failed in a way that replay cannot reproduce.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "request {number} failed before anything was exchanged: {error}; a case can only \
             reproduce failures of a service or of the connection to it"
)]
pub struct Unrepeatable {
    /// The request's number, from 1.
    pub number: usize,
    /// The transport's error.
    pub error: String,
}

impl Recorder {
    /// Records the requests through `inner`.
    pub fn new(inner: Arc<dyn Transport>) -> Self {
        Self {
            inner,
            taken: Arc::default(),
        }
    }

    /// The exchanges so far, in order.
    ///
    /// # Errors
    ///
    /// When a request failed in a way that a case cannot reproduce.
    pub fn exchanges(&self) -> Result<Vec<RecordedExchange>, Unrepeatable> {
        self.taken().iter().map(Taken::finished).collect()
    }

    /// The exchanges so far whose requests were sent, in order, whatever their outcome.
    pub fn sent(&self) -> Vec<RecordedExchange> {
        let taken = self.taken();
        let finished = taken.iter().filter_map(|taken| taken.finished().ok());
        finished.filter(RecordedExchange::was_sent).collect()
    }

    fn begin(&self, request: &request::Parts, body: &Bytes) -> usize {
        let mut taken = self.taken();
        taken.push(Taken {
            started: SystemTime::now(),
            began: Instant::now(),
            milliseconds: 0,
            request: request.clone(),
            request_body: body.clone(),
            status: None,
            response_headers: HeaderMap::new(),
            response_body: Vec::new(),
            fault: None,
        });
        taken.len() - 1
    }

    /// Updates an exchange.
    fn note(&self, index: usize, note: impl FnOnce(&mut Taken)) {
        if let Some(taken) = self.taken().get_mut(index) {
            taken.milliseconds = u64::try_from(taken.began.elapsed().as_millis()).unwrap_or(0);
            note(taken);
        }
    }

    /// Records the head of a response, and its body as the component reads it.
    fn answered(self, index: usize, response: Response<WasiBody>) -> Response<WasiBody> {
        self.note(index, |taken| {
            taken.status = Some(response.status());
            taken.response_headers = response.headers().clone();
        });
        let broken = self.clone();
        response.map(|body| {
            body.map_frame(move |frame| {
                if let Some(bytes) = frame.data_ref() {
                    self.note(index, |taken| taken.response_body.extend_from_slice(bytes));
                }
                frame
            })
            .map_err(move |error| {
                broken.note(index, |taken| taken.fault = Some(Ok(Fault::BodyTruncated)));
                error
            })
            .boxed_unsync()
        })
    }

    fn taken(&self) -> MutexGuard<'_, Vec<Taken>> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Transport for Recorder {
    fn send_request(
        &self,
        request: Request<WasiBody>,
        options: Option<RequestOptions>,
    ) -> ResponseFuture {
        let recorder = self.clone();
        Box::pin(async move {
            let (head, body) = request.into_parts();
            let body = body.collect().await?.to_bytes();
            let index = recorder.begin(&head, &body);
            let whole = Full::new(body).map_err(|never| match never {});
            let request = Request::from_parts(head, whole.boxed_unsync());
            match recorder.inner.send_request(request, options).await {
                Ok((response, connection)) => {
                    Ok((recorder.answered(index, response), connection) as TransportResponse)
                }
                Err(error) => {
                    let fault = fault(index + 1, &error.code);
                    recorder.note(index, |taken| taken.fault = Some(fault));
                    Err(error)
                }
            }
        })
    }
}

/// The fault with which replay gives the component the same error, or one of the same kind: it
/// matters whether the request was received.
fn fault(number: usize, told: &Error) -> Result<Fault, Unrepeatable> {
    use Error as E;
    Ok(match told {
        E::ConnectionRefused | E::DestinationUnavailable | E::DestinationIpUnroutable => {
            Fault::ConnectionRefused
        }
        E::DestinationNotFound => Fault::UnknownHost,
        E::DnsError { rcode, .. } if rcode.as_deref() == Some("NXDOMAIN") => Fault::UnknownHost,
        E::DnsError { .. } => Fault::Dns,
        E::TlsCertificateError => Fault::UntrustedCertificate,
        E::TlsProtocolError | E::TlsAlertReceived { .. } => Fault::Tls,
        E::ConnectionTerminated | E::HttpProtocolError => Fault::ConnectionReset,
        E::ConnectionReadTimeout | E::HttpResponseTimeout => Fault::ResponseTimeout,
        other => {
            let error = other.to_string();
            return Err(Unrepeatable { number, error });
        }
    })
}

impl Taken {
    fn finished(&self) -> Result<RecordedExchange, Unrepeatable> {
        let body = body_text(&self.request_body);
        Ok(RecordedExchange {
            started: utc::iso_8601(self.started),
            milliseconds: self.milliseconds,
            method: self.request.method.to_string(),
            url: self.request.uri.to_string(),
            request_headers: headers(&self.request.headers),
            request_body: Some(body).filter(|body| !body.is_empty()),
            status: self.status.map_or(0, |status| status.as_u16()),
            response_headers: headers(&self.response_headers),
            response_body: body_text(&self.response_body),
            fault: self.fault.clone().transpose()?,
        })
    }
}

fn headers(headers: &HeaderMap) -> Headers {
    let text = |value: &http::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    headers
        .iter()
        .map(|(name, value)| (name.as_str().to_owned(), text(value)))
        .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use connector_host::TransportError;

    /// Responds to the first request; all others fail, each as its path says.
    struct Scripted;

    impl Transport for Scripted {
        fn send_request(
            &self,
            request: Request<WasiBody>,
            _: Option<RequestOptions>,
        ) -> ResponseFuture {
            let ended = match request.uri().path() {
                "/answered" => {
                    let body = Full::from("received").map_err(|never| match never {});
                    let response = Response::new(body.boxed_unsync());
                    Ok((response, Box::new(async { Ok(()) }) as _))
                }
                "/refused" => Err(Error::ConnectionRefused),
                "/denied" => Err(Error::HttpRequestDenied),
                "/slow" => Err(Error::ConnectionTimeout),
                _ => Err(Error::ConnectionTerminated),
            };
            Box::pin(async { ended.map_err(TransportError::from) })
        }
    }

    #[test]
    fn permanent_failures_differ_from_temporary_ones() {
        let dns = |rcode: &str| Error::DnsError {
            rcode: Some(rcode.to_owned()),
            info_code: None,
        };
        for (told, expected) in [
            (dns("NXDOMAIN"), Fault::UnknownHost),
            (dns("SERVFAIL"), Fault::Dns),
            (Error::DestinationNotFound, Fault::UnknownHost),
            (Error::TlsCertificateError, Fault::UntrustedCertificate),
            (Error::TlsProtocolError, Fault::Tls),
        ] {
            assert_eq!(fault(1, &told), Ok(expected), "{told:?}");
        }
    }

    #[tokio::test]
    async fn unsent_requests_do_not_hide_sent_ones() {
        let recorder = Recorder::new(Arc::new(Scripted));
        for path in ["refused", "slow", "answered", "denied", "lost"] {
            let body = Full::from(path).map_err(|never| match never {});
            let request = Request::post(format!("https://api.example/{path}"));
            let request = request.body(body.boxed_unsync()).unwrap();
            if let Ok((response, _)) = recorder.send_request(request, None).await {
                response.into_body().collect().await.unwrap();
            }
        }
        let sent = recorder.sent().into_iter();
        let sent: Vec<_> = sent
            .map(|one| (one.request_body.unwrap(), one.status, one.response_body))
            .collect();
        let expected = [("answered", 200, "received"), ("lost", 0, "")];
        let expected =
            expected.map(|(sent, status, received)| (sent.to_owned(), status, received.to_owned()));
        assert_eq!(sent, expected);
        assert_eq!(recorder.exchanges().unwrap_err().number, 2);
    }
}
