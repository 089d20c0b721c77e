//! A preview is the request that an action then makes, without its secrets; its
//! curl line makes the same one.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;
use std::sync::Arc;

use connector_cases::{Body, Case, Expect, HttpRequest, Replay};
use connector_host::PreviewedRequest;
use connector_host::bindings::plugin::HttpHeader;
use host_test::render::{curl, http};
use serde_json::Value;
use tempfile::TempDir;

const VARIABLE: &str = "INTERCOM_ACCESS_TOKEN";

/// What the body of a request can hold that no preview shows.
const SECRET_FIELDS: [&str; 2] = ["client_secret", "code"];

/// The cases that work and make a request.
fn cases() -> Vec<Case> {
    let mut cases = test_support::all_cases();
    cases.retain(|case| matches!(case.expect, Some(Expect::Ok(_))) && !case.exchanges.is_empty());
    assert!(cases.len() > 40, "only {} cases", cases.len());
    cases
}

async fn preview(case: &Case) -> Vec<PreviewedRequest> {
    let transport = Arc::new(Replay::new(&[]));
    let plugin = test_support::connector();
    let sandbox = plugin.sandbox(&case.environment, transport).await;
    let mut sandbox = sandbox.unwrap();
    let previewed = sandbox.preview(&case.name.action, &case.input).await;
    previewed.unwrap().expect("the case works")
}

#[tokio::test]
async fn a_preview_is_the_first_request() {
    for case in cases() {
        let requests = preview(&case).await;
        let previewed = test_support::as_sent(requests.first().expect("a request"));
        let recorded = &case.exchanges[0].request;
        assert_eq!(previewed.method, recorded.method, "{}", case.name);
        assert_eq!(previewed.origin, recorded.origin, "{}", case.name);
        assert_eq!(previewed.path, recorded.path, "{}", case.name);
        assert_eq!(previewed.query, recorded.query, "{}", case.name);
        assert_eq!(previewed.body, redacted(&recorded.body), "{}", case.name);
        let authorized = |request: &HttpRequest| {
            let mut names = request.headers.iter().map(|(name, _)| name);
            names.any(|name| name == "authorization")
        };
        assert_eq!(
            authorized(&previewed),
            authorized(recorded),
            "{}",
            case.name
        );
    }
}

/// The fields of a body that are secrets, by name.
fn secret_fields(body: &mut Option<Body>) -> impl Iterator<Item = &mut Value> {
    let fields = match body {
        Some(Body::Json(Value::Object(fields))) => Some(fields),
        _ => None,
    };
    let fields = fields.into_iter().flatten();
    fields.filter_map(|(name, value)| SECRET_FIELDS.contains(&name.as_str()).then_some(value))
}

/// A body as a preview shows it.
fn redacted(body: &Option<Body>) -> Option<Body> {
    let mut body = body.clone();
    for value in secret_fields(&mut body) {
        *value = "[redacted]".into();
    }
    body
}

/// The secrets that a case runs with.
fn secrets(case: &Case) -> Vec<String> {
    let variables = [VARIABLE, "INTERCOM_CLIENT_SECRET"];
    let given = variables
        .iter()
        .filter_map(|name| case.environment.get(*name).cloned());
    let mut body = case.exchanges[0].request.body.clone();
    let sent = secret_fields(&mut body).filter_map(|value| value.as_str().map(str::to_owned));
    given.chain(sent).collect()
}

#[tokio::test]
async fn no_form_of_it_contains_a_secret() {
    for case in cases() {
        let secrets = secrets(&case);
        assert!(!secrets.is_empty(), "{}", case.name);
        for request in preview(&case).await {
            let texts = [
                format!("{request:?}"),
                http(&request),
                curl(&request, Some(VARIABLE)),
            ];
            for text in texts {
                let found = secrets.iter().find(|secret| text.contains(*secret));
                assert_eq!(found, None, "{}: {text}", case.name);
            }
        }
    }
}

