//! Sends the requests of a component that runs in the page. The token stays in this process: the
//! page has a placeholder, which the transport replaces.

use std::collections::HashMap;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Request, Response};
use http_body_util::{BodyExt, Full, Limited};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use wasmtime_wasi_http::{Error, WasiBody};

use connector_host::{Environment, Transport};

/// Sends the page's requests.
pub struct Bridge {
    variables: Environment,
    transport: Arc<dyn Transport>,
}

/// Maximum size of a request or response through the bridge, in bytes: twice the connector's
/// default.
pub(super) const MAX_BODY_BYTES: usize = 32 * 1024 * 1024;

/// A request in the page's format.
#[derive(Debug, Deserialize)]
struct Sent {
    method: String,
    url: String,
    headers: Vec<(String, String)>,
    body: String,
}

/// A response in the page's format.
#[derive(Debug, Default, Serialize)]
struct Received {
    status: u16,
    headers: Vec<(String, String)>,
    body: String,
    base64: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    fault: Option<&'static str>,
    /// The `wasi:http` error code instead of a response.
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<Value>,
}

impl Bridge {
    /// A bridge to `transport`. The page gets `variables`, which contain a placeholder for the
    /// token and no other secret.
    pub fn new(variables: Environment, transport: Arc<dyn Transport>) -> Self {
        Self {
            variables,
            transport,
        }
    }

    /// The page's variables, as JSON.
    pub(super) fn variables(&self) -> String {
        let variables: HashMap<_, _> = self.variables.iter().collect();
        json!(variables).to_string()
    }

    /// Sends the request that the page describes, and returns the response or error. `None` if
    /// the description is invalid.
    pub(super) async fn send(&self, described: &[u8]) -> Option<String> {
        let sent: Sent = serde_json::from_slice(described).ok()?;
        let request = request(sent)?;
        let received = match self.transport.send_request(request, None).await {
            Ok((response, connection)) => {
                // The timeout includes the body, which is read completely here.
                tokio::spawn(Box::into_pin(connection));
                received(response).await
            }
            Err(error) => Received {
                code: Some(code(&error.code)),
                ..Received::default()
            },
        };
        serde_json::to_string(&received).ok()
    }
}

fn request(sent: Sent) -> Option<Request<WasiBody>> {
    let body = Full::new(Bytes::from(sent.body)).map_err(|never| match never {});
    let mut request = Request::builder()
        .method(sent.method.as_str())
        .uri(sent.url);
    for (name, value) in sent.headers {
        request = request.header(name, value);
    }
    let request = request.body(body.boxed_unsync()).ok()?;
    request.uri().host().is_some().then_some(request)
}

async fn received(response: Response<WasiBody>) -> Received {
    let (head, body) = response.into_parts();
    let mut received = Received {
        status: head.status.as_u16(),
        headers: pairs(&head.headers),
        ..Received::default()
    };
    match Limited::new(body, MAX_BODY_BYTES).collect().await {
        Ok(whole) => match String::from_utf8(whole.to_bytes().into()) {
            Ok(text) => received.body = text,
            Err(bytes) => {
                received.body = STANDARD.encode(bytes.as_bytes());
                received.base64 = true;
            }
        },
        Err(_) => received.fault = Some("body-truncated"),
    }
    received
}

fn pairs(headers: &HeaderMap) -> Vec<(String, String)> {
    let pair = |(name, value): (&HeaderName, &HeaderValue)| {
        let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
        (name.as_str().to_owned(), value)
    };
    headers.iter().map(pair).collect()
}

/// The error's code by its name in `wasi:http`, which the page's host passes to the component.
/// Other errors say only that the request may have been received.
fn code(error: &Error) -> Value {
    let tag = match error {
        Error::DnsTimeout => "DNS-timeout",
        Error::DnsError { rcode, .. } => {
            return json!({"tag": "DNS-error", "val": {"rcode": rcode}});
        }
        Error::DestinationNotFound => "destination-not-found",
        Error::DestinationUnavailable => "destination-unavailable",
        Error::DestinationIpProhibited => "destination-IP-prohibited",
        Error::DestinationIpUnroutable => "destination-IP-unroutable",
        Error::ConnectionRefused => "connection-refused",
        Error::ConnectionTerminated => "connection-terminated",
        Error::ConnectionTimeout => "connection-timeout",
        Error::ConnectionReadTimeout => "connection-read-timeout",
        Error::ConnectionWriteTimeout => "connection-write-timeout",
        Error::ConnectionLimitReached => "connection-limit-reached",
        Error::TlsProtocolError => "TLS-protocol-error",
        Error::TlsCertificateError => "TLS-certificate-error",
        Error::HttpRequestDenied => "HTTP-request-denied",
        Error::HttpRequestUriInvalid => "HTTP-request-URI-invalid",
        Error::HttpResponseIncomplete => "HTTP-response-incomplete",
        Error::HttpResponseTimeout => "HTTP-response-timeout",
        Error::HttpProtocolError => "HTTP-protocol-error",
        other => return json!({"tag": "internal-error", "val": other.to_string()}),
    };
    json!({ "tag": tag })
}
