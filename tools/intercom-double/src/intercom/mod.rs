//! A stateful Intercom on the loopback: contacts with unique identities,
//! searches by Intercom's query, messages that are counted, OAuth, rate limits
//! and errors, as its documents and its published API description tell of them.
//!
//! `answer` is the whole of it without a socket: state and request in, response
//! out. Where the documents leave open what Intercom does, the double is strict:
//! it refuses a page of more than 150 rows, or filters beside groups. Text
//! compares letter by letter, days are those of UTC, and an archived contact can
//! be read and changed, but not found or written to.

mod answer;
mod contacts;
mod description;
mod messages;
mod router;
mod script;
mod search;
mod seed;
mod sign_in;
mod state;
#[cfg(test)]
mod tests;
mod version;
mod window;
mod workspace;

use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use http::{HeaderValue, Method, Request, Response, header};
use secrecy::SecretString;
use serde::Serialize;

pub use router::answer;
pub use script::SCRIPT_PATH;
pub use sign_in::Client;
pub use state::State;
pub use workspace::Region;

use super::http as connection;
use super::ledger::Tally;
use super::server::{Accepted, Listener, Server};
use crate::openapi::Description;

/// Where anybody can read the double's [`Counts`], as JSON: a check that is not
/// written in Rust asks here. No part of Intercom, and not counted.
pub const COUNTS_PATH: &str = "/double/counts";

/// The token that works if no other is given.
pub const TOKEN: &str = "double-token";

/// The id, the secret and the address of the app if no others are given.
pub const CLIENT_ID: &str = "double-client";
/// See [`CLIENT_ID`].
pub const CLIENT_SECRET: &str = "double-secret";
/// See [`CLIENT_ID`].
pub const REDIRECT_URI: &str = "http://127.0.0.1:8400/callback";

/// How a double is set up.
#[derive(Debug)]
pub struct Options {
    /// The port; 0 for a free one.
    pub port: u16,
    /// The tokens that work from the start.
    pub tokens: Vec<SecretString>,
    /// The app that the OAuth flow is for.
    pub client: Client,
    /// Where the workspace says it is hosted.
    pub region: Region,
    /// How many contacts there are from the start.
    pub contacts: usize,
    /// How many requests each window of ten seconds allows; any number if not
    /// given.
    pub rate_limit: Option<u32>,
    /// What requests are held against, if it is at hand.
    pub description: Option<Description>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            port: 0,
            tokens: vec![SecretString::from(TOKEN)],
            client: Client {
                id: CLIENT_ID.to_owned(),
                secret: SecretString::from(CLIENT_SECRET),
                redirect_uri: REDIRECT_URI.to_owned(),
            },
            region: Region::default(),
            contacts: 0,
            rate_limit: None,
            description: None,
        }
    }
}

/// What a double was asked, and what came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// How many connections it accepted.
    pub connections: u64,
    /// Requests, answers and repeated writes. Requests without a working token,
    /// and those that came too fast, are asked and answered, but write nothing.
    #[serde(flatten)]
    pub tally: Tally,
    /// How many messages each contact received, by the contact's id; copies
    /// count.
    pub messages: BTreeMap<String, u64>,
    /// The requests that the API description does not allow: operation, place
    /// and what is wrong there.
    pub misfits: Vec<String>,
}

/// A running double. When it is dropped, it stops.
pub struct IntercomDouble {
    server: Server,
    shared: Shared,
}

impl IntercomDouble {
    /// Starts a double.
    ///
    /// # Errors
    ///
    /// When the port cannot be listened on.
    pub async fn start(options: Options) -> io::Result<Self> {
        let listener = Listener::bind(options.port).await?;
        let shared = Shared {
            state: Arc::new(Mutex::new(State::new(options, now()))),
            accepted: listener.accepted(),
        };
        let serving = shared.clone();
        let server = listener.serve(move |stream| {
            let shared = serving.clone();
            connection::serve(stream, move |request| shared.answer(request))
        });
        Ok(Self { server, shared })
    }

    /// The URL that stands for `https://api.intercom.io`.
    pub fn url(&self) -> String {
        format!("http://{}", self.server.address())
    }

    /// What it was asked so far.
    pub fn counts(&self) -> Counts {
        self.shared.counts()
    }

    /// Stops, and waits until every connection is closed: the port is free then.
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
    accepted: Accepted,
}

impl Shared {
    fn answer(&self, request: &Request<Bytes>) -> Response<Bytes> {
        match (request.method(), request.uri().path()) {
            (&Method::GET, COUNTS_PATH) => counts_response(&self.counts()),
            (&Method::PUT, SCRIPT_PATH) => {
                let outcome = self.state().script.replace(request.body());
                answer::response(outcome, "")
            }
            _ => answer(&mut self.state(), request, now()),
        }
    }

    fn counts(&self) -> Counts {
        let state = self.state();
        Counts {
            connections: self.accepted.count(),
            tally: state.ledger.tally().clone(),
            messages: state.messages.received().clone(),
            misfits: state.misfits.found().to_vec(),
        }
    }

    /// The state, also after an answer that broke off: tests go on to look at it.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn counts_response(counts: &Counts) -> Response<Bytes> {
    // A map with keys of text or numbers is always JSON.
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
