//! The server: the double on a socket, and its counts.

use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use http::{HeaderValue, Method, Request, Response, header};
use serde::Serialize;

use super::options::Options;
use super::response;
use super::router::respond;
use super::script::SCRIPT_PATH;
use super::state::State;
use crate::http::serve;
use crate::ledger::Tally;
use crate::server::{ConnectionCount, Listener, Server};

/// The path that serves the [`Counts`] as JSON, without a token, for checks in
/// other languages. Not part of Intercom's API, and not counted.
pub const COUNTS_PATH: &str = "/double/counts";

/// What a double counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Accepted connections.
    pub connections: u64,
    /// Requests, responses and duplicated writes. A request without a valid token,
    /// or over the rate limit, counts as a request but not as a write.
    #[serde(flatten)]
    pub tally: Tally,
    /// Messages received by each contact, copies included, by the contact's id.
    pub messages: BTreeMap<String, u64>,
    /// The requests that the API description does not allow: operation, path in
    /// the body, and problem.
    pub violations: Vec<String>,
}

/// A running double. It stops when it is dropped.
pub struct IntercomDouble {
    server: Server,
    shared: Shared,
}

impl IntercomDouble {
    /// Starts a double.
    ///
    /// # Errors
    ///
    /// When it cannot listen on the port.
    pub async fn start(options: Options) -> io::Result<Self> {
        let listener = Listener::bind(options.port).await?;
        let shared = Shared {
            state: Arc::new(Mutex::new(State::new(options, now()))),
            connections: listener.connections(),
        };
        let serving = shared.clone();
        let server = listener.serve(move |stream| {
            let shared = serving.clone();
            serve(stream, move |request| shared.respond(request))
        });
        Ok(Self { server, shared })
    }

    /// The base URL, in place of `https://api.intercom.io`.
    pub fn url(&self) -> String {
        format!("http://{}", self.server.address())
    }

    /// The counts so far.
    pub fn counts(&self) -> Counts {
        self.shared.counts()
    }

    /// Stops, and waits until all connections are closed and the port is free.
    pub async fn stop(self) {
        self.server.stop().await;
    }
}

impl fmt::Debug for IntercomDouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("IntercomDouble").field(&self.url()).finish()
    }
}

/// What all connections share.
#[derive(Clone)]
struct Shared {
    state: Arc<Mutex<State>>,
    connections: ConnectionCount,
}

impl Shared {
    fn respond(&self, request: &Request<Bytes>) -> Response<Bytes> {
        match (request.method(), request.uri().path()) {
            (&Method::GET, COUNTS_PATH) => counts_response(&self.counts()),
            (&Method::PUT, SCRIPT_PATH) => {
                let result = self.state().script.replace(request.body());
                response::build(result, "")
            }
            _ => respond(&mut self.state(), request, now()),
        }
    }

    fn counts(&self) -> Counts {
        let state = self.state();
        Counts {
            connections: self.connections.get(),
            tally: state.ledger.tally().clone(),
            messages: state.messages.received().clone(),
            violations: state.violations.found().to_vec(),
        }
    }

    /// The state, even after a task panicked: tests still want to read it.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn counts_response(counts: &Counts) -> Response<Bytes> {
    // Cannot fail: all keys are strings or numbers.
    let body = serde_json::to_vec(counts).unwrap_or_default();
    let mut response = Response::new(Bytes::from(body));
    let json = HeaderValue::from_static("application/json");
    response.headers_mut().insert(header::CONTENT_TYPE, json);
    response
}

/// The time, in Unix seconds.
fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| since.as_secs() as i64)
}
