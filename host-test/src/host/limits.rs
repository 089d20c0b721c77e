//! How much one action may use, and the book-keeping that holds it to that.

use std::time::Duration;

use wasmtime::{ResourceLimiter, StoreContextMut, UpdateDeadline};

use super::engine::TICK;

/// Memory of one sandbox. The connector's largest answer is a page of 150
/// contacts, a few MB of JSON; ten times that leaves room for parsing it twice.
/// Too low turns large pages into errors, too high lets one tenant starve the
/// others.
pub(super) const MAX_MEMORY_BYTES: usize = 64 * 1024 * 1024;

/// CPU time of one action. Actions take a few milliseconds, so this only ends
/// loops that would never end.
const MAX_CPU: Duration = Duration::from_secs(5);

/// Wall time of one action, waits for Intercom included. Above the connector's
/// own timeouts, so that its better error comes first.
const MAX_WALL: Duration = Duration::from_secs(300);

/// What one action may use.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Linear memory in bytes; at most 64 MiB, the size of the engine's slots.
    pub memory_bytes: usize,
    /// Time spent computing; waiting does not count. Rounded to the engine's
    /// clock of 10 ms.
    pub cpu: Duration,
    /// Time from start to result, waiting included.
    pub wall: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            memory_bytes: MAX_MEMORY_BYTES,
            cpu: MAX_CPU,
            wall: MAX_WALL,
        }
    }
}

/// What one sandbox has used.
#[derive(Debug)]
pub(super) struct Meter {
    limits: Limits,
    cpu: Duration,
    /// Whether the sandbox asked for more memory than it may have. A component
    /// answers that with a trap of its own, which says nothing about memory.
    pub(super) memory_refused: bool,
}

/// The CPU limit was reached.
#[derive(Debug, thiserror::Error)]
#[error("CPU limit reached")]
pub(super) struct CpuSpent;

impl Meter {
    pub(super) fn new(limits: Limits) -> Self {
        Self {
            limits,
            cpu: Duration::ZERO,
            memory_refused: false,
        }
    }

    /// Called when the engine's clock ticked while the sandbox was computing.
    fn tick(&mut self) -> wasmtime::Result<UpdateDeadline> {
        self.cpu += TICK;
        if self.cpu > self.limits.cpu {
            return Err(CpuSpent.into());
        }
        Ok(UpdateDeadline::Yield(1))
    }
}

/// The clock's callback of a store whose data has a meter.
pub(super) fn on_tick<T>(
    meter: fn(&mut T) -> &mut Meter,
) -> impl FnMut(StoreContextMut<'_, T>) -> wasmtime::Result<UpdateDeadline> {
    move |mut store| meter(store.data_mut()).tick()
}

impl ResourceLimiter for Meter {
    fn memory_growing(
        &mut self,
        _current: usize,
        desired: usize,
        _maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        let granted = desired <= self.limits.memory_bytes;
        self.memory_refused |= !granted;
        Ok(granted)
    }

    fn table_growing(
        &mut self,
        _current: usize,
        _desired: usize,
        _maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        // Tables are bounded by the engine's pool.
        Ok(true)
    }
}
