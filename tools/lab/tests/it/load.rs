//! Many calls at once, more than the engine has sandboxes for: every call succeeds.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::num::NonZeroU32;
use std::process::{Command, Output};
use std::time::Duration;

use connector_host::{ConnectorPre, Engine, Limits};
use intercom_double::FixedServer;
use lab::load::memory::resident_per_sandbox;
use lab::load::work::{body_of, egress};
use lab::load::{End, Figures, Plan, Sandboxes, Work, drive};

const CALLS: u64 = 2000;
const IN_FLIGHT: usize = 256;
/// Fewer than calls in flight.
const SANDBOXES: usize = 64;

/// The component in its own engine, with this many sandboxes.
fn plugin(sandboxes: usize) -> ConnectorPre {
    let sandboxes = NonZeroU32::new(sandboxes as u32).unwrap();
    let engine = Engine::with_sandboxes(sandboxes).unwrap();
    let component = connector_host::load(&engine, &test_support::artifact().component).unwrap();
    ConnectorPre::new(&engine, &component, Limits::default()).unwrap()
}

/// Makes the calls, `uses` in each sandbox; returns the most sandboxes at once.
async fn load(plugin: ConnectorPre, uses: u32) -> usize {
    let server = FixedServer::start(0, body_of).unwrap();
    let manifest = plugin.manifest().await.unwrap();
    let (environment, transport) = egress(&manifest, server.url()).unwrap();
    let (work, uses) = (Work::GetContactById, NonZeroU32::new(uses).unwrap());
    let sandboxes = Sandboxes::new(plugin.clone(), environment, transport, work, uses);
    let plan = Plan {
        in_flight: IN_FLIGHT,
        end: End::Calls(CALLS),
    };
    let driven = drive(plan, || sandboxes.caller()).await.unwrap();
    assert_eq!(driven.messages, Vec::<String>::new());
    assert_eq!((driven.calls(), driven.failures), (CALLS, 0));
    assert_eq!(server.requests(), CALLS);
    assert_eq!(plugin.alive(), 0);
    sandboxes.most_alive()
}

#[tokio::test(flavor = "multi_thread")]
async fn two_thousand_calls_at_256_in_flight_all_succeed() {
    assert!(load(plugin(1024), 1).await > SANDBOXES);
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_wait_for_one_of_64_sandboxes() {
    assert_eq!(load(plugin(SANDBOXES), 1).await, SANDBOXES);
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_succeed_in_reused_sandboxes() {
    assert_eq!(load(plugin(SANDBOXES), 5).await, SANDBOXES);
}

#[tokio::test]
async fn a_failed_call_is_counted_with_its_message() {
    let (plugin, manifest) = (test_support::connector(), test_support::manifest().await);
    // Nothing listens there.
    let (environment, transport) = egress(&manifest, "http://127.0.0.1:1").unwrap();
    let work = Work::GetContactById;
    let sandboxes = Sandboxes::new(plugin, environment, transport, work, NonZeroU32::MIN);
    let plan = Plan {
        in_flight: 2,
        end: End::Calls(4),
    };
    let driven = drive(plan, || sandboxes.caller()).await.unwrap();
    assert_eq!((driven.calls(), driven.failures), (4, 4));
    let message = driven.messages.first().unwrap();
    assert!(message.contains("get-contact-by-id"), "{message}");
}

#[tokio::test]
async fn a_load_ends_when_its_time_is_over() {
    let server = FixedServer::start(0, body_of).unwrap();
    let (plugin, manifest) = (test_support::connector(), test_support::manifest().await);
    for work in Work::ALL {
        let (environment, transport) = egress(&manifest, server.url()).unwrap();
        let sandboxes = Sandboxes::new(
            plugin.clone(),
            environment,
            transport,
            work,
            NonZeroU32::MIN,
        );
        let plan = Plan {
            in_flight: 3,
            end: End::After(Duration::from_millis(200)),
        };
        let driven = drive(plan, || sandboxes.caller()).await.unwrap();
        assert_eq!(driven.messages, Vec::<String>::new(), "{work:?}");
        assert!(driven.calls() >= 3, "{work:?}: {}", driven.calls());
    }
}

#[tokio::test]
async fn waiting_sandboxes_hold_memory() {
    let held = resident_per_sandbox(&test_support::connector(), Work::GetContactById, 16).await;
    // `None` on systems that do not report memory.
    if let Some(bytes) = held {
        assert!((1..64 << 20).contains(&bytes), "{bytes} bytes each");
    }
}

/// Runs `lab bench` with the component that the tests have built.
fn command(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lab"));
    command.arg("bench").args(arguments);
    command
        .arg("--component")
        .arg(&test_support::artifact().component);
    command.output().unwrap()
}

#[test]
fn the_command_starts_a_server_and_prints_figures() {
    let output = command(&["--calls", "40", "--in-flight", "8", "--reuse", "5"]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(0), "{text}");
    let (first, rest) = text.split_once('\n').unwrap();
    assert!(first.starts_with("40 calls, 8 in flight: "), "{text}");
    assert!(first.ends_with(", 0 failed"), "{text}");
    for figure in ["latency ", "CPU ", "memory ", "sandboxes   8 at once"] {
        assert!(rest.contains(figure), "{figure:?} in {text}");
    }
}

#[test]
fn the_command_writes_json() {
    let output = command(&["--no-socket", "--calls", "3", "--json"]);
    let figures: Figures = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((figures.calls, figures.failures), (3, 0));
}

#[test]
fn the_command_fails_if_a_call_does() {
    let output = command(&["--url", "http://127.0.0.1:1", "--calls", "3"]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(text.contains("3 failed"), "{text}");
    assert!(
        text.contains("failed: get-contact-by-id: no response"),
        "{text}"
    );
}

#[test]
fn the_command_calls_loopback_only() {
    for url in ["https://api.intercom.io", "http://10.0.0.1", "nothing"] {
        let output = command(&["--url", url]);
        let text = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{text}");
        assert!(text.contains("give an address on loopback"), "{text}");
    }
}
