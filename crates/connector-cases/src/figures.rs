//! Measures sandboxes and actions on this machine.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::process::resident_bytes;
use crate::{Case, Replay, run};
use connector_host::{ConnectorPre, Environment, SandboxError};

/// Number of sandboxes for the times of instantiation and manifest: enough for a stable median,
/// in less than a second.
const INSTANTIATIONS: usize = 1000;

/// Number of runs of each case for the time per action.
const RUNS: usize = 20;

/// Number of simultaneous sandboxes for the memory of each; less than the engine's pool.
const HELD: usize = 64;

/// The measurements.
#[derive(Debug, Clone)]
pub struct Figures {
    instantiate: Spread,
    manifest: Spread,
    actions: Vec<(String, Spread)>,
    resident_bytes: Option<u64>,
}

/// Minimum and median of some times.
#[derive(Debug, Clone, Copy)]
struct Spread {
    least: Duration,
    median: Duration,
}

/// Measures instantiation, the manifest, each action over its cases, and memory.
///
/// # Errors
///
/// When a sandbox cannot be made.
pub async fn figures(plugin: &ConnectorPre, cases: &[Case]) -> Result<Figures, SandboxError> {
    Ok(Figures {
        instantiate: instantiate(plugin, cases).await?,
        manifest: manifest(plugin).await?,
        actions: actions(plugin, cases).await,
        resident_bytes: resident(plugin, cases).await?,
    })
}

async fn instantiate(plugin: &ConnectorPre, cases: &[Case]) -> Result<Spread, SandboxError> {
    let mut times = Vec::new();
    for case in cases.iter().cycle().take(INSTANTIATIONS) {
        let transport = Arc::new(Replay::new(&[]));
        let start = Instant::now();
        drop(plugin.sandbox(&case.environment, transport).await?);
        times.push(start.elapsed());
    }
    Ok(Spread::of(times))
}

/// The time of the manifest, in fresh sandboxes, without creating them.
async fn manifest(plugin: &ConnectorPre) -> Result<Spread, SandboxError> {
    let mut times = Vec::new();
    for _ in 0..INSTANTIATIONS {
        let transport = Arc::new(Replay::new(&[]));
        let mut sandbox = plugin.sandbox(&Environment::new(), transport).await?;
        let start = Instant::now();
        sandbox.manifest().await?;
        times.push(start.elapsed());
    }
    Ok(Spread::of(times))
}

async fn actions(plugin: &ConnectorPre, cases: &[Case]) -> Vec<(String, Spread)> {
    let mut figures = Vec::new();
    for cases in cases.chunk_by(|one, next| one.name.action == next.name.action) {
        let mut times = Vec::new();
        for case in cases.iter().cycle().take(cases.len() * RUNS) {
            times.push(run(plugin, case).await.action);
        }
        let action = cases.first().map(|case| case.name.action.clone());
        figures.push((action.unwrap_or_default(), Spread::of(times)));
    }
    figures
}

/// Memory that each of many sandboxes adds to the process after a run.
async fn resident(plugin: &ConnectorPre, cases: &[Case]) -> Result<Option<u64>, SandboxError> {
    let before = resident_bytes();
    let mut held = Vec::new();
    for case in cases.iter().cycle().take(HELD) {
        let transport = Arc::new(Replay::new(&case.exchanges));
        let mut sandbox = plugin.sandbox(&case.environment, transport).await?;
        // The outcome does not matter here.
        let _ = sandbox.invoke(&case.name.action, &case.input).await?;
        held.push(sandbox);
    }
    let after = resident_bytes();
    let added = before
        .zip(after)
        .map(|(before, after)| after.saturating_sub(before));
    Ok(added.map(|bytes| bytes / HELD as u64))
}

impl Spread {
    fn of(mut times: Vec<Duration>) -> Self {
        times.sort();
        Self {
            least: times.first().copied().unwrap_or_default(),
            median: times.get(times.len() / 2).copied().unwrap_or_default(),
        }
    }
}

impl fmt::Display for Spread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let micros = |time: Duration| time.as_secs_f64() * 1e6;
        write!(
            f,
            "least {:.0} µs, median {:.0} µs",
            micros(self.least),
            micros(self.median)
        )
    }
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "\ninstantiate and drop, {INSTANTIATIONS} fresh sandboxes: {}",
            self.instantiate
        )?;
        writeln!(
            f,
            "manifest, {INSTANTIATIONS} fresh sandboxes: {}",
            self.manifest
        )?;
        writeln!(f, "action, {RUNS} runs of each case:")?;
        for (action, spread) in &self.actions {
            writeln!(f, "  {action}: {spread}")?;
        }
        match self.resident_bytes {
            Some(bytes) => writeln!(
                f,
                "resident memory a sandbox, {HELD} held: {} KiB",
                bytes / 1024
            ),
            None => writeln!(f, "resident memory a sandbox: unknown on this system"),
        }
    }
}
