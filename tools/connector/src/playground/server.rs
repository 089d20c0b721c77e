//! Serves the page and the bridge on loopback.
//!
//! Any page in the person's browser can send requests to a loopback port. So the bridge accepts
//! only requests with its own address as `Host`, which excludes DNS rebinding, from its own
//! page, and with a key from the URL that was opened.

use std::convert::Infallible;
use std::io;
use std::sync::Arc;

use bytes::Bytes;
use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HOST, ORIGIN, REFERRER_POLICY,
    X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode};
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use sha2::{Digest, Sha256};
use tokio::net::{TcpListener, TcpStream};

use super::bridge::MAX_BODY_BYTES;
use super::{Bridge, Page};

/// The page's content security policy; no other page may frame it.
const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; \
    worker-src 'self' blob:; connect-src 'self'; style-src 'self'; img-src data:; \
    base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The header with the key. Pages of other origins cannot send it without CORS consent.
const KEY: &str = "x-playground-key";

/// Random bytes of a key: 128 bits, which cannot be guessed.
const KEY_BYTES: usize = 16;

/// Why the server cannot start.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The port is in use.
    #[error("--port: could not listen on 127.0.0.1:{port}: {source}; give another port")]
    Listen {
        /// The port.
        port: u16,
        /// The system's error.
        source: io::Error,
    },
    /// No random bytes.
    #[error("no random bytes for a key: {0}")]
    Random(getrandom::Error),
}

/// A server of one page.
pub struct Server {
    listener: TcpListener,
    site: Arc<Site>,
    key: String,
}

/// The served files, and the values that requests must have.
struct Site {
    page: Page,
    bridge: Bridge,
    /// `127.0.0.1:8080`.
    host: String,
    key: [u8; 32],
}

impl Server {
    /// Listens on loopback; port 0 uses a free port.
    ///
    /// # Errors
    ///
    /// When the port cannot be listened on.
    pub async fn listen(port: u16, page: Page, bridge: Bridge) -> Result<Self, ServeError> {
        let failed = |source| ServeError::Listen { port, source };
        let bound = TcpListener::bind(("127.0.0.1", port)).await;
        let listener = bound.map_err(failed)?;
        let host = listener.local_addr().map_err(failed)?.to_string();
        let mut bytes = [0; KEY_BYTES];
        getrandom::fill(&mut bytes).map_err(ServeError::Random)?;
        let key: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        let site = Arc::new(Site {
            page,
            bridge,
            host,
            key: digest(key.as_bytes()),
        });
        Ok(Self {
            listener,
            site,
            key,
        })
    }

    /// The URL to open, with the key.
    pub fn address(&self) -> String {
        format!("http://{}/?key={}", self.site.host, self.key)
    }

    /// Serves until it is dropped.
    pub async fn serve(self) {
        loop {
            if let Ok((stream, _)) = self.listener.accept().await {
                tokio::spawn(connection(stream, Arc::clone(&self.site)));
            }
        }
    }
}

async fn connection(stream: TcpStream, site: Arc<Site>) {
    let answer = service_fn(move |request| {
        let site = Arc::clone(&site);
        async move { Ok::<_, Infallible>(site.respond(request).await) }
    });
    // A browser that disconnects is not an error.
    let _ = http1::Builder::new()
        .serve_connection(TokioIo::new(stream), answer)
        .await;
}

impl Site {
    async fn respond(&self, request: Request<Incoming>) -> Response<Full<Bytes>> {
        let headers = request.headers();
        if text(headers, HOST.as_str()) != Some(&self.host) {
            return refusal("this host is not the playground's");
        }
        match (request.method(), request.uri().path()) {
            (&Method::GET, "/bridge/variables") if self.may(headers, false) => {
                response(self.bridge.variables().into(), "application/json")
            }
            (&Method::POST, "/bridge/send") if self.may(headers, true) => self.send(request).await,
            (&Method::GET, path) => match self.page.file(path) {
                Some((body, media_type)) => response(body, media_type),
                None => refusal("not found, or the key is missing"),
            },
            _ => refusal("the key is missing, or the request is not from the playground's page"),
        }
    }

    async fn send(&self, request: Request<Incoming>) -> Response<Full<Bytes>> {
        let body = Limited::new(request.into_body(), MAX_BODY_BYTES);
        let Ok(body) = body.collect().await else {
            return refusal("the request is too large");
        };
        match self.bridge.send(&body.to_bytes()).await {
            Some(received) => response(received.into(), "application/json"),
            None => refusal("this is not a request"),
        }
    }

    /// Whether a request for the bridge comes from our own page, by the headers that browsers
    /// add.
    fn may(&self, headers: &HeaderMap, changes: bool) -> bool {
        let from_here = match text(headers, ORIGIN.as_str()) {
            Some(origin) => origin.strip_prefix("http://") == Some(&self.host),
            None => !changes,
        };
        // Digests, so that the comparison's time reveals nothing about the key.
        let key = text(headers, KEY).map(|key| digest(key.as_bytes()));
        from_here && key == Some(self.key)
    }
}

fn digest(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

fn refusal(why: &str) -> Response<Full<Bytes>> {
    let mut refusal = response(format!("{why}\n").into(), "text/plain");
    *refusal.status_mut() = StatusCode::FORBIDDEN;
    refusal
}

fn response(body: Bytes, media_type: &'static str) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(body));
    let headers = response.headers_mut();
    for (name, value) in [
        (CONTENT_TYPE, media_type),
        (CONTENT_SECURITY_POLICY, POLICY),
        (CACHE_CONTROL, "no-store"),
        (REFERRER_POLICY, "no-referrer"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}
