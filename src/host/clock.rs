//! Time from `wasi:clocks/monotonic-clock`. The host does the waiting.

use crate::api::{Clock, Phase};
use std::time::Duration;
use wasi::clocks::monotonic_clock;
use wasi::io::poll::{Pollable, poll};

/// The host's monotonic clock.
#[derive(Debug, Default)]
pub struct MonotonicClock;

impl Clock for MonotonicClock {
    fn now(&mut self) -> Duration {
        Duration::from_nanos(monotonic_clock::now())
    }

    fn sleep(&mut self, wait: Duration) {
        if !wait.is_zero() {
            timer(wait).block();
        }
    }
}

/// The end of the action's time.
#[derive(Debug)]
pub struct Deadline(Pollable);

/// The deadline came first.
#[derive(Debug)]
pub struct Elapsed;

impl Deadline {
    /// A deadline after this duration.
    pub fn after(wait: Duration) -> Self {
        Self(timer(wait))
    }

    /// Waits until `event` is ready.
    ///
    /// # Errors
    /// The deadline came first.
    pub fn wait(&self, event: &Pollable) -> Result<(), Elapsed> {
        // An event at the deadline counts.
        match poll(&[event, &self.0]).contains(&0) {
            true => Ok(()),
            false => Err(Elapsed),
        }
    }

    /// Waits for at most `pause` until `event`, the next bytes of a response, is ready.
    ///
    /// # Errors
    /// The phase that timed out: the action, or the gap between bytes.
    pub fn wait_between_bytes(&self, event: &Pollable, pause: Duration) -> Result<(), Phase> {
        let ready = poll(&[event, &self.0, &timer(pause)]);
        match (ready.contains(&0), ready.contains(&1)) {
            (true, _) => Ok(()),
            (false, true) => Err(Phase::Action),
            (false, false) => Err(Phase::BetweenBytes),
        }
    }
}

fn timer(wait: Duration) -> Pollable {
    monotonic_clock::subscribe_duration(nanoseconds(wait))
}

/// A duration in WASI's nanoseconds.
pub fn nanoseconds(duration: Duration) -> u64 {
    let seconds = duration.as_secs().saturating_mul(1_000_000_000);
    seconds.saturating_add(duration.subsec_nanos().into())
}
