//! The host's limits end a call, or stop reading a body, even if the component does
//! not.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::sync::Arc;
use std::time::{Duration, Instant};

use connector_host::{ConnectorPre, Engine, Limits};
use intercom_double::FaultServer;
use intercom_double::faults::Seen;
use lab::resilience::matrix::faults;
use lab::resilience::{Call, Outcome, Runner, Verdict, calls};

const HOURS: [(&str, &str); 2] = [
    ("INTERCOM_TIMEOUT_MS", "3600000"),
    ("INTERCOM_ACTION_TIMEOUT_MS", "3600000"),
];

fn plugin(limits: Limits) -> ConnectorPre {
    let engine = Engine::new().unwrap();
    let component = connector_host::load(&engine, &test_support::artifact().component).unwrap();
    ConnectorPre::new(&engine, &component, limits).unwrap()
}

/// Runs an action under a fault, with timeouts of an hour.
async fn run(plugin: ConnectorPre, action: &str, fault: &str) -> Outcome {
    let server = FaultServer::start().await.unwrap();
    let manifest = plugin.manifest().await.unwrap();
    let calls = calls(&manifest).unwrap();
    let runner = Runner::new(plugin, manifest, server.addresses(), server.log());
    let network = runner.network().unwrap();
    let named = |call: &&Arc<Call>| call.action == action;
    let call = calls.iter().find(named).unwrap();
    let mut faults = faults(fault).into_iter();
    let fault = faults.find(|found| found.name == fault).unwrap();
    runner.run(&network, call, fault, 1, &HOURS).await
}

#[tokio::test]
async fn the_wall_limit_ends_a_wait_for_a_silent_server() {
    for fault in ["silence", "slow-head", "stalled-body", "slow-body"] {
        let limits = Limits {
            wall: Duration::from_secs(1),
            ..Limits::default()
        };
        let start = Instant::now();
        let outcome = run(plugin(limits), "send-message", fault).await;
        let error = outcome.verdict.unwrap_err();
        assert!(error.contains("no result after 1s"), "{fault}: {error}");
        assert!(error.contains("may have taken effect"), "{fault}: {error}");
        let took = start.elapsed();
        assert!(took < Duration::from_secs(30), "{fault}: {took:?}");
        let once = Seen {
            arrived: 1,
            read: 1,
            carried_out: 1,
        };
        assert_eq!(outcome.seen, once, "{fault}");
    }
}

/// Peak resident memory of this process, in bytes.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kibibytes = line.unwrap().trim().strip_suffix("kB").unwrap();
    kibibytes.trim().parse::<u64>().unwrap() * 1024
}

/// The component reads no more than 16 MiB of a body of 1 GiB, and neither the
/// sandbox nor the host buffers much more than that.
#[tokio::test]
#[cfg(target_os = "linux")]
async fn an_endless_body_does_not_fill_memory() {
    const MAX_GROWTH: u64 = 128 << 20;
    let plugin = plugin(Limits::default());
    run(plugin.clone(), "get-contact-by-id", "none").await;
    let before = peak();
    for (action, verdict) in [
        ("get-contact-by-id", Verdict::Permanent("too large")),
        ("custom-action", Verdict::Noted),
    ] {
        let outcome = run(plugin.clone(), action, "long").await;
        assert_eq!(outcome.verdict, Ok(verdict), "{}", outcome.message);
    }
    let grown = peak() - before;
    assert!(grown < MAX_GROWTH, "{grown} bytes more");
}
