//! Webhooks, as Intercom sends them and as it does not, against `connector listen`; and
//! the double of Intercom, polled by it.
#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, ChildStderr, ChildStdout, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use intercom_double::intercom::TOKEN;
use intercom_double::webhooks::{Manner, Webhooks, samples};
use intercom_double::{IntercomDouble, Options};
use secrecy::SecretString;
use serde_json::{Value, json};
use tempfile::TempDir;
use test_support::server::Server;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::double::call;
use crate::{connector, shows};

/// The app's client secret.
const SECRET: &str = "fixture-client-secret";

/// A running `listen`.
struct Listening {
    child: Child,
    stdout: BufReader<ChildStdout>,
    stderr: BufReader<ChildStderr>,
    /// What was read of standard output.
    lines: String,
    /// Empty if it only polls.
    address: String,
}

/// How it ended.
struct Ended {
    events: Vec<Value>,
    errors: String,
    status: Option<i32>,
}

impl Listening {
    fn start(arguments: &[&str]) -> Self {
        let mut child = command(arguments)
            .env("INTERCOM_CLIENT_SECRET", SECRET)
            .env("INTERCOM_ACCESS_TOKEN", TOKEN)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stderr = BufReader::new(child.stderr.take().unwrap());
        let stdout = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        while !line.ends_with("; Ctrl-C stops\n") {
            line.clear();
            assert!(stderr.read_line(&mut line).unwrap() > 0, "it ended early");
        }
        let address = line.split(['/', ';']).nth(2).unwrap_or_default();
        Self {
            child,
            stdout,
            stderr,
            lines: String::new(),
            address: address.to_owned(),
        }
    }

    fn webhooks(&self) -> Webhooks {
        let address = format!("http://{}/any/path?a=b", self.address);
        let retry_after = Duration::from_millis(50);
        Webhooks::new(
            address.parse().unwrap(),
            SecretString::from(SECRET),
            retry_after,
        )
    }

    /// Waits for an event.
    fn wait(&mut self) {
        assert!(self.stdout.read_line(&mut self.lines).unwrap() > 0);
    }

    /// Presses Ctrl-C, and waits for the end.
    fn stop(self) -> Ended {
        self.stop_by("-INT")
    }

    /// Sends a signal, and waits for the end.
    fn stop_by(mut self, signal: &str) -> Ended {
        let process = self.child.id().to_string();
        let sent = Command::new("kill").args([signal, &process]).status();
        assert!(sent.unwrap().success());
        let mut errors = String::new();
        self.stderr.read_to_string(&mut errors).unwrap();
        self.stdout.read_to_string(&mut self.lines).unwrap();
        let status = self.child.wait().unwrap();
        Ended {
            events: self
                .lines
                .lines()
                .map(|line| serde_json::from_str(line).unwrap())
                .collect(),
            errors,
            status: status.code(),
        }
    }
}

fn command(arguments: &[&str]) -> Command {
    let mut command = connector(&["listen", "--component"]);
    command
        .arg(&test_support::artifact().component)
        .args(arguments);
    command
}

#[tokio::test(flavor = "multi_thread")]
async fn deliveries_become_events_and_others_are_refused() {
    let listening = Listening::start(&[]);
    let webhooks = listening.webhooks();
    assert_eq!(webhooks.check().await, Some(200));
    let [contact, reply, ticket] = samples();
    for (notification, manner, expected) in [
        (&reply, Manner::Plain, vec![200]),
        (&contact, Manner::Twice, vec![200, 200]),
        (&ticket, Manner::WrongSignature, vec![401]),
        (&ticket, Manner::Unsigned, vec![401]),
        (&ticket, Manner::Changed, vec![401]),
        (&ticket, Manner::Captured, vec![400]),
    ] {
        let statuses = webhooks.deliver(notification, manner).await;
        assert_eq!(statuses, expected, "{manner:?}");
    }
    let ended = listening.stop();
    assert_eq!(ended.status, Some(0), "{}", ended.errors);
    let seen = ended.events.iter();
    let seen = seen.map(|event| {
        (
            event["trigger"].as_str().unwrap(),
            event["duplicate"] == true,
        )
    });
    let expected = [
        ("contact-replied", false),
        ("user-created", false),
        ("user-created", true),
    ];
    assert_eq!(seen.collect::<Vec<_>>(), expected);
    assert_eq!(ended.events[1]["data"]["email"], "ada@example.com");
    assert_eq!(ended.events[1]["data"]["created_at"], 1_772_441_000);
    let refused = ended
        .errors
        .lines()
        .filter(|line| line.starts_with("refused: "));
    assert_eq!(refused.count(), 4, "{}", ended.errors);
    for part in [
        "Thank you",
        "ada@example.com",
        "Ada Example",
        SECRET,
        "In progress",
    ] {
        assert!(!ended.errors.contains(part), "{part} in {}", ended.errors);
    }
    assert!(ended.errors.ends_with("stopped\n"), "{}", ended.errors);
}

