//! The double over a socket: both versions of HTTP, concurrent clients, shutdown, and
//! the command.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, StatusCode, Version};
use http_body_util::{BodyExt, Full};
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use intercom_double::intercom::{CLIENT_ID, CLIENT_SECRET, COUNTS_PATH, SCRIPT_PATH, TOKEN};
use intercom_double::{IntercomDouble, Options};
use serde_json::{Value, json};
use test_support::command_line::assert_quiet_without_a_reader;
use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;
use tokio::task::JoinSet;

/// Longer than any step takes: a hang fails the test.
const TIMEOUT: Duration = Duration::from_secs(10);

/// A client with its own connections.
#[derive(Clone)]
struct Client {
    http: hyper_util::client::legacy::Client<HttpConnector, Full<Bytes>>,
    url: String,
    token: String,
}

struct TestResponse {
    status: StatusCode,
    version: Version,
    location: String,
    dated: bool,
    body: Value,
}

impl Client {
    fn of(double: &IntercomDouble, http2: bool) -> Self {
        let http = hyper_util::client::legacy::Client::builder(TokioExecutor::new())
            .http2_only(http2)
            .build_http();
        Self {
            http,
            url: double.url(),
            token: TOKEN.to_owned(),
        }
    }

    async fn send(&self, operation: &str, body: Value) -> TestResponse {
        let body = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        self.send_raw(operation, body).await
    }

    async fn send_raw(&self, operation: &str, body: String) -> TestResponse {
        let (method, path) = operation.split_once(' ').unwrap();
        let request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.url))
            .header("authorization", format!("Bearer {}", self.token))
            .body(Full::from(body))
            .unwrap();
        let future = tokio::time::timeout(TIMEOUT, self.http.request(request));
        let response = future.await.expect("a response in time").unwrap();
        let headers = response.headers().clone();
        let location = headers.get("location");
        let location = location.map_or("", |to| to.to_str().unwrap()).to_owned();
        TestResponse {
            status: response.status(),
            version: response.version(),
            location,
            dated: headers.contains_key("date"),
            body: {
                let bytes = response.into_body().collect().await.unwrap().to_bytes();
                serde_json::from_slice(&bytes).unwrap_or_default()
            },
        }
    }
}

async fn double(options: Options) -> IntercomDouble {
    IntercomDouble::start(options).await.unwrap()
}

#[tokio::test]
async fn http_1_and_http_2_use_one_connection() {
    for (http2, version) in [(false, Version::HTTP_11), (true, Version::HTTP_2)] {
        let double = double(Options::default()).await;
        let client = Client::of(&double, http2);
        let contact = json!({ "email": "maren@example.com" });
        let created = client.send("POST /contacts", contact).await;
        assert_eq!((created.status, created.version), (StatusCode::OK, version));
        assert!(created.dated, "the connector's waits need a Date");
        let id = created.body["id"].as_str().unwrap();
        let message = json!({
            "message_type": "inapp",
            "body": "Hello",
            "from": { "type": "admin", "id": 814_860 },
            "to": { "type": "user", "id": id },
        });
        let sent = client.send("POST /messages", message).await;
        assert_eq!(sent.status, StatusCode::OK);

        let counts = double.counts();
        assert_eq!(counts.connections, 1);
        assert_eq!(counts.tally.requests_to("POST /contacts"), 1);
        assert_eq!(counts.tally.requests_to("POST /messages"), 1);
        assert_eq!(counts.messages.get(id), Some(&1));
        assert_eq!(counts.tally.duplicated_writes, [""; 0]);
        let served = client
            .send(&format!("GET {COUNTS_PATH}"), Value::Null)
            .await;
        assert_eq!(served.body, serde_json::to_value(double.counts()).unwrap());
    }
}

#[tokio::test]
async fn of_concurrent_clients_one_creates_the_contact() {
    const CLIENTS: usize = 24;
    let double = double(Options::default()).await;
    let mut requests = JoinSet::new();
    for number in 0..CLIENTS {
        let client = Client::of(&double, number % 2 == 0);
        let contact = json!({ "email": "maren@example.com", "name": number.to_string() });
        requests.spawn(async move { client.send("POST /contacts", contact).await.status });
    }
    let statuses = requests.join_all().await;
    let created = statuses.iter().filter(|status| **status == StatusCode::OK);
    assert_eq!(created.count(), 1, "{statuses:?}");
    let counts = double.counts();
    assert_eq!(counts.connections, CLIENTS as u64);
    assert_eq!(
        counts.tally.responses.get(&409),
        Some(&(CLIENTS as u64 - 1))
    );
}

