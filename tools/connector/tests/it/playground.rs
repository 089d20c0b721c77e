//! The playground's server: who gets what from it.
#![allow(clippy::unwrap_used)]

use std::sync::{Arc, Mutex};

use connector::playground::{Bridge, Page, Server};
use connector_host::{Environment, ResponseFuture, Transport};
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use wasmtime_wasi_http::{Error, RequestOptions, WasiBody};

/// Answers `201` with two bytes, and remembers the URLs; a path `/denied` is denied.
#[derive(Clone, Default)]
struct Outside(Arc<Mutex<Vec<String>>>);

impl Transport for Outside {
    fn send_request(
        &self,
        request: Request<WasiBody>,
        _: Option<RequestOptions>,
    ) -> ResponseFuture {
        self.0.lock().unwrap().push(request.uri().to_string());
        let denied = request.uri().path() == "/denied";
        Box::pin(async move {
            if denied {
                return Err(Error::HttpRequestDenied.into());
            }
            let body = Full::new("ok".into()).map_err(|never| match never {});
            let mut response = Response::new(body.boxed_unsync());
            *response.status_mut() = http::StatusCode::CREATED;
            Ok((response, Box::new(std::future::ready(Ok(()))) as Box<_>))
        })
    }
}

/// A server that runs, and what it sent.
struct Playground {
    host: String,
    key: String,
    outside: Outside,
}

impl Playground {
    async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("index.html"), "the page").unwrap();
        std::fs::create_dir(folder.path().join("cases")).unwrap();
        std::fs::write(folder.path().join("cases").join("index.json"), "{}").unwrap();
        let variables = Environment::from([("TOKEN".to_owned(), "placeholder".to_owned())]);
        let outside = Outside::default();
        let bridge = Bridge::new(variables, Arc::new(outside.clone()));
        let page = Page::read(folder.path()).unwrap();
        let server = Server::listen(0, page, bridge).await.unwrap();
        let address = server.address();
        let (host, key) = address
            .trim_start_matches("http://")
            .split_once("/?key=")
            .unwrap();
        let (host, key) = (host.to_owned(), key.to_owned());
        tokio::spawn(server.serve());
        Self { host, key, outside }
    }

    /// The status and the whole response to a request with these headers.
    async fn ask(&self, line: &str, headers: &[(&str, &str)], body: &str) -> (u16, String) {
        let mut stream = TcpStream::connect(&self.host).await.unwrap();
        let mut text = format!("{line} HTTP/1.1\r\nconnection: close\r\n");
        for (name, value) in headers {
            text += &format!("{name}: {value}\r\n");
        }
        text += &format!("content-length: {}\r\n\r\n{body}", body.len());
        stream.write_all(text.as_bytes()).await.unwrap();
        let mut response = String::new();
        stream.read_to_string(&mut response).await.unwrap();
        let status = response.split(' ').nth(1).unwrap().parse().unwrap();
        (status, response)
    }

    /// The same for the bridge, as the page asks it but for `changed`: a header with
    /// another value, or without one.
    async fn send(&self, path: &str, changed: (&str, Option<&str>)) -> (u16, String) {
        let origin = format!("http://{}", self.host);
        let own = [
            ("host", self.host.as_str()),
            ("origin", &origin),
            ("x-playground-key", &self.key),
        ];
        let headers: Vec<_> = own
            .into_iter()
            .filter_map(|(name, value)| match changed.0 == name {
                true => Some((name, changed.1?)),
                false => Some((name, value)),
            })
            .collect();
        let url = format!("https://service.example{path}");
        let body = serde_json::json!({"method": "POST", "url": url, "headers": [], "body": "{}"});
        self.ask("POST /bridge/send", &headers, &body.to_string())
            .await
    }
}

#[tokio::test]
async fn the_page_is_served_with_its_policy_to_its_own_host_only() {
    let playground = Playground::start().await;
    let host = playground.host.clone();
    let (status, page) = playground.ask("GET /", &[("host", &host)], "").await;
    assert_eq!(status, 200);
    assert!(page.ends_with("the page"));
    assert!(page.contains("connect-src 'self'") && page.contains("frame-ancestors 'none'"));

    let line = "GET /cases/index.json";
    let (status, _) = playground.ask(line, &[("host", &host)], "").await;
    assert_eq!(status, 200);
    for (line, host) in [
        ("GET /../Cargo.toml", host.as_str()),
        ("GET /nothing.js", &host),
        ("GET /", "rebound.example"),
    ] {
        let (status, _) = playground.ask(line, &[("host", host)], "").await;
        assert_eq!(status, 403, "{line} of {host}");
    }
}

#[tokio::test]
async fn the_bridge_sends_for_the_page_itself_only() {
    let playground = Playground::start().await;
    for (about, changed) in [
        ("no key", ("x-playground-key", None)),
        ("another key", ("x-playground-key", Some("0123"))),
        ("another origin", ("origin", Some("https://evil.example"))),
        ("no origin", ("origin", None)),
        ("another host", ("host", Some("rebound.example"))),
    ] {
        let (status, _) = playground.send("/contacts", changed).await;
        assert_eq!(status, 403, "{about}");
    }
    assert!(playground.outside.0.lock().unwrap().is_empty());

    let (status, response) = playground.send("/contacts", ("", None)).await;
    assert_eq!(status, 200);
    assert!(response.contains(r#""status":201"#) && response.contains(r#""body":"ok""#));
    let sent = playground.outside.0.lock().unwrap().clone();
    assert_eq!(sent, ["https://service.example/contacts"]);
}

#[tokio::test]
async fn an_error_of_the_network_has_its_code() {
    let playground = Playground::start().await;
    let (status, response) = playground.send("/denied", ("", None)).await;
    assert_eq!(status, 200);
    assert!(response.contains(r#""code":{"tag":"HTTP-request-denied"}"#));
}

#[tokio::test]
async fn variables_need_the_key() {
    let playground = Playground::start().await;
    let (host, key) = (playground.host.as_str(), playground.key.as_str());
    let line = "GET /bridge/variables";
    let (status, _) = playground.ask(line, &[("host", host)], "").await;
    assert_eq!(status, 403);
    let headers = [("host", host), ("x-playground-key", key)];
    let (status, response) = playground.ask(line, &headers, "").await;
    assert_eq!(status, 200);
    assert!(response.ends_with(r#"{"TOKEN":"placeholder"}"#));
}
