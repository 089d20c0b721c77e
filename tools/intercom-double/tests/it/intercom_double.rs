//! The double of Intercom over a socket: both versions of HTTP, many clients at
//! once, its end, the command that serves it, and the connector that calls it.
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
use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;
use tokio::task::JoinSet;

/// Longer than any step takes, so that a hang fails instead of hanging.
const PATIENCE: Duration = Duration::from_secs(10);

/// A client with its own connections.
#[derive(Clone)]
struct Client {
    http: hyper_util::client::legacy::Client<HttpConnector, Full<Bytes>>,
    url: String,
    token: String,
}

struct Answered {
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

    async fn ask(&self, operation: &str, body: Value) -> Answered {
        let body = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        self.send(operation, body).await
    }

    async fn send(&self, operation: &str, body: String) -> Answered {
        let (method, path) = operation.split_once(' ').unwrap();
        let request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.url))
            .header("authorization", format!("Bearer {}", self.token))
            .body(Full::from(body))
            .unwrap();
        let answering = tokio::time::timeout(PATIENCE, self.http.request(request));
        let response = answering.await.expect("it answers in time").unwrap();
        let headers = response.headers().clone();
        let location = headers.get("location");
        let location = location.map_or("", |to| to.to_str().unwrap()).to_owned();
        Answered {
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
async fn either_http_is_spoken_on_one_connection() {
    for (http2, version) in [(false, Version::HTTP_11), (true, Version::HTTP_2)] {
        let double = double(Options::default()).await;
        let client = Client::of(&double, http2);
        let contact = json!({ "email": "maren@example.com" });
        let made = client.ask("POST /contacts", contact).await;
        assert_eq!((made.status, made.version), (StatusCode::OK, version));
        assert!(made.dated, "the connector's waits need a Date");
        let id = made.body["id"].as_str().unwrap();
        let message = json!({
            "message_type": "inapp",
            "body": "Hello",
            "from": { "type": "admin", "id": 814_860 },
            "to": { "type": "user", "id": id },
        });
        let sent = client.ask("POST /messages", message).await;
        assert_eq!(sent.status, StatusCode::OK);

        let counts = double.counts();
        assert_eq!(counts.connections, 1);
        assert_eq!(counts.tally.requests_to("POST /contacts"), 1);
        assert_eq!(counts.tally.requests_to("POST /messages"), 1);
        assert_eq!(counts.messages.get(id), Some(&1));
        assert_eq!(counts.tally.duplicated_writes, [""; 0]);
        let told = client.ask(&format!("GET {COUNTS_PATH}"), Value::Null).await;
        assert_eq!(told.body, serde_json::to_value(double.counts()).unwrap());
    }
}

#[tokio::test]
async fn of_many_clients_that_make_the_same_contact_one_does() {
    const CLIENTS: usize = 24;
    let double = double(Options::default()).await;
    let mut asked = JoinSet::new();
    for number in 0..CLIENTS {
        let client = Client::of(&double, number % 2 == 0);
        let contact = json!({ "email": "maren@example.com", "name": number.to_string() });
        asked.spawn(async move { client.ask("POST /contacts", contact).await.status });
    }
    let answers = asked.join_all().await;
    let made = answers.iter().filter(|status| **status == StatusCode::OK);
    assert_eq!(made.count(), 1, "{answers:?}");
    let counts = double.counts();
    assert_eq!(counts.connections, CLIENTS as u64);
    assert_eq!(counts.tally.answers.get(&409), Some(&(CLIENTS as u64 - 1)));
}

#[tokio::test]
async fn the_oauth_flow_ends_in_a_token_that_works() {
    let double = double(Options {
        tokens: Vec::new(),
        ..Options::default()
    })
    .await;
    let mut client = Client::of(&double, false);
    let before = client.ask("GET /me", Value::Null).await;
    assert_eq!(before.status, StatusCode::UNAUTHORIZED);
    let authorize = format!("GET /oauth?client_id={CLIENT_ID}&state=s-1");
    let consent = client.ask(&authorize, Value::Null).await;
    assert_eq!(consent.status, StatusCode::FOUND);
    let (_, query) = consent.location.split_once('?').unwrap();
    let code = form_urlencoded::parse(query.as_bytes()).next().unwrap().1;
    let exchange = json!({ "code": code, "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET });
    let given = client.ask("POST /auth/eagle/token", exchange).await;
    client.token = given.body["access_token"].as_str().unwrap().to_owned();
    let me = client.ask("GET /me", Value::Null).await;
    assert_eq!(me.body["app"]["region"], "US");
}

#[tokio::test]
async fn what_is_held_back_is_done_before_and_holds_up_nobody_else() {
    let double = double(Options::default()).await;
    let client = Client::of(&double, true);
    let script = json!([{ "request": "POST /contacts", "hold_ms": 60_000 }]);
    let written = client.ask(&format!("PUT {SCRIPT_PATH}"), script).await;
    assert_eq!(written.status, StatusCode::OK);
    let contact = json!({ "email": "maren@example.com" });
    let held = tokio::spawn({
        let (client, contact) = (client.clone(), contact.clone());
        async move { client.ask("POST /contacts", contact).await.status }
    });
    let asked_twice = async {
        while double.counts().tally.requests_to("POST /contacts") == 0 {
            tokio::task::yield_now().await;
        }
        client.ask("POST /contacts", contact).await.status
    };
    let second = tokio::time::timeout(PATIENCE, asked_twice).await;
    assert_eq!(second, Ok(StatusCode::CONFLICT));
    assert!(!held.is_finished());
    held.abort();
    let written = client.ask(&format!("PUT {SCRIPT_PATH}"), json!({})).await;
    assert_eq!(written.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn its_end_closes_its_connections_and_frees_its_port() {
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
                .ask("GET /me", Value::Null)
                .await
                .status,
            200
        );
        if dropped {
            drop(double);
        } else {
            double.stop().await;
        }
        let closed = tokio::time::timeout(PATIENCE, idle.read(&mut [0])).await;
        assert!(matches!(closed, Ok(Ok(0) | Err(_))), "{closed:?}");
        assert!(TcpStream::connect(&address).await.is_err());
    }
}

#[tokio::test]
async fn a_body_of_more_than_16_mib_is_not_read() {
    let double = double(Options::default()).await;
    let client = Client::of(&double, true);
    let answered = client
        .send("POST /contacts", "x".repeat((16 << 20) + 1))
        .await;
    assert_eq!(answered.status, StatusCode::PAYLOAD_TOO_LARGE);
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
async fn the_command_prints_what_leads_to_it_and_ends_in_time() {
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
    let all = client.ask("GET /contacts", Value::Null).await;
    assert_eq!(all.body["total_count"], 3);
    let me = client.ask("GET /me", Value::Null).await;
    assert_eq!(me.body["app"]["region"], "EU");
    let ended = tokio::task::spawn_blocking(move || serving.wait().unwrap());
    let ended = tokio::time::timeout(PATIENCE, ended).await.unwrap();
    assert!(ended.unwrap().success());
}

#[test]
fn the_command_says_why_it_cannot_serve() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    for (arguments, status, said) in [
        (vec!["--port", &port], 1, "choose another"),
        (vec!["--openapi", "/nowhere.yaml"], 1, "/nowhere.yaml"),
        (vec!["--for", "60"], 2, "--for"),
        (vec!["--region", "moon"], 2, "US, EU, AU"),
    ] {
        let output = intercom_double(&[]).args(&arguments).output();
        let output = output.unwrap();
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(status), "{arguments:?}: {text}");
        assert!(text.contains(said), "{arguments:?}: {text}");
    }
}
