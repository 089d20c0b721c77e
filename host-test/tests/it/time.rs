//! Time in the real component: waits end when they should, take no computing,
//! and nothing outlasts the action's time.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use bytes::Bytes;
use connector_host::bindings::types::{ActionError, FailureReason};
use connector_host::{
    ConnectorPre, Engine, Environment, Limits, ResponseFuture, Transport, TransportError,
};
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::body::{Body, Frame};
use tokio::time::{Interval, interval};
use wasmtime_wasi_http::{Error, RequestOptions, WasiBody};

/// What the server does with one request.
#[derive(Debug, Clone, Copy)]
enum Behaviour {
    /// Answers at once.
    Answers(u16, Option<&'static str>),
    /// Never responds.
    Silent,
    /// Answers, and then sends one byte every 12 ms for ever.
    Trickles,
}

/// A server that does one thing after the other, and notes when it was asked
/// and with which time-out for the first byte.
#[derive(Clone, Default)]
struct Server {
    script: Arc<Mutex<VecDeque<Behaviour>>>,
    asked: Arc<Mutex<Vec<(Instant, Duration)>>>,
}

impl Transport for Server {
    fn send_request(
        &self,
        _: Request<WasiBody>,
        options: Option<RequestOptions>,
    ) -> ResponseFuture {
        let first_byte = options.and_then(|options| options.first_byte_timeout);
        let asked = (Instant::now(), first_byte.unwrap_or_default());
        self.asked.lock().unwrap().push(asked);
        let behaviour = self.script.lock().unwrap().pop_front();
        Box::pin(async move {
            let (status, retry_after, body) = match behaviour {
                None => return Err(TransportError::from(Error::HttpRequestDenied)),
                Some(Behaviour::Silent) => std::future::pending().await,
                Some(Behaviour::Trickles) => (200, None, Trickle::body()),
                Some(Behaviour::Answers(status, retry_after)) => {
                    let body = Full::new(Bytes::from_static(br#"{"type": "contact"}"#));
                    (
                        status,
                        retry_after,
                        body.map_err(|e| match e {}).boxed_unsync(),
                    )
                }
            };
            let mut response = Response::builder().status(status);
            if let Some(seconds) = retry_after {
                response = response.header("retry-after", seconds);
            }
            let connection: connector_host::Connection = Box::new(std::future::ready(Ok(())));
            Ok((response.body(body).unwrap(), connection))
        })
    }
}

struct Trickle(Interval);

impl Trickle {
    fn body() -> WasiBody {
        Self(interval(Duration::from_millis(12))).boxed_unsync()
    }
}

impl Body for Trickle {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        let byte = || Some(Ok(Frame::data(Bytes::from_static(b"x"))));
        self.0.poll_tick(context).map(|_| byte())
    }
}

/// The component, with less computing time than any of these calls takes in
/// waiting: one that spins is ended, and one that waits often is not.
fn connector() -> ConnectorPre {
    let engine = Engine::new().unwrap();
    let path = &test_support::artifact().component;
    let limits = Limits {
        cpu: Duration::from_millis(400),
        ..Limits::default()
    };
    ConnectorPre::from_file(&engine, path, limits).unwrap()
}

/// How a call ends, how long it takes, and what the server saw.
async fn call(
    action: (&str, &str),
    variables: &[(&str, &str)],
    script: &[Behaviour],
) -> (Result<String, ActionError>, Duration, Server) {
    let mut environment = Environment::new();
    environment.insert("INTERCOM_ACCESS_TOKEN".into(), "token".into());
    for (name, value) in variables {
        environment.insert(format!("INTERCOM_{name}"), (*value).to_owned());
    }
    let server = Server::default();
    server.script.lock().unwrap().extend(script);
    let plugin = connector();
    let sandbox = plugin.sandbox(&environment, Arc::new(server.clone()));
    let mut sandbox = sandbox.await.unwrap();
    let start = Instant::now();
    let result = sandbox.invoke(action.0, action.1).await.unwrap();
    (result, start.elapsed(), server)
}

const READ: (&str, &str) = ("get-contact-by-id", r#"{"contact_id": "1"}"#);
const SEND: (&str, &str) = (
    "send-message",
    r#"{"recipient_contact_type": "user", "recipient_contact_id": "1", "message_type": "in-app",
        "from_id": "1", "body": "Hello"}"#,
);
const A_SECOND: Option<&str> = Some("1");

/// The reason, and `message; hint`.
fn message(error: ActionError) -> (FailureReason, String) {
    match error {
        ActionError::Permanent(failure) | ActionError::Retryable(failure) => {
            let hint = failure.hint.unwrap_or_default();
            (failure.reason, format!("{}; {hint}", failure.message))
        }
        ActionError::ExecutionFailed => panic!("the connector never says this"),
    }
}

#[tokio::test]
async fn a_wait_takes_time_and_no_computing() {
    use Behaviour::Answers;
    let script = [Answers(429, A_SECOND), Answers(200, None)];
    let (result, _, server) = call(READ, &[], &script).await;
    assert!(result.is_ok(), "{result:?}");
    let asked = server.asked.lock().unwrap();
    let [(first, _), (second, _)] = asked.as_slice() else {
        panic!("{asked:?}")
    };
    let waited = second.duration_since(*first);
    assert!(waited >= Duration::from_secs(1), "{waited:?}");
    assert!(waited < Duration::from_secs(4), "{waited:?}");
}

#[tokio::test]
async fn without_retries_nothing_waits() {
    let script = [Behaviour::Answers(429, A_SECOND)];
    let (result, took, _) = call(READ, &[("MAX_RETRIES", "0")], &script).await;
    assert!(
        matches!(result, Err(ActionError::Retryable(_))),
        "{result:?}"
    );
    assert!(took < Duration::from_secs(1), "{took:?}");
}

#[tokio::test]
async fn nothing_outlasts_the_action() {
    let variables = [("ACTION_TIMEOUT_MS", "600"), ("MAX_RETRIES", "0")];
    for (action, behaviour, told) in [
        (
            READ,
            Behaviour::Silent,
            "did not respond within the action's timeout",
        ),
        (READ, Behaviour::Trickles, "the rest did not arrive in time"),
        (SEND, Behaviour::Silent, "whether it took effect is unknown"),
    ] {
        let (result, took, server) = call(action, &variables, &[behaviour]).await;
        let (reason, message) = message(result.unwrap_err());
        assert!(message.contains(told), "{message}");
        assert!(
            message.contains("INTERCOM_ACTION_TIMEOUT_MS is 600"),
            "{message}"
        );
        let expected = match action {
            SEND => matches!(reason, FailureReason::OutcomeUnknown),
            _ => matches!(reason, FailureReason::Timeout),
        };
        assert!(expected, "{reason:?}");
        assert!(took >= Duration::from_millis(600), "{took:?}");
        assert!(took < Duration::from_secs(3), "{took:?}");
        // The phases are cut short with the action.
        let asked = server.asked.lock().unwrap();
        assert!(
            asked
                .iter()
                .all(|(_, first_byte)| first_byte.as_millis() <= 600)
        );
    }
    // A write whose response trickles in took effect anyway.
    let (result, _, _) = call(SEND, &variables, &[Behaviour::Trickles]).await;
    assert!(result.unwrap().contains("the rest did not arrive in time"));
}