#[tokio::test]
async fn the_oauth_flow_yields_a_valid_token() {
    let double = double(Options {
        tokens: Vec::new(),
        ..Options::default()
    })
    .await;
    let mut client = Client::of(&double, false);
    let before = client.send("GET /me", Value::Null).await;
    assert_eq!(before.status, StatusCode::UNAUTHORIZED);
    let authorize = format!("GET /oauth?client_id={CLIENT_ID}&state=s-1");
    let consent = client.send(&authorize, Value::Null).await;
    assert_eq!(consent.status, StatusCode::FOUND);
    let (_, query) = consent.location.split_once('?').unwrap();
    let code = form_urlencoded::parse(query.as_bytes()).next().unwrap().1;
    let exchange = json!({ "code": code, "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET });
    let response = client.send("POST /auth/eagle/token", exchange).await;
    client.token = response.body["access_token"].as_str().unwrap().to_owned();
    let me = client.send("GET /me", Value::Null).await;
    assert_eq!(me.body["app"]["region"], "US");
}

#[tokio::test]
async fn a_delayed_request_is_carried_out_first_and_blocks_no_other() {
    let double = double(Options::default()).await;
    let client = Client::of(&double, true);
    let script = json!([{ "request": "POST /contacts", "hold_ms": 60_000 }]);
    let written = client.send(&format!("PUT {SCRIPT_PATH}"), script).await;
    assert_eq!(written.status, StatusCode::OK);
    let contact = json!({ "email": "maren@example.com" });
    let delayed = tokio::spawn({
        let (client, contact) = (client.clone(), contact.clone());
        async move { client.send("POST /contacts", contact).await.status }
    });
    let sent_again = async {
        while double.counts().tally.requests_to("POST /contacts") == 0 {
            tokio::task::yield_now().await;
        }
        client.send("POST /contacts", contact).await.status
    };
    let second = tokio::time::timeout(TIMEOUT, sent_again).await;
    assert_eq!(second, Ok(StatusCode::CONFLICT));
    assert!(!delayed.is_finished());
    delayed.abort();
    let written = client.send(&format!("PUT {SCRIPT_PATH}"), json!({})).await;
    assert_eq!(written.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn stopping_closes_connections_and_frees_the_port() {
    let mut port = 0;
    for dropped in [false, true, false] {
        let double = double(Options {
            port,
            ..Options::default()
        })
        .await;
        let address = double.url().replace("http://", "");
        port = address.rsplit(':').next().unwrap().parse().unwrap();
        let mut idle = TcpStream::connect(&address).await.unwrap();
        assert_eq!(
            Client::of(&double, false)
                .send("GET /me", Value::Null)
                .await
                .status,
            200
        );
        if dropped {
            drop(double);
        } else {
            double.stop().await;
        }
        let closed = tokio::time::timeout(TIMEOUT, idle.read(&mut [0])).await;
        assert!(matches!(closed, Ok(Ok(0) | Err(_))), "{closed:?}");
        assert!(TcpStream::connect(&address).await.is_err());
    }
}

#[tokio::test]
async fn a_body_over_16_mib_is_rejected() {
    let double = double(Options::default()).await;
    let client = Client::of(&double, true);
    let response = client
        .send_raw("POST /contacts", "x".repeat((16 << 20) + 1))
        .await;
    assert_eq!(response.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(double.counts().tally.requests_to("POST /contacts"), 0);
}

fn intercom_double(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_intercom-double"));
    command.args(arguments).stdin(Stdio::null());
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("INTERCOM_")) {
        command.env_remove(name);
    }
    command
}

#[tokio::test]
async fn the_command_prints_its_variables_and_stops_in_time() {
    let arguments = ["--token", "t-1", "--contacts", "3", "--region", "eu"];
    let mut serving = intercom_double(&["--for", "3s"])
        .args(arguments)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(serving.stdout.take().unwrap()).lines();
    let mut value = |name: &str| {
        let line = lines.next().unwrap().unwrap();
        line.strip_prefix(name).unwrap().to_owned()
    };
    let (url, token) = (value("INTERCOM_BASE_URL="), value("INTERCOM_ACCESS_TOKEN="));
    let http = hyper_util::client::legacy::Client::builder(TokioExecutor::new()).build_http();
    let client = Client { http, url, token };
    let all = client.send("GET /contacts", Value::Null).await;
    assert_eq!(all.body["total_count"], 3);
    let me = client.send("GET /me", Value::Null).await;
    assert_eq!(me.body["app"]["region"], "EU");
    let ended = tokio::task::spawn_blocking(move || serving.wait().unwrap());
    let ended = tokio::time::timeout(TIMEOUT, ended).await.unwrap();
    assert!(ended.unwrap().success());
}

#[test]
fn a_reader_that_has_gone_ends_the_command_quietly() {
    assert_quiet_without_a_reader(&mut intercom_double(&["--for", "60s"]));
}

#[test]
fn the_command_explains_what_is_wrong() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    for (arguments, status, hint) in [
        (vec!["--port", &port], 1, "choose another port"),
        (vec!["--openapi", "/nowhere.yaml"], 1, "/nowhere.yaml"),
        (vec!["--for", "60"], 2, "such as 60s"),
        (vec!["--for", "soon"], 2, "such as 60s"),
        (vec!["--region", "moon"], 2, "US, EU, AU"),
    ] {
        let output = intercom_double(&[]).args(&arguments).output();
        let output = output.unwrap();
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(status), "{arguments:?}: {text}");
        assert!(text.contains(hint), "{arguments:?}: {text}");
    }
}
