//! The figures of a load.

use std::fmt;
use std::time::{Duration, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

use super::Work;
use super::drive::Driven;
use connector_cases::process::resident_bytes;

/// The figures of a load, as they are printed and written.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Figures {
    /// The action.
    pub work: Work,
    /// The number of calls in flight.
    pub in_flight: usize,
    /// The number of calls.
    pub calls: u64,
    /// The number of failed calls.
    pub failures: u64,
    /// The messages of the first failures.
    pub messages: Vec<String>,
    /// Calls per second.
    pub rate: f64,
    /// Latencies in µs: median, 90 %, 99 %, 99.9 % and maximum.
    pub latency_us: [f64; 5],
    /// CPU time of this process per call, in µs, without the server's.
    pub cpu_us: Option<f64>,
    /// Resident memory of the process at the end, in bytes.
    pub resident_bytes: Option<u64>,
    /// When the first call ended, in nanoseconds of Unix time.
    pub first_end_unix_ns: Option<u128>,
    /// About sandboxes, if calls were made in some.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sandboxes: Option<SandboxFigures>,
}

/// The sandboxes of a load.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct SandboxFigures {
    /// The most that were alive at once.
    pub most_alive: usize,
    /// The engine's capacity.
    pub capacity: usize,
    /// Memory of each while it waits, in bytes.
    pub resident_bytes: Option<u64>,
    /// From the start of the engine to the end of the first call, in ms, a warm-up
    /// included.
    pub first_end_ms: Option<f64>,
}

impl Figures {
    /// The figures of a load.
    pub fn of(work: Work, in_flight: usize, driven: Driven) -> Self {
        let calls = driven.calls();
        let each = |time: Duration| micros(time) / calls.max(1) as f64;
        let first = driven.first_end;
        let first = first.and_then(|time| time.duration_since(UNIX_EPOCH).ok());
        Self {
            work,
            in_flight,
            calls,
            failures: driven.failures,
            rate: driven.rate(),
            latency_us: [500, 900, 990, 999, 1000].map(|share| micros(driven.permille(share))),
            cpu_us: driven.cpu.map(each),
            resident_bytes: resident_bytes(),
            first_end_unix_ns: first.map(|time| time.as_nanos()),
            messages: driven.messages,
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
            "{calls} calls, {in_flight} in flight: {rate:.0} per second, {} failed",
            self.failures
        )?;
        let [median, p90, p99, p999, maximum] = self.latency_us;
        writeln!(
            f,
            "latency     median {median:.0} µs, 90 % {p90:.0}, 99 % {p99:.0}, 99.9 % {p999:.0}, \
             maximum {maximum:.0}"
        )?;
        match self.cpu_us {
            Some(cpu) => writeln!(f, "CPU         {cpu:.1} µs per call, without the server's")?,
            None => writeln!(f, "CPU         unknown on this system")?,
        }
        match self.resident_bytes {
            Some(bytes) => write!(f, "memory      {} MiB resident", bytes >> 20)?,
            None => write!(f, "memory      unknown on this system")?,
        }
        if let Some(sandboxes) = &self.sandboxes {
            write!(f, "\n{sandboxes}")?;
        }
        for message in &self.messages {
            write!(f, "\n  failed: {message}")?;
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
        write!(
            f,
            "sandboxes   {most_alive} at once at most, capacity {capacity}"
        )?;
        match self.resident_bytes {
            Some(bytes) => write!(f, "; each takes {} KB while it waits", bytes / 1000),
            None => Ok(()),
        }
    }
}
