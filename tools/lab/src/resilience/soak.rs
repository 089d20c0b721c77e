//! The soak: many calls at once, for a while, each under a fault drawn at
//! random, against a server that is killed in the middle and brought back.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout};

use super::calls::{CALLS, Call};
use super::figures::{Figures, Memory, Tally};
use super::random::Random;
use super::runner::{Runner, StartError};
use connector_cases::process::{open_descriptors, resident_bytes};
use connector_egress::Network;
use connector_host::{ConnectorPre, DenyAll, Environment, Manifest};
use intercom_double::FaultServer;
use intercom_double::faults::{FAULTS, Fault, NONE};

/// How a soak is run.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    /// How long calls are begun.
    pub time: Duration,
    /// How many callers there are, each with one call at a time.
    pub in_flight: usize,
    /// What actions and faults are drawn by.
    pub seed: u64,
}

/// How many calls in a hundred meet a fault. The others keep connections busy
/// and alive, as they are most of the time.
const FAULTY: u64 = 75;

/// Time-outs that a call is over in within seconds, so that many calls are made;
/// bodies that many sandboxes can hold at once; and waits that differ.
const VARIABLES: [(&str, &str); 5] = [
    ("INTERCOM_TIMEOUT_MS", "1000"),
    ("INTERCOM_ACTION_TIMEOUT_MS", "4000"),
    ("INTERCOM_RETRY_BUDGET_MS", "2000"),
    ("INTERCOM_MAX_BODY_BYTES", "1048576"),
    ("INTERCOM_JITTER_SEED", ""),
];

/// The longest that the server is away, and how much of a short soak that is.
const AWAY: Duration = Duration::from_secs(2);
const AWAY_PART: u32 = 5;

/// How often memory is looked at.
const LOOK: Duration = Duration::from_millis(100);

/// How long everything may take to come to rest at the end: connections are
/// closed by tasks of their own.
const REST: Duration = Duration::from_secs(10);

impl Plan {
    /// How long the server is away, in the middle.
    pub fn away(&self) -> Duration {
        AWAY.min(self.time / AWAY_PART)
    }
}

/// Runs a soak.
///
/// # Errors
///
/// When it cannot be started, or the server not be brought back.
pub async fn soak(
    plugin: ConnectorPre,
    manifest: Manifest,
    plan: Plan,
) -> Result<Figures, StartError> {
    let descriptors_before = open_descriptors();
    let mut server = FaultServer::start().await?;
    let book = server.log();
    let runner = Runner::new(plugin.clone(), manifest, server.addresses(), book.clone());
    let soak = Arc::new(Soak {
        network: runner.network()?,
        runner,
        plan,
        end: Instant::now() + plan.time,
        next: AtomicU64::new(0),
        tally: Mutex::default(),
    });
    let mut callers = JoinSet::new();
    for _ in 0..plan.in_flight {
        callers.spawn(Arc::clone(&soak).call_until_the_end());
    }
    let mut memory = Memory::default();
    let half = plan.time / 2;
    let away = plan.away();
    watch(&mut memory, plan.time / 4).await;
    memory.warm = resident_bytes();
    watch(&mut memory, half.saturating_sub(plan.time / 4)).await;
    server.kill().await;
    watch(&mut memory, away).await;
    server.restart().await?;
    watch(&mut memory, half.saturating_sub(away)).await;
    while let Some(joined) = callers.join_next().await {
        joined?;
    }
    let tally = soak.tally();
    server.kill().await;
    drop((server, soak));
    let sandboxes = sandboxes_to_be_had(&plugin).await;
    let descriptors_after = at_rest(descriptors_before).await;
    memory.end = resident_bytes();
    Ok(Figures {
        plan,
        tally,
        duplicated_writes: book.duplicated_writes(),
        memory,
        descriptors: descriptors_before.zip(descriptors_after),
        sandboxes,
        capacity: plugin.capacity(),
    })
}

/// What all callers share.
struct Soak {
    runner: Runner,
    network: Arc<Network>,
    plan: Plan,
    end: Instant,
    /// The number of the next call.
    next: AtomicU64,
    tally: Mutex<Tally>,
}

impl Soak {
    async fn call_until_the_end(self: Arc<Self>) {
        while Instant::now() < self.end {
            let number = self.next.fetch_add(1, Ordering::Relaxed);
            let (call, fault) = draw(self.plan.seed, number);
            let ran = self
                .runner
                .run(&self.network, call, fault, number, &VARIABLES);
            let ended = ran.await;
            let effect = self.runner.effect(call);
            let mut tally = self.tally.lock().unwrap_or_else(PoisonError::into_inner);
            tally.add(call, fault, effect, &ended);
        }
    }

    fn tally(&self) -> Tally {
        let mut tally = self.tally.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut tally)
    }
}

/// The action and the fault of a call.
fn draw(seed: u64, number: u64) -> (&'static Call, &'static Fault) {
    let mut random = Random::of(seed, number);
    let [first, ..] = &CALLS;
    let call = random.pick(&CALLS).unwrap_or(first);
    let fault = match random.percent(FAULTY) {
        true => random.pick(&FAULTS).unwrap_or(&NONE),
        false => &NONE,
    };
    (call, fault)
}

/// Looks at memory for so long.
async fn watch(memory: &mut Memory, time: Duration) {
    let end = Instant::now() + time;
    while Instant::now() < end {
        memory.peak = memory.peak.max(resident_bytes());
        sleep(LOOK.min(end - Instant::now())).await;
    }
}

/// How many sandboxes can be made at once: all that the engine has room for, if
/// none was lost.
async fn sandboxes_to_be_had(plugin: &ConnectorPre) -> usize {
    let mut held = Vec::new();
    let environment = Environment::new();
    let all = async {
        while held.len() < plugin.capacity() {
            match plugin.sandbox(&environment, Arc::new(DenyAll)).await {
                Ok(sandbox) => held.push(sandbox),
                Err(_) => break,
            }
        }
    };
    // What is not to be had by then is lost.
    let _ = timeout(REST, all).await;
    held.len()
}

/// How many descriptors are open once there are no more than before, or after a
/// while.
async fn at_rest(before: Option<u64>) -> Option<u64> {
    let end = Instant::now() + REST;
    while open_descriptors() > before && Instant::now() < end {
        sleep(LOOK).await;
    }
    open_descriptors()
}
