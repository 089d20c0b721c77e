//! How much one action may use, and the book-keeping that holds it to that.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use wasmtime::{ResourceLimiter, StoreContextMut, UpdateDeadline};

/// How often an engine's clock ticks. It is the precision of the CPU limit and
/// the longest that one sandbox keeps a thread from the others; each tick costs
/// a running sandbox a few microseconds.
pub(crate) const TICK: Duration = Duration::from_millis(10);

/// Memory of one sandbox. A connector's largest response is a page of 150
/// contacts, a few MB of JSON; ten times that leaves room for parsing it twice.
/// Too low turns large pages into errors, too high lets one tenant starve the
/// others.
pub(crate) const MAX_MEMORY_BYTES: usize = 64 * 1024 * 1024;

/// CPU time of one action. Actions take a few milliseconds, so this only ends
/// loops that would never end.
const MAX_CPU: Duration = Duration::from_secs(5);

/// Wall time of one action, waits included. Above the connector's
/// own timeouts, so that its better error comes first.
const MAX_WALL: Duration = Duration::from_secs(300);

/// What one action may use.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Linear memory in bytes; at most 64 MiB, the size of the engine's slots.
    pub memory_bytes: usize,
    /// Time spent computing; waiting does not count. Looked at when the engine's
    /// clock ticks, every 10 ms.
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
pub(crate) struct ResourceUsage {
    limits: Limits,
    timer: CpuTimer,
    /// Whether the sandbox was refused memory. A component then traps, and its trap
    /// says nothing about memory.
    pub(crate) memory_refused: bool,
}

/// The CPU limit was reached.
#[derive(Debug, thiserror::Error)]
#[error("CPU limit reached")]
pub(crate) struct CpuSpent;

impl ResourceUsage {
    pub(crate) fn new(limits: Limits) -> Self {
        Self {
            limits,
            timer: CpuTimer::default(),
            memory_refused: false,
        }
    }

    /// Counts anew, for the next call, what a call may use for itself alone.
    pub(crate) fn begin(&mut self) -> CpuTimer {
        self.timer = CpuTimer::default();
        self.timer.clone()
    }

    /// Called when the engine's clock ticked while the sandbox was computing.
    fn tick(&mut self) -> wasmtime::Result<UpdateDeadline> {
        if self.timer.spent() > self.limits.cpu {
            return Err(CpuSpent.into());
        }
        Ok(UpdateDeadline::Yield(1))
    }
}

/// The time that a sandbox spends computing: that of the polls of its calls,
/// between which it waits. The engine's clock alone can't tell: it also ticks
/// while the sandbox waits.
#[derive(Debug, Clone, Default)]
pub(crate) struct CpuTimer(Arc<Mutex<Spent>>);

#[derive(Debug, Default)]
struct Spent {
    before: Duration,
    since: Option<Instant>,
}

impl CpuTimer {
    /// Runs `call`, and counts the time that it computes.
    pub(crate) async fn measure<T>(&self, call: impl Future<Output = T>) -> T {
        let mut call = pin!(call);
        poll_fn(|context| {
            self.lock().since = Some(Instant::now());
            let polled = call.as_mut().poll(context);
            self.stop();
            polled
        })
        .await
    }

    fn stop(&self) {
        let mut spent = self.lock();
        let since = spent.since.take();
        spent.before += since.map_or(Duration::ZERO, |since| since.elapsed());
    }

    /// What has been spent so far. A call that is not measured counts by the
    /// engine's clock.
    fn spent(&self) -> Duration {
        let mut spent = self.lock();
        match spent.since {
            Some(since) => spent.before + since.elapsed(),
            None => {
                spent.before += TICK;
                spent.before
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Spent> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The clock's callback of a store whose data counts its usage.
pub(crate) fn on_tick<T>(
    usage: fn(&mut T) -> &mut ResourceUsage,
) -> impl FnMut(StoreContextMut<'_, T>) -> wasmtime::Result<UpdateDeadline> {
    move |mut store| usage(store.data_mut()).tick()
}

impl ResourceLimiter for ResourceUsage {
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
