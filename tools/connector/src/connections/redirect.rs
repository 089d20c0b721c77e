//! Receives the redirect from an OAuth page: a local listener that accepts the code if it comes
//! with our own state.

use std::convert::Infallible;
use std::fmt;
use std::io;
use std::sync::OnceLock;
use std::time::Duration;

use bytes::Bytes;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, REFERRER_POLICY};
use http::{Request, Response, StatusCode};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio::time::timeout;

use connector_host::printable;

/// The path of the redirect.
const PATH: &str = "/callback";

/// Binds the redirect to the request: random, and used once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State(String);

/// Random bytes of a state: 128 bits, which cannot be guessed.
const STATE_BYTES: usize = 16;

impl State {
    /// Creates a state.
    ///
    /// # Errors
    ///
    /// When the system has no random bytes.
    pub fn random() -> Result<Self, RedirectError> {
        let mut bytes = [0; STATE_BYTES];
        getrandom::fill(&mut bytes).map_err(RedirectError::Random)?;
        Ok(Self(
            bytes.iter().map(|byte| format!("{byte:02x}")).collect(),
        ))
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Why no code was received.
#[derive(Debug, thiserror::Error)]
pub enum RedirectError {
    /// The port is in use, or not permitted.
    #[error("--port: could not listen on 127.0.0.1:{port}: {source}; give another port")]
    Listen {
        /// The port.
        port: u16,
        /// The system's error.
        source: io::Error,
    },
    /// No random bytes.
    #[error("no random bytes for a state: {0}")]
    Random(getrandom::Error),
    /// The time is over.
    #[error("no redirect within {0:?}; connect again, and authorize the app in the browser")]
    TimedOut(Duration),
    /// The person or the service refused.
    #[error("the app was not authorized: {}", printable::line(.0))]
    Denied(String),
    /// The state is not ours.
    #[error(
        "the state is not the one that was sent, so this code may be somebody else's; connect again"
    )]
    OtherState,
    /// The address has no code.
    #[error("the address has no code; give the whole address that the browser was redirected to")]
    NoCode,
}

/// A listener for one redirect.
pub struct Redirect {
    listener: TcpListener,
    port: u16,
}

impl Redirect {
    /// Listens on loopback; port 0 uses a free port.
    ///
    /// # Errors
    ///
    /// When the port cannot be listened on.
    pub async fn listen(port: u16) -> Result<Self, RedirectError> {
        let failed = |source| RedirectError::Listen { port, source };
        let listener = TcpListener::bind(("127.0.0.1", port))
            .await
            .map_err(failed)?;
        let port = listener.local_addr().map_err(failed)?.port();
        Ok(Self { listener, port })
    }

    /// The redirect URL.
    pub fn uri(&self) -> String {
        format!("http://127.0.0.1:{}{PATH}", self.port)
    }

    /// Waits for the code. A redirect with another state is refused, and the wait continues.
    ///
    /// # Errors
    ///
    /// When the app is not authorized, or `limit` is over.
    pub async fn code(self, state: &State, limit: Duration) -> Result<String, RedirectError> {
        let waited = timeout(limit, self.wait(state)).await;
        waited.unwrap_or(Err(RedirectError::TimedOut(limit)))
    }

    async fn wait(self, state: &State) -> Result<String, RedirectError> {
        let (sender, mut outcomes) = mpsc::channel(1);
        loop {
            tokio::select! {
                Some(outcome) = outcomes.recv() => return outcome,
                accepted = self.listener.accept() => if let Ok((stream, _)) = accepted {
                    // Browsers open connections that they don't use.
                    tokio::spawn(serve(stream, state.clone(), sender.clone()));
                },
            }
        }
    }
}

type Outcome = Result<String, RedirectError>;

/// Responds to one request. The outcome is reported after the page is written, since the
/// receiver may end this process.
async fn serve(
    stream: impl AsyncRead + AsyncWrite + Unpin,
    state: State,
    outcomes: mpsc::Sender<Outcome>,
) {
    let told = OnceLock::new();
    let answer = service_fn(|request: Request<Incoming>| {
        let (page, outcome) = answer(&request, &state);
        if let Some(outcome) = outcome {
            let _ = told.set(outcome);
        }
        async { Ok::<_, Infallible>(page) }
    });
    let served = http1::Builder::new()
        .keep_alive(false)
        .serve_connection(TokioIo::new(stream), answer);
    let _ = served.await;
    if let Some(outcome) = told.into_inner() {
        // The first one counts.
        let _ = outcomes.try_send(outcome);
    }
}

/// The page for a request, and the outcome for the waiting caller, if any.
fn answer(request: &Request<Incoming>, state: &State) -> (Response<Full<Bytes>>, Option<Outcome>) {
    if request.uri().path() != PATH {
        let page = page(StatusCode::NOT_FOUND, "There is nothing here.");
        return (page, None);
    }
    let outcome = code_of(&request.uri().to_string(), state);
    let page = match &outcome {
        Ok(_) => page(
            StatusCode::OK,
            "Authorized. You can close this page and go back to the terminal.",
        ),
        Err(RedirectError::Denied(_)) => page(
            StatusCode::OK,
            "Not authorized. You can close this page and go back to the terminal.",
        ),
        Err(error) => page(StatusCode::BAD_REQUEST, &error.to_string()),
    };
    let ends = matches!(outcome, Ok(_) | Err(RedirectError::Denied(_)));
    (page, ends.then_some(outcome))
}

