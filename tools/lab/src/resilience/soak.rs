//! The soak: many calls at once, each under a random fault, against a server that
//! is killed halfway and restarted.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout};

use super::calls::{Call, calls};
use super::figures::{Figures, Memory, Tally};
use super::plan::Plan;
use super::random::Random;
use super::runner::{Runner, StartError};
use connector_cases::process::{open_descriptors, resident_bytes};
use connector_egress::Network;
use connector_host::manifest::Effect;
use connector_host::{ConnectorPre, DenyAll, Environment, Manifest};
use intercom_double::FaultServer;
use intercom_double::faults::{FAULTS, Fault, NONE};

/// The percentage of calls that meet a fault. The others keep connections open
/// and in use.
const FAULTY: u64 = 75;

/// Short timeouts, so that many calls are made; small bodies, so that many
/// sandboxes fit into memory; and random jitter.
const VARIABLES: [(&str, &str); 5] = [
    ("INTERCOM_TIMEOUT_MS", "1000"),
    ("INTERCOM_ACTION_TIMEOUT_MS", "4000"),
    ("INTERCOM_RETRY_BUDGET_MS", "2000"),
    ("INTERCOM_MAX_BODY_BYTES", "1048576"),
    ("INTERCOM_JITTER_SEED", ""),
];

/// How often memory is measured.
const INTERVAL: Duration = Duration::from_millis(100);

/// How long connections and sandboxes may take to be released at the end, since separate tasks
/// close them.
const RELEASE: Duration = Duration::from_secs(10);

/// Runs a soak.
///
/// # Errors
///
/// When it cannot be started, or the server cannot be restarted.
pub async fn soak(
    plugin: ConnectorPre,
    manifest: Manifest,
    plan: Plan,
) -> Result<Figures, StartError> {
    let descriptors_before = open_descriptors();
    let mut server = FaultServer::start().await?;
    let log = server.log();
    let calls = calls(&manifest)?;
    let runner = Runner::new(plugin.clone(), manifest, server.addresses(), log.clone());
    let soak = Arc::new(Soak {
        network: runner.network()?,
        runner,
        calls,
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
    let downtime = plan.downtime();
    watch(&mut memory, plan.time / 4).await;
    memory.warm = resident_bytes();
    watch(&mut memory, half.saturating_sub(plan.time / 4)).await;
    server.kill().await;
    watch(&mut memory, downtime).await;
    server.restart().await?;
    watch(&mut memory, half.saturating_sub(downtime)).await;
    while let Some(joined) = callers.join_next().await {
        joined?;
    }
    let tally = soak.tally();
    let repeated = log.repeated().into_iter();
    let duplicated_writes = repeated.filter_map(|number| soak.write(number)).collect();
    server.kill().await;
    drop((server, soak));
    let sandboxes = available_sandboxes(&plugin).await;
    let descriptors_after = released_descriptors(descriptors_before).await;
    memory.end = resident_bytes();
    Ok(Figures {
        plan,
        tally,
        duplicated_writes,
        memory,
        descriptors: descriptors_before.zip(descriptors_after),
        sandboxes,
        capacity: plugin.capacity(),
    })
}

/// What all callers share.
struct Soak {
    runner: Runner,
    calls: Vec<Arc<Call>>,
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
            let Some((call, fault)) = self.draw(number) else {
                return;
            };
            let ran = self
                .runner
                .run(&self.network, call, fault, number, &VARIABLES);
            let outcome = ran.await;
            let mut tally = self.tally.lock().unwrap_or_else(PoisonError::into_inner);
            tally.add(call, fault, &outcome);
        }
    }

    fn tally(&self) -> Tally {
        let mut tally = self.tally.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut tally)
    }

    /// The action and the fault of a call; `None` if there is no action.
    fn draw(&self, number: u64) -> Option<(&Call, &'static Fault)> {
        let mut random = Random::of(self.plan.seed, number);
        let call = random.pick(&self.calls)?;
        let fault = match random.percent(FAULTY) {
            true => random.pick(&FAULTS).unwrap_or(&NONE),
            false => &NONE,
        };
        Some((call, fault))
    }

    /// The name of a call that must not be executed twice.
    fn write(&self, number: u64) -> Option<String> {
        let (call, fault) = self.draw(number)?;
        let once = call.effect == Effect::WriteOnce;
        once.then(|| format!("{} under {}", call.action, fault.name))
    }
}

/// Measures peak memory for this time.
async fn watch(memory: &mut Memory, time: Duration) {
    let end = Instant::now() + time;
    while Instant::now() < end {
        memory.peak = memory.peak.max(resident_bytes());
        sleep(INTERVAL.min(end - Instant::now())).await;
    }
}

/// How many sandboxes can live at once: the engine's capacity, unless one leaked.
async fn available_sandboxes(plugin: &ConnectorPre) -> usize {
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
    // A sandbox that is not available by then has leaked.
    let _ = timeout(RELEASE, all).await;
    held.len()
}

/// The number of open descriptors, once it is no more than before, or after
/// [`RELEASE`].
async fn released_descriptors(before: Option<u64>) -> Option<u64> {
    let end = Instant::now() + RELEASE;
    while open_descriptors() > before && Instant::now() < end {
        sleep(INTERVAL).await;
    }
    open_descriptors()
}
