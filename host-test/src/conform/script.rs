//! The simulated service: a transport that sends nothing and treats every request in the same
//! way.

use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use connector_host::{ResponseFuture, Transport, TransportResponse};
use http::{HeaderMap, Request, Response, StatusCode, Uri};
use http_body_util::{BodyExt, Full};
use serde_json::json;
use wasmtime_wasi_http::{Error, RequestOptions, WasiBody};

/// The service's behaviour for every request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Script {
    /// Returns 200 and `{}`.
    Empty,
    /// Returns 200 and unusual JSON.
    OddJson,
    /// Returns 200 and a page of HTML.
    Html,
    /// Returns 200 and cuts the body off.
    BrokenOff,
    /// Returns 302 to another host.
    Redirect,
    /// Returns 401 and, like the next two, an error that echoes the request.
    Unauthorized,
    /// Returns 404.
    NotFound,
    /// Returns 429.
    RateLimited,
    /// Reads the request and closes the connection.
    Lost,
    /// Refuses the connection.
    Refused,
}

impl Script {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::Empty,
        Self::OddJson,
        Self::Html,
        Self::BrokenOff,
        Self::Redirect,
        Self::Unauthorized,
        Self::NotFound,
        Self::RateLimited,
        Self::Lost,
        Self::Refused,
    ];

    /// Its description, after "with".
    pub fn name(self) -> &'static str {
        match self {
            Self::Empty => "a response 200 {}",
            Self::OddJson => "a response with unusual JSON",
            Self::Html => "an HTML response",
            Self::BrokenOff => "a response that is cut off",
            Self::Redirect => "a redirect to another host",
            Self::Unauthorized => "a response 401",
            Self::NotFound => "a response 404",
            Self::RateLimited => "a response 429",
            Self::Lost => "a lost response",
            Self::Refused => "a refused connection",
        }
    }

    /// The status of the response, if there is one.
    pub fn status(self) -> Option<u16> {
        match self {
            Self::Empty | Self::OddJson | Self::Html | Self::BrokenOff => Some(200),
            Self::Redirect => Some(302),
            Self::Unauthorized => Some(401),
            Self::NotFound => Some(404),
            Self::RateLimited => Some(429),
            Self::Lost | Self::Refused => None,
        }
    }
}

/// A request that was sent.
#[derive(Debug, Clone)]
pub struct Sent {
    /// The method.
    pub method: String,
    /// The URL, absolute.
    pub url: Uri,
    /// Header names in lower case, with their values.
    pub headers: Vec<(String, String)>,
    /// The body; invalid UTF-8 is replaced.
    pub body: String,
}

impl Sent {
    /// Whether the method is idempotent in HTTP.
    pub fn is_idempotent(&self) -> bool {
        let methods = ["GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"];
        methods.contains(&self.method.as_str())
    }
}

/// A transport that runs a script.
#[derive(Debug, Clone)]
pub struct Scripted {
    script: Script,
    odd: Arc<str>,
    log: Arc<Mutex<Vec<Sent>>>,
}

impl Scripted {
    /// A service with this behaviour; `odd` is its unusual JSON.
    pub fn new(script: Script, odd: &Arc<str>) -> Self {
        Self {
            script,
            odd: Arc::clone(odd),
            log: Arc::default(),
        }
    }

    /// The requests so far, in order.
    pub fn sent(&self) -> Vec<Sent> {
        let log = self.log.lock().unwrap_or_else(PoisonError::into_inner);
        log.clone()
    }

    fn respond(&self, sent: &Sent) -> Result<Response<WasiBody>, Error> {
        let json = "application/json";
        let (kind, text) = match self.script {
            Script::Refused => return Err(Error::ConnectionRefused),
            Script::Lost => return Err(Error::ConnectionTerminated),
            Script::OddJson => (json, self.odd.to_string()),
            Script::Html => ("text/html", "<!doctype html><p>Hello".to_owned()),
            Script::BrokenOff => (json, r#"{"id": "1", "na"#.to_owned()),
            Script::Unauthorized => (json, error("unauthorized", sent)),
            Script::NotFound => (json, error("not_found", sent)),
            Script::RateLimited => (json, error("rate_limited", sent)),
            _ => (json, "{}".to_owned()),
        };
        let whole = Full::new(Bytes::from(text)).map_err(|never| match never {});
        let body = match self.script {
            Script::BrokenOff => whole.with_trailers(broken_off()).boxed_unsync(),
            _ => whole.boxed_unsync(),
        };
        let status = self.script.status().unwrap_or_default();
        let response = Response::builder()
            .status(StatusCode::from_u16(status).unwrap_or_default())
            .header("content-type", kind)
            .header("location", "https://elsewhere.example/");
        response.body(body).map_err(|_| Error::HttpProtocolError)
    }
}

/// An error in common formats that echoes its request, as careless services do.
fn error(code: &str, sent: &Sent) -> String {
    let said = format!("{} {:?} {}", sent.url, sent.headers, sent.body);
    json!({
        "type": "error.list",
        "code": code,
        "message": said,
        "error": said,
        "errors": [{ "code": code, "message": said }],
    })
    .to_string()
}

/// An error after the bytes of a body, which says that the body is incomplete.
async fn broken_off() -> Option<Result<HeaderMap, Error>> {
    Some(Err(Error::HttpResponseIncomplete))
}

impl Transport for Scripted {
    fn send_request(
        &self,
        request: Request<WasiBody>,
        _: Option<RequestOptions>,
    ) -> ResponseFuture {
        let scripted = self.clone();
        Box::pin(async move {
            let (head, body) = request.into_parts();
            let body = body.collect().await?.to_bytes();
            let headers = head.headers.iter().map(|(name, value)| {
                let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
                (name.as_str().to_owned(), value)
            });
            let sent = Sent {
                method: head.method.to_string(),
                headers: headers.collect(),
                url: head.uri,
                body: String::from_utf8_lossy(&body).into_owned(),
            };
            let mut log = scripted.log.lock().unwrap_or_else(PoisonError::into_inner);
            log.push(sent.clone());
            drop(log);
            let response = scripted.respond(&sent)?;
            let connection: TransportResponse = (response, Box::new(std::future::ready(Ok(()))));
            Ok(connection)
        })
    }
}