/// Service managers and containers stop a program by SIGTERM.
#[tokio::test(flavor = "multi_thread")]
async fn a_request_in_progress_is_replied_to_before_either_signal_ends_it() {
    let head = "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 2\r\n\r\n";
    for signal in ["-INT", "-TERM"] {
        let listening = Listening::start(&[]);
        let mut begun = TcpStream::connect(&listening.address).await.unwrap();
        begun.write_all(head.as_bytes()).await.unwrap();
        // The head was read once another request was replied to.
        assert_eq!(listening.webhooks().check().await, Some(200));
        let ended = tokio::task::spawn_blocking(move || listening.stop_by(signal));
        tokio::time::sleep(Duration::from_millis(300)).await;
        begun.write_all(b"{}").await.unwrap();
        let mut response = String::new();
        begun.read_to_string(&mut response).await.unwrap();
        assert!(response.starts_with("HTTP/1.1 401"), "{signal}: {response}");
        let ended = ended.await.unwrap();
        assert_eq!(ended.status, Some(0), "{signal}");
        assert!(ended.errors.ends_with("stopped\n"), "{}", ended.errors);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_wanted_events_are_printed() {
    let filter = "contact_id = 'con_double1' AND body CONTAINS 'thank'";
    let arguments = ["--trigger", "contact-replied", "--filter", filter];
    let listening = Listening::start(&arguments);
    let webhooks = listening.webhooks();
    let [contact, mut reply, _] = samples();
    webhooks.deliver(&contact, Manner::Plain).await;
    webhooks.deliver(&reply, Manner::Plain).await;
    reply.id.push_str("-other");
    reply.item["conversation_parts"]["conversation_parts"][0]["body"] = "<p>No</p>".into();
    assert_eq!(webhooks.deliver(&reply, Manner::Plain).await, [200]);
    let ended = listening.stop();
    assert_eq!(ended.events.len(), 1, "{:?}", ended.events);
    assert_eq!(ended.events[0]["data"]["body"], "<p>Thank you</p>");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_poll_continues_where_the_last_one_ended() {
    let double = IntercomDouble::start(Options::default()).await.unwrap();
    let url = double.url();
    let polled = tokio::task::spawn_blocking(move || {
        let folder = tempfile::tempdir().unwrap();
        let (keep, base) = (
            folder.path().to_str().unwrap(),
            format!("INTERCOM_BASE_URL={url}"),
        );
        let filter = "email ENDS WITH '@example.com'";
        let arguments = [
            "--poll",
            "user-created",
            "--every",
            "1",
            "--filter",
            filter,
            "--keep",
            keep,
            "--env",
            &base,
        ];
        let create = |email: &str| {
            call(
                &url,
                "create-contact",
                &json!({ "role": "user", "email": email }),
            )
        };
        create("before@example.com");
        // Dates are whole seconds, and the one in which polling begins counts.
        std::thread::sleep(Duration::from_millis(1100));
        let mut listening = Listening::start(&arguments);
        create("ada@example.com");
        create("bo@example.org");
        listening.wait();
        let first = listening.stop();
        // Nobody listens.
        create("cy@example.com");
        let mut listening = Listening::start(&arguments);
        listening.wait();
        [first, listening.stop()]
    });
    let [first, second] = polled.await.unwrap();
    let emails = |ended: &Ended| {
        let events = ended.events.iter();
        events
            .map(|event| event["data"]["email"].clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(emails(&first), ["ada@example.com"], "{}", first.errors);
    assert_eq!(emails(&second), ["cy@example.com"], "{}", second.errors);
    assert_eq!((first.status, second.status), (Some(0), Some(0)));
}

/// An address that events are passed on to, and what it received.
async fn target() -> (Server, Arc<Mutex<Vec<Value>>>) {
    let received = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&received);
    let server = Server::start(move |request| {
        let (_, body) = request.split_once("\r\n\r\n").unwrap();
        kept.lock()
            .unwrap()
            .push(serde_json::from_str(body).unwrap());
        Server::ok("")
    });
    (server.await, received)
}

fn kept(folder: &TempDir) -> usize {
    std::fs::read_dir(folder.path()).unwrap().count()
}

/// The event that `docs/triggers.md` shows, whose times are not ours.
fn event_of_page() -> Value {
    let page = include_str!("../../../../docs/triggers.md");
    let (_, event) = page.split_once("```json\n").unwrap();
    serde_json::from_str(event.split("```").next().unwrap()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_could_not_be_passed_on_is_kept_and_passed_on_later() {
    let folder = tempfile::tempdir().unwrap();
    let keep = folder.path().to_str().unwrap();
    // Nobody listens on port 9 of the loopback.
    let listening = Listening::start(&["--forward", "http://127.0.0.1:9/", "--keep", keep]);
    let webhooks = listening.webhooks();
    let [contact, reply, _] = samples();
    assert_eq!(webhooks.deliver(&contact, Manner::Twice).await, [200, 200]);
    assert_eq!(webhooks.deliver(&reply, Manner::Plain).await, [200]);
    let ended = listening.stop();
    assert_eq!(kept(&folder), 2);
    assert!(ended.errors.contains("events kept in "), "{}", ended.errors);

    let (server, received) = target().await;
    let forward = format!("{}/events", server.url());
    let listening = Listening::start(&["--forward", &forward, "--keep", keep]);
    for _ in 0..200 {
        if kept(&folder) == 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    listening.stop();
    let mut ids: Vec<_> = received
        .lock()
        .unwrap()
        .iter()
        .map(|event| event["id"].clone())
        .collect();
    ids.sort_by_key(ToString::to_string);
    assert_eq!(ids, ["notif_double-1", "notif_double-2"]);
    assert_eq!(kept(&folder), 0);
    let of_page = event_of_page();
    let mut received = received.lock().unwrap();
    let event = received
        .iter_mut()
        .find(|event| event["id"] == of_page["id"]);
    let event = event.unwrap();
    for time in ["occurred_at_ms", "first_sent_at_ms"] {
        event[time] = of_page[time].clone();
    }
    assert!(shows(&of_page, event), "{of_page} is not in {event}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_huge_body_and_a_slow_one_do_not_hold_it() {
    let listening = Listening::start(&[]);
    let head = "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 6000000\r\n\r\n";
    let mut slow = TcpStream::connect(&listening.address).await.unwrap();
    slow.write_all(head.as_bytes()).await.unwrap();
    let mut huge = TcpStream::connect(&listening.address).await.unwrap();
    huge.write_all(head.as_bytes()).await.unwrap();
    // It may close before it has read all.
    let _ = huge.write_all(&vec![b'a'; 6_000_000]).await;
    let mut response = [0; 12];
    if huge.read_exact(&mut response).await.is_ok() {
        assert_eq!(&response, b"HTTP/1.1 413");
    }
    let status = listening.webhooks().check().await;
    assert_eq!(status, Some(200));
    slow.read_exact(&mut response).await.unwrap();
    assert_eq!(&response, b"HTTP/1.1 408");
    assert_eq!(listening.stop().status, Some(0));
}

fn refusal(arguments: &[&str], secret: Option<&str>) -> String {
    let mut command = command(arguments);
    if let Some(secret) = secret {
        command.env("INTERCOM_CLIENT_SECRET", secret);
    }
    let output = command
        .current_dir(Path::new(env!("CARGO_TARGET_TMPDIR")))
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    String::from_utf8(output.stderr).unwrap()
}

#[test]
fn what_can_t_work_is_reported_at_the_start() {
    for (arguments, secret, expected) in [
        (&[][..], None, "INTERCOM_CLIENT_SECRET: is not set"),
        (
            &["--trigger", "user-made"],
            Some(SECRET),
            "write user-created if you meant that",
        ),
        (
            &["--trigger", "user-created", "--filter", "emial = 'a'"],
            Some(SECRET),
            "write email if you meant that",
        ),
        (
            &["--forward", "https://example.com/"],
            Some(SECRET),
            "--forward: https://example.com/ is not an http address of this machine",
        ),
        (
            &["--poll", "contact-deleted"],
            None,
            "contact-deleted is not polled",
        ),
        (
            &["--poll", "user-created", "--filter", "emial = 'a'"],
            None,
            "write email if you meant that",
        ),
        (
            &["--poll", "user-created"],
            None,
            "INTERCOM_ACCESS_TOKEN: is not set",
        ),
    ] {
        let error = refusal(arguments, secret);
        assert!(error.contains(expected), "{error}");
    }
}
