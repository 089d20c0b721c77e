//! The connector's notion of time: durations, never dates.

use std::time::Duration;

/// Measures time and waits.
pub trait Clock {
    /// The time since a fixed point of the call. It never goes back.
    fn now(&mut self) -> Duration;

    /// Waits.
    fn sleep(&mut self, wait: Duration);
}
