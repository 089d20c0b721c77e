//! What a load has found.

use std::fmt;
use std::time::{Duration, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

use super::Work;
use super::drive::Driven;
use connector_cases::process::resident_bytes;

/// What a load has found, as it is printed and written.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Figures {
    /// What was asked.
    pub work: Work,
    /// How many calls at once.
    pub in_flight: usize,
    /// How many calls were made.
    pub calls: u64,
    /// How many of them failed.
    pub failures: u64,
    /// The first failures, in words.
    pub told: Vec<String>,
    /// Calls a second.
    pub rate: f64,
    /// Latencies in µs: of half of the calls, of 90, 99 and 99.9 %, of all.
    pub latency_us: [f64; 5],
    /// What this process computed for each call, in µs: the server's time is not
    /// in it.
    pub cpu_us: Option<f64>,
    /// Resident memory of the process at the end, in bytes.
    pub resident_bytes: Option<u64>,
    /// When the first call ended, in nanoseconds of Unix time.
    pub first_answer_unix_ns: Option<u128>,
    /// Of sandboxes, where calls were made in some.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sandboxes: Option<SandboxFigures>,
}

/// What a load has found of sandboxes.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct SandboxFigures {
    /// The most at once.
    pub most_alive: usize,
    /// How many the engine has room for.
    pub capacity: usize,
    /// Memory that each holds while it waits, in bytes.
    pub resident_bytes: Option<u64>,
    /// From where the engine began to be made, in a process that ran, to the end of
    /// the first call, in ms. What was done between, such as a warm-up, is in it.
    pub first_answer_ms: Option<f64>,
}

impl Figures {
    /// The figures of a load.
    pub fn of(work: Work, in_flight: usize, driven: Driven) -> Self {
        let calls = driven.calls();
        let each = |time: Duration| micros(time) / calls.max(1) as f64;
        let first = driven.first_answer;
        let first = first.and_then(|time| time.duration_since(UNIX_EPOCH).ok());
        Self {
            work,
            in_flight,
            calls,
            failures: driven.failures,
            rate: calls as f64 / driven.elapsed.as_secs_f64(),
            latency_us: [500, 900, 990, 999, 1000].map(|share| micros(driven.permille(share))),
            cpu_us: driven.cpu.map(each),
            resident_bytes: resident_bytes(),
            first_answer_unix_ns: first.map(|time| time.as_nanos()),
            told: driven.told,
            sandboxes: None,
        }
    }
}

fn micros(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            calls,
            in_flight,
            rate,
            ..
        } = self;
        writeln!(
            f,
            "{calls} calls, {in_flight} at once: {rate:.0} a second, {} failed",
            self.failures
        )?;
        let [half, most, nearly_all, all_but_few, all] = self.latency_us;
        writeln!(
            f,
            "latency     {half:.0} µs for half of them, {most:.0} for 90 %, {nearly_all:.0} for 99 %, \
             {all_but_few:.0} for 99.9 %, {all:.0} at most"
        )?;
        match self.cpu_us {
            Some(cpu) => writeln!(f, "CPU         {cpu:.1} µs a call, without the server's")?,
            None => writeln!(f, "CPU         not told by this system")?,
        }
        match self.resident_bytes {
            Some(bytes) => write!(f, "memory      {} MiB resident", bytes >> 20)?,
            None => write!(f, "memory      not told by this system")?,
        }
        if let Some(sandboxes) = &self.sandboxes {
            write!(f, "\n{sandboxes}")?;
        }
        for told in &self.told {
            write!(f, "\n  failed: {told}")?;
        }
        Ok(())
    }
}

impl fmt::Display for SandboxFigures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            most_alive,
            capacity,
            ..
        } = self;
        write!(f, "sandboxes   {most_alive} at most at once, of {capacity}")?;
        match self.resident_bytes {
            Some(bytes) => write!(f, "; each holds {} KB while it waits", bytes / 1000),
            None => Ok(()),
        }
    }
}
