//! A call is bounded from outside, too: what the component does not end, or does
//! not stop reading, the host does.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::time::{Duration, Instant};

use connector_host::{ConnectorPre, Engine, Limits};
use intercom_double::FaultServer;
use intercom_double::faults::Seen;
use lab::resilience::calls::{CALLS, Call};
use lab::resilience::matrix::faults;
use lab::resilience::{Ended, Runner, Verdict};

const HOURS: [(&str, &str); 2] = [
    ("INTERCOM_TIMEOUT_MS", "3600000"),
    ("INTERCOM_ACTION_TIMEOUT_MS", "3600000"),
];

fn plugin(limits: Limits) -> ConnectorPre {
    let engine = Engine::new().unwrap();
    let component = connector_host::load(&engine, &test_support::artifact().component).unwrap();
    ConnectorPre::new(&engine, &component, limits).unwrap()
}

/// Runs an action under a fault, with time-outs that end nothing.
async fn run(plugin: ConnectorPre, action: &str, fault: &str) -> Ended {
    let server = FaultServer::start().await.unwrap();
    let manifest = plugin.manifest().await.unwrap();
    let runner = Runner::new(plugin, manifest, server.addresses(), server.log());
    let network = runner.network().unwrap();
    let named = |call: &&Call| call.action == action;
    let call = CALLS.iter().find(named).unwrap();
    let mut faults = faults(fault).into_iter();
    let fault = faults.find(|found| found.name == fault).unwrap();
    runner.run(&network, call, fault, 1, &HOURS).await
}

#[tokio::test]
async fn the_wall_limit_ends_a_wait_for_a_server_that_says_nothing() {
    for fault in ["silence", "slow-head", "stalled-body", "slow-body"] {
        let limits = Limits {
            wall: Duration::from_secs(1),
            ..Limits::default()
        };
        let start = Instant::now();
        let ended = run(plugin(limits), "send-message", fault).await;
        let told = ended.verdict.unwrap_err();
        assert!(told.contains("no result after 1s"), "{fault}: {told}");
        assert!(
            told.contains("may have been carried out"),
            "{fault}: {told}"
        );
        let took = start.elapsed();
        assert!(took < Duration::from_secs(30), "{fault}: {took:?}");
        let once = Seen {
            arrived: 1,
            read: 1,
            written: 1,
        };
        assert_eq!(ended.seen, once, "{fault}");
    }
}

/// The most memory that this process has held, in bytes.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kibibytes = line.unwrap().trim().strip_suffix("kB").unwrap();
    kibibytes.trim().parse::<u64>().unwrap() * 1024
}

/// A body of 1 GiB stops coming once the component has read what it takes of
/// it, 16 MiB, and neither the sandbox nor the host holds much more than that.
#[tokio::test]
#[cfg(target_os = "linux")]
async fn a_body_without_end_fills_no_memory() {
    const MAY_GROW: u64 = 128 << 20;
    let plugin = plugin(Limits::default());
    run(plugin.clone(), "get-contact-by-id", "none").await;
    let before = peak();
    for (action, verdict) in [
        ("get-contact-by-id", Verdict::Permanent("too large")),
        ("custom-action", Verdict::Noted),
    ] {
        let ended = run(plugin.clone(), action, "long").await;
        assert_eq!(ended.verdict, Ok(verdict), "{}", ended.told);
    }
    let grown = peak() - before;
    assert!(grown < MAY_GROW, "{grown} bytes more");
}
