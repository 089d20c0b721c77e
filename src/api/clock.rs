//! Time, as the connector needs it: how long, never what day it is.

use std::time::Duration;

/// Measures time and lets it pass.
pub trait Clock {
    /// The time since some point that stays the same during a call; it never
    /// goes back.
    fn now(&mut self) -> Duration;

    /// Returns when the time has passed, and does nothing meanwhile.
    fn sleep(&mut self, wait: Duration);
}
