//! Time as the connector needs it: durations, never dates.

use std::time::Duration;

/// Measures time and waits.
pub trait Clock {
    /// The time since a point that is fixed for the call. It never goes back.
    fn now(&mut self) -> Duration;

    /// Waits.
    fn sleep(&mut self, wait: Duration);
}
