//! A server may echo what it received: no error shows a secret.
#![allow(clippy::unwrap_used, clippy::panic)]

use intercom_connector::internals::{
    Clock, Headers, HostContext, Phase, Response, SendError, SendErrorKind, Transport, WireRequest,
    invoke,
};
use serde_json::json;
use std::time::Duration;

const TOKEN: &str = "dG9rOmFjY2Vzcy10b2tlbg==";
const CLIENT_SECRET: &str = "7b1f2c1e-secret-of-the-app";
const CODE: &str = "c2luZ2xlLXVzZS1jb2Rl=";

/// The secrets that no error may hold, without the padding that an echo may have
/// percent-encoded.
const SECRETS: [&str; 3] = [
    "dG9rOmFjY2Vzcy10b2tlbg",
    CLIENT_SECRET,
    "c2luZ2xlLXVzZS1jb2Rl",
];

/// The calls: one with the app's secret; a read and a write with the token.
const CALLS: [(&str, &str); 3] = [
    ("exchange-code", r#"{"code": "c2luZ2xlLXVzZS1jb2Rl="}"#),
    ("get-contact-by-id", r#"{"contact_id": "1"}"#),
    (
        "create-contact",
        r#"{"role": "user", "email": "jo@example.com"}"#,
    ),
];

/// Responds to every request in the same way.
struct Always(Result<Response, SendError>);

impl Transport for Always {
    fn send(&mut self, _: &WireRequest) -> Result<Response, SendError> {
        self.0.clone()
    }
}

/// A clock for calls that do not wait.
struct NoTime;

impl Clock for NoTime {
    fn now(&mut self) -> Duration {
        Duration::ZERO
    }

    fn sleep(&mut self, _: Duration) {}
}

/// The debug text of the error that a call ends in.
fn error(action: &str, input: &str, answer: Result<Response, SendError>) -> String {
    let variables = [
        ("INTERCOM_ACCESS_TOKEN", TOKEN),
        ("INTERCOM_CLIENT_ID", "app-1"),
        ("INTERCOM_CLIENT_SECRET", CLIENT_SECRET),
        ("INTERCOM_MAX_RETRIES", "0"),
    ];
    let host = HostContext {
        variables: variables
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .to_vec(),
        transport: &mut Always(answer),
        clock: &mut NoTime,
    };
    match invoke(action, input, host) {
        Ok(result) => panic!("{action} worked: {result}"),
        Err(error) => format!("{error:?}"),
    }
}

/// A text that echoes everything sent.
fn echo() -> String {
    format!("code={CODE}&client_secret={CLIENT_SECRET}, Bearer {TOKEN}, c2luZ2xlLXVzZS1jb2Rl%3D")
}

fn check(action: &str, answer: Result<Response, SendError>, input: &str) {
    let told = error(action, input, answer.clone());
    let mine = match action {
        "exchange-code" => SECRETS.get(1..).unwrap(),
        _ => SECRETS.get(..1).unwrap(),
    };
    for secret in mine {
        assert!(!told.contains(secret), "{action}: {answer:?}: {told}");
    }
}

#[test]
fn no_refusal_is_quoted_with_its_secrets() {
    let statuses = [302, 400, 401, 403, 404, 408, 409, 422, 429, 500, 503];
    for status in statuses {
        for body in [
            json!({"type": "error.list", "request_id": echo(), "errors": [
                {"code": echo(), "message": echo(), "field": echo()},
            ]}),
            json!({"errors": [{"message": format!("already exists with id={CLIENT_SECRET}")}]}),
            json!({"errors": [{"message": format!("already exists with id={TOKEN}")}]}),
            json!({"errors": {"code": echo()}}),
            json!({"error_key": echo(), "message": echo()}),
        ] {
            for (action, input) in CALLS {
                let link = format!("</contacts/{TOKEN}>; rel=\"canonical\"");
                let headers = [("x-request-id", echo()), ("link", link)];
                let response = Response {
                    status,
                    headers: Headers(headers.map(|(n, v)| (n.to_owned(), v)).to_vec()),
                    body: body.to_string().into_bytes(),
                    cut: None,
                };
                check(action, Ok(response), input);
            }
        }
    }
}

#[test]
fn no_transport_error_is_quoted_with_its_secrets() {
    let kinds = [
        SendErrorKind::Denied,
        SendErrorKind::Network,
        SendErrorKind::Timeout(Phase::FirstByte),
        SendErrorKind::Unsendable,
    ];
    for kind in kinds {
        for maybe_received in [false, true] {
            for (action, input) in CALLS {
                let unsent = SendError {
                    kind,
                    maybe_received,
                    detail: echo(),
                };
                check(action, Err(unsent), input);
            }
        }
    }
}

#[test]
fn a_success_without_a_token_is_an_error_without_secrets() {
    for body in ["{}", "", "<html>", r#"{"token": ""}"#, r#"{"token": null}"#] {
        let content_type = ("content-type".to_owned(), echo());
        let response = Response {
            status: 200,
            headers: Headers(vec![content_type, ("x-request-id".to_owned(), echo())]),
            body: body.into(),
            cut: None,
        };
        let input = json!({"code": CODE}).to_string();
        check("exchange-code", Ok(response), &input);
    }
}