#[tokio::test]
async fn an_action_that_sends_nothing_has_none() {
    let mut cases = test_support::all_cases();
    cases.retain(|case| matches!(case.expect, Some(Expect::Ok(_))) && case.exchanges.is_empty());
    assert!(!cases.is_empty());
    for case in cases {
        assert_eq!(preview(&case).await.len(), 0, "{}", case.name);
    }
}

#[tokio::test]
async fn the_curl_line_makes_the_same_request() {
    let shell = Shell::new();
    for case in cases() {
        for request in preview(&case).await {
            shell.check(&request);
        }
    }
}

#[test]
fn no_value_of_it_becomes_a_command() {
    let nasty = "it's \"quoted\" $HOME `id` $(id) \\ \n; id # [redacted]\n";
    let header = |name: &str, value: &str| HttpHeader {
        name: name.to_owned(),
        value: value.to_owned(),
    };
    Shell::new().check(&PreviewedRequest {
        method: "POST".to_owned(),
        url: "https://example.com/a[1]?b='{c}'".to_owned(),
        headers: vec![
            header("authorization", "Bearer [redacted]"),
            header("x-nasty", "it's \"quoted\" $HOME `id` $(id) \\"),
            header("x-redacted", "\"$HOME `id` \\[redacted]\" `id` $"),
        ],
        body: Some(nasty.to_owned()),
    });
}

#[test]
fn http_is_a_head_an_empty_line_and_the_body() {
    let header = HttpHeader {
        name: "accept".to_owned(),
        value: "text/plain".to_owned(),
    };
    let mut request = PreviewedRequest {
        method: "PUT".to_owned(),
        url: "https://example.com/a".to_owned(),
        headers: vec![header],
        body: Some("hello".to_owned()),
    };
    let head = "PUT https://example.com/a HTTP/1.1\naccept: text/plain";
    assert_eq!(http(&request), format!("{head}\n\nhello"));
    request.body = None;
    assert_eq!(http(&request), head);
}

/// A shell whose curl only writes down what it was given.
struct Shell {
    folder: TempDir,
}

impl Shell {
    const TOKEN: &str = "t0k $en";

    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let curl = folder.path().join("curl");
        fs::write(&curl, "#!/bin/sh\nprintf '%s\\0' \"$@\"\n").unwrap();
        fs::set_permissions(&curl, fs::Permissions::from_mode(0o755)).unwrap();
        Self { folder }
    }

    /// The words that curl gets from a line.
    fn words(&self, line: &str) -> Vec<String> {
        let path = std::env::var("PATH").unwrap();
        let output = Command::new("sh")
            .args(["-c", line])
            .env("PATH", format!("{}:{path}", self.folder.path().display()))
            .env(VARIABLE, Self::TOKEN)
            .output()
            .unwrap();
        assert!(output.status.success(), "{line}");
        assert!(output.stderr.is_empty(), "{line}");
        let out = String::from_utf8(output.stdout).unwrap();
        let words = out.strip_suffix('\0').unwrap().split('\0');
        words.map(str::to_owned).collect()
    }

    /// Checks that curl gets the request whole, and the token with it.
    fn check(&self, request: &PreviewedRequest) {
        let line = curl(request, Some(VARIABLE));
        let words = self.words(&line);
        let after = |option: &str| {
            let pairs = words.windows(2).filter(|pair| pair[0] == option);
            pairs.map(|pair| pair[1].clone()).collect::<Vec<_>>()
        };
        assert_eq!(after("--url"), [request.url.as_str()], "{line}");
        let body: Vec<&str> = request.body.as_deref().into_iter().collect();
        assert_eq!(after("--data-raw"), body, "{line}");
        let headers: Vec<String> = request
            .headers
            .iter()
            .map(|header| format!("{}: {}", header.name, header.value))
            .map(|header| header.replace("[redacted]", Self::TOKEN))
            .collect();
        assert_eq!(after("-H"), headers, "{line}");
        match request.method.as_str() {
            "HEAD" => assert!(words.contains(&"--head".to_owned()), "{line}"),
            method => assert_eq!(after("--request"), [method], "{line}"),
        }
    }
}
