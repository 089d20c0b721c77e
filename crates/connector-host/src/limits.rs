//! The resource limits of an action, and their accounting.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use wasmtime::{ResourceLimiter, StoreContextMut, UpdateDeadline};

/// The interval of an engine's clock. It is the precision of the CPU limit, and the longest that
/// a sandbox blocks a thread; each tick costs a running sandbox a few microseconds.
pub(crate) const TICK: Duration = Duration::from_millis(10);

/// Memory of one sandbox. A connector's largest response is a page of 150 contacts, a few MB of
/// JSON; ten times that is enough to parse it twice. A lower limit fails large pages, a higher
/// one lets one tenant starve others.
pub(crate) const MAX_MEMORY_BYTES: usize = 64 * 1024 * 1024;

/// CPU time of one action. Actions take a few milliseconds, so this only ends endless loops.
const MAX_CPU: Duration = Duration::from_secs(5);

/// Wall-clock time of one action, including waits. Above the connector's own timeouts, so that
/// its more precise error is returned.
const MAX_WALL: Duration = Duration::from_secs(300);

/// The limits of one action.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Linear memory in bytes; at most 64 MiB, the size of the engine's slots.
    pub memory_bytes: usize,
    /// CPU time; waiting does not count. Checked at the ticks of the engine's clock, every 10
    /// ms.
    pub cpu: Duration,
    /// Time from start to result, including waiting.
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

/// The resource usage of one sandbox.
#[derive(Debug)]
pub(crate) struct ResourceUsage {
    limits: Limits,
    timer: CpuTimer,
    /// Whether the sandbox was refused memory. A component then traps with an error that does
    /// not mention memory.
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

    /// Resets the usage that is counted per call.
    pub(crate) fn begin(&mut self) -> CpuTimer {
        self.timer = CpuTimer::default();
        self.timer.clone()
    }

    /// Called at a tick of the engine's clock while the sandbox computes.
    fn tick(&mut self) -> wasmtime::Result<UpdateDeadline> {
        if self.timer.spent() > self.limits.cpu {
            return Err(CpuSpent.into());
        }
        Ok(UpdateDeadline::Yield(1))
    }
}

/// The CPU time of a sandbox: that of its calls' polls. The engine's clock cannot measure it,
/// since it also ticks while the sandbox waits.
#[derive(Debug, Clone, Default)]
pub(crate) struct CpuTimer(Arc<Mutex<Spent>>);

#[derive(Debug, Default)]
struct Spent {
    before: Duration,
    since: Option<Instant>,
}

impl CpuTimer {
    /// Runs `call` and measures its CPU time.
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

    /// The CPU time so far. A call without a timer counts the clock's ticks.
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

/// The clock's callback of a store that counts its usage.
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
        // The engine's pool limits tables.
        Ok(true)
    }
}
