//! Returns fixed responses as fast as it can. Runs on its own thread, so that it
//! takes no time from the clients' runtime.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc;
use std::thread::{self, JoinHandle};

use bytes::Bytes;
use http::{HeaderValue, Request, Response, StatusCode, header};
use tokio::runtime;
use tokio::sync::oneshot;

use crate::http::serve;
use crate::server::Listener;

/// Returns the JSON body for a request; `None` means 404.
pub type BodyOf = fn(&Request<Bytes>) -> Option<Bytes>;

/// A server that keeps nothing but a count of requests. It stops when it is
/// dropped.
#[derive(Debug)]
pub struct FixedServer {
    url: String,
    requests: Arc<AtomicU64>,
    /// Dropped to stop.
    running: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl FixedServer {
    /// Starts a server on `port` of 127.0.0.1; 0 picks a free one.
    ///
    /// # Errors
    ///
    /// When it cannot listen on the port.
    pub fn start(port: u16, body_of: BodyOf) -> io::Result<Self> {
        let requests = Arc::new(AtomicU64::default());
        let (running, stopped) = oneshot::channel();
        let (started, start) = mpsc::channel();
        let counter = Arc::clone(&requests);
        let thread = thread::spawn(move || {
            if let Err(error) = run(port, body_of, counter, stopped, &started) {
                // Nobody receives it if the owner is already gone.
                let _ = started.send(Err(error));
            }
        });
        let url = start
            .recv()
            .unwrap_or_else(|_| Err(io::Error::other("the server's thread ended")))?;
        Ok(Self {
            url,
            requests,
            running: Some(running),
            thread: Some(thread),
        })
    }

    /// The base URL, in place of `https://api.intercom.io`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The number of requests so far.
    pub fn requests(&self) -> u64 {
        self.requests.load(Ordering::Relaxed)
    }
}

impl Drop for FixedServer {
    fn drop(&mut self) {
        drop(self.running.take());
        // A panic of its thread does not concern the owner.
        let _ = self.thread.take().map(JoinHandle::join);
    }
}

fn run(
    port: u16,
    body_of: BodyOf,
    requests: Arc<AtomicU64>,
    stopped: oneshot::Receiver<()>,
    started: &mpsc::Sender<io::Result<String>>,
) -> io::Result<()> {
    let runtime = runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let listener = Listener::bind(port).await?;
        let server = listener.serve(move |stream| {
            let requests = Arc::clone(&requests);
            serve(stream, move |request| {
                requests.fetch_add(1, Ordering::Relaxed);
                body_of(request).map_or_else(not_found, response)
            })
        });
        let _ = started.send(Ok(format!("http://{}", server.address())));
        // Ends when the sender is dropped.
        let _ = stopped.await;
        server.stop().await;
        Ok(())
    })
}

/// A response with the headers of Intercom's.
fn response(body: Bytes) -> Response<Bytes> {
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    let json = HeaderValue::from_static("application/json; charset=utf-8");
    headers.insert(header::CONTENT_TYPE, json);
    for (name, value) in [
        ("x-request-id", "e559c182-5ac8-4708-a1db-44e7332df229"),
        ("intercom-version", "2.16"),
        ("x-ratelimit-limit", "1667"),
        ("x-ratelimit-remaining", "1618"),
        ("x-ratelimit-reset", "1772987310"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

fn not_found() -> Response<Bytes> {
    let body =
        r#"{"type":"error.list","errors":[{"code":"not_found","message":"Resource Not Found"}]}"#;
    let mut response = response(Bytes::from_static(body.as_bytes()));
    *response.status_mut() = StatusCode::NOT_FOUND;
    response
}
