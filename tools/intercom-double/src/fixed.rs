//! Gives the same responses over and over, as fast as it can; on a thread of its
//! own, so that it takes no time of the callers'.

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

/// The JSON that a request is answered with.
pub type BodyOf = fn(&Request<Bytes>) -> Option<Bytes>;

/// A server that remembers nothing but how much it was asked. When it is
/// dropped, it stops.
#[derive(Debug)]
pub struct FixedServer {
    url: String,
    counts: Arc<Counts>,
    /// Dropped to stop.
    running: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// What a server was asked.
#[derive(Debug, Default)]
struct Counts {
    requests: AtomicU64,
}

impl FixedServer {
    /// Starts on `port` of 127.0.0.1, or on a free one if it is 0. `body_of` has
    /// the JSON for a request; one without is not found.
    ///
    /// # Errors
    ///
    /// When the port cannot be listened on.
    pub fn start(port: u16, body_of: BodyOf) -> io::Result<Self> {
        let counts = Arc::new(Counts::default());
        let (running, stopped) = oneshot::channel();
        let (tell, told) = mpsc::channel();
        let counting = Arc::clone(&counts);
        let thread = thread::spawn(move || {
            if let Err(error) = run(port, body_of, counting, stopped, &tell) {
                // Whoever started it has gone, or is told.
                let _ = tell.send(Err(error));
            }
        });
        let url = told
            .recv()
            .unwrap_or_else(|_| Err(io::Error::other("the server's thread ended")))?;
        Ok(Self {
            url,
            counts,
            running: Some(running),
            thread: Some(thread),
        })
    }

    /// The URL that stands for `https://api.intercom.io`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// How many requests it has answered.
    pub fn requests(&self) -> u64 {
        self.counts.requests.load(Ordering::Relaxed)
    }
}

impl Drop for FixedServer {
    fn drop(&mut self) {
        drop(self.running.take());
        // What its thread may have died of is no concern of the owner.
        let _ = self.thread.take().map(JoinHandle::join);
    }
}

fn run(
    port: u16,
    body_of: BodyOf,
    counts: Arc<Counts>,
    stopped: oneshot::Receiver<()>,
    tell: &mpsc::Sender<io::Result<String>>,
) -> io::Result<()> {
    let runtime = runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let listener = Listener::bind(port).await?;
        let server = listener.serve(move |stream| {
            let counts = Arc::clone(&counts);
            serve(stream, move |request| {
                counts.requests.fetch_add(1, Ordering::Relaxed);
                body_of(request).map_or_else(not_found, response)
            })
        });
        let _ = tell.send(Ok(format!("http://{}", server.address())));
        // Ends when the sender is dropped.
        let _ = stopped.await;
        server.stop().await;
        Ok(())
    })
}

/// As Intercom's come, headers and all.
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
