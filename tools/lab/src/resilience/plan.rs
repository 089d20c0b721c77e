//! The parameters of a soak.

use std::time::Duration;

/// The parameters of a soak.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    /// How long calls are started.
    pub time: Duration,
    /// The number of callers, each with one call at a time.
    pub in_flight: usize,
    /// The seed of the random actions and faults.
    pub seed: u64,
}

/// The server's longest downtime, and its share of a short soak.
const DOWNTIME: Duration = Duration::from_secs(2);
const DOWNTIME_SHARE: u32 = 5;

impl Plan {
    /// How long the server is down, halfway.
    pub fn downtime(&self) -> Duration {
        DOWNTIME.min(self.time / DOWNTIME_SHARE)
    }
}