/// A page with one sentence. No cache and no other page gets the code.
fn page(status: StatusCode, text: &str) -> Response<Full<Bytes>> {
    let body = format!("<!doctype html><meta charset=utf-8><title>Connect</title><p>{text}</p>\n");
    let mut page = Response::new(Full::from(body));
    *page.status_mut() = status;
    let headers = page.headers_mut();
    for (name, value) in [
        (CONTENT_TYPE, "text/html; charset=utf-8"),
        (CACHE_CONTROL, "no-store"),
        (REFERRER_POLICY, "no-referrer"),
    ] {
        headers.insert(name, http::HeaderValue::from_static(value));
    }
    page
}

/// The code in the address that a browser was redirected to.
///
/// # Errors
///
/// When the state differs, the app was not authorized, or there is no code.
pub fn code_of(address: &str, state: &State) -> Result<String, RedirectError> {
    let (_, query) = address.trim().split_once('?').unwrap_or_default();
    let query = query.split_once('#').map_or(query, |(query, _)| query);
    let value = |wanted: &str| {
        let mut pairs = form_urlencoded::parse(query.as_bytes());
        pairs.find_map(|(name, value)| (name == wanted).then(|| value.into_owned()))
    };
    if value("state").is_none_or(|given| given != state.0) {
        return Err(RedirectError::OtherState);
    }
    if let Some(error) = value("error") {
        let said = value("error_description").unwrap_or(error);
        return Err(RedirectError::Denied(said));
    }
    match value("code") {
        Some(code) if !code.is_empty() => Ok(code),
        _ => Err(RedirectError::NoCode),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]

    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;

    #[test]
    fn codes_are_taken_with_our_own_state_only() {
        let state = State("s3cret".to_owned());
        let code = |address: &str| match code_of(address, &state) {
            Ok(code) => code,
            Err(RedirectError::OtherState) => "other state".to_owned(),
            Err(RedirectError::Denied(said)) => format!("denied: {said}"),
            Err(RedirectError::NoCode) => "no code".to_owned(),
            Err(error) => panic!("{error}"),
        };
        for (address, expected) in [
            ("http://127.0.0.1:1/callback?code=abc&state=s3cret", "abc"),
            ("/callback?state=s3cret&code=a%2Bb%3D#x", "a+b="),
            ("  https://x.example/cb?code=abc&state=s3cret\n", "abc"),
            ("/callback?code=abc", "other state"),
            ("/callback?code=abc&state=", "other state"),
            ("/callback?code=abc&state=s3cret2", "other state"),
            // Of two states, the first counts.
            ("/callback?code=abc&state=x&state=s3cret", "other state"),
            ("/callback?state=s3cret", "no code"),
            ("/callback?state=s3cret&code=", "no code"),
            (
                "/callback?state=s3cret&error=access_denied",
                "denied: access_denied",
            ),
            (
                "/callback?state=s3cret&error=x&error_description=Not+today",
                "denied: Not today",
            ),
            ("/callback?state=x&error=access_denied", "other state"),
            ("", "other state"),
        ] {
            assert_eq!(code(address), expected, "{address}");
        }
    }

    #[test]
    fn what_the_service_says_does_not_steer_a_terminal() {
        let state = State("s3cret".to_owned());
        let address = "/callback?state=s3cret&error=x&error_description=%1B]0;no%0Anote";
        let said = code_of(address, &state).unwrap_err().to_string();
        assert_eq!(said, r"the app was not authorized: \u001b]0;no\u000anote");
    }

    #[tokio::test]
    async fn the_page_is_written_before_the_code_is_handed_on() {
        let (sender, mut outcomes) = mpsc::channel(1);
        // A connection with a buffer of a few bytes: the page is written only if it is read.
        let (mut browser, stream) = tokio::io::duplex(16);
        let serving = tokio::spawn(serve(stream, State("s3cret".to_owned()), sender));
        let request = b"GET /callback?code=abc&state=s3cret HTTP/1.1\r\nHost: x\r\n\r\n";
        browser.write_all(request).await.unwrap();
        assert_eq!(browser.read_u8().await.unwrap(), b'H');
        assert!(outcomes.try_recv().is_err());
        let mut page = String::new();
        browser.read_to_string(&mut page).await.unwrap();
        assert!(page.ends_with("go back to the terminal.</p>\n"), "{page}");
        serving.await.unwrap();
        assert_eq!(outcomes.recv().await.unwrap().unwrap(), "abc");
    }

    #[test]
    fn states_are_random() {
        assert_ne!(State::random().unwrap(), State::random().unwrap());
    }
}
