//! Keeps a number of calls in flight until enough are made, and times each.

use std::future::Future;
use std::panic::resume_unwind;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use tokio::task::{JoinError, JoinSet};

use connector_cases::process::cpu_time;

/// How many failures are kept with their message.
const SHOWN: usize = 3;

/// How a load is run.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    /// The number of calls in flight.
    pub in_flight: usize,
    /// When to stop.
    pub end: End,
}

/// When to stop.
#[derive(Debug, Clone, Copy)]
pub enum End {
    /// After this many calls.
    Calls(u64),
    /// When this time is over; calls in flight still end.
    After(Duration),
}

/// Makes calls, one after the other.
pub trait Caller: Send + 'static {
    /// Makes a call; the error says why it failed.
    fn call(&mut self) -> impl Future<Output = Result<(), String>> + Send;
}

/// The raw measurements of a load.
#[derive(Debug, Clone)]
pub struct Driven {
    /// From the first call's start to the last call's end.
    pub elapsed: Duration,
    /// The latency of each call, shortest first.
    pub latencies: Vec<Duration>,
    /// The number of failed calls.
    pub failures: u64,
    /// The messages of the first failures.
    pub messages: Vec<String>,
    /// When the first call ended, by the system's clock.
    pub first_end: Option<SystemTime>,
    /// CPU time of this process meanwhile; `None` if the system does not report it.
    pub cpu: Option<Duration>,
}

impl Driven {
    /// The number of calls.
    pub fn calls(&self) -> u64 {
        self.latencies.len() as u64
    }

    /// Calls per second.
    pub fn rate(&self) -> f64 {
        self.calls() as f64 / self.elapsed.as_secs_f64()
    }

    /// The latency that this many of a thousand calls do not exceed.
    pub fn permille(&self, share: usize) -> Duration {
        let last = self.latencies.len().saturating_sub(1);
        let latency = self.latencies.get(last * share / 1000);
        latency.copied().unwrap_or_default()
    }
}

/// Runs a load, with callers that `caller` makes.
///
/// # Errors
///
/// When a caller's task was cancelled.
pub async fn drive<C: Caller>(plan: Plan, caller: impl Fn() -> C) -> Result<Driven, JoinError> {
    let calls = Arc::new(Calls::new(plan.end));
    let mut callers = JoinSet::new();
    for _ in 0..plan.in_flight {
        callers.spawn(keep_calling(Arc::clone(&calls), caller()));
    }
    let mut tally = Tally::default();
    while let Some(joined) = callers.join_next().await {
        tally.add(joined?);
    }
    Ok(calls.driven(tally))
}

/// Runs a load of blocking calls, each caller on its own thread.
pub fn drive_threads<C>(end: End, callers: &mut [C]) -> Driven
where
    C: FnMut() -> Result<(), String> + Send,
{
    let calls = Calls::new(end);
    let mut tally = Tally::default();
    thread::scope(|scope| {
        let threads = callers.iter_mut().map(|call| {
            scope.spawn(|| {
                let mut found = Tally::default();
                while calls.another() {
                    let start = Instant::now();
                    found.record(start, call());
                }
                found
            })
        });
        for caller in threads.collect::<Vec<_>>() {
            match caller.join() {
                Ok(found) => tally.add(found),
                Err(panicked) => resume_unwind(panicked),
            }
        }
    });
    calls.driven(tally)
}

/// What all callers share.
struct Calls {
    started: AtomicU64,
    end: End,
    start: Instant,
    cpu: Option<Duration>,
}

impl Calls {
    fn new(end: End) -> Self {
        Self {
            started: AtomicU64::new(0),
            end,
            start: Instant::now(),
            cpu: cpu_time(),
        }
    }

    fn driven(&self, mut tally: Tally) -> Driven {
        let elapsed = self.start.elapsed();
        let cpu = self.cpu.zip(cpu_time());
        tally.latencies.sort_unstable();
        Driven {
            elapsed,
            latencies: tally.latencies,
            failures: tally.failures,
            messages: tally.messages,
            first_end: tally.first_end,
            cpu: cpu.map(|(before, after)| after.saturating_sub(before)),
        }
    }

    /// Whether to make another call.
    fn another(&self) -> bool {
        let started = self.started.fetch_add(1, Ordering::Relaxed);
        match self.end {
            End::Calls(calls) => started < calls,
            End::After(time) => self.start.elapsed() < time,
        }
    }
}

/// The measurements of one caller, or of all of them.
#[derive(Default)]
struct Tally {
    latencies: Vec<Duration>,
    failures: u64,
    messages: Vec<String>,
    first_end: Option<SystemTime>,
}

impl Tally {
    /// Adds a call that has just ended.
    fn record(&mut self, start: Instant, called: Result<(), String>) {
        self.latencies.push(start.elapsed());
        self.first_end.get_or_insert_with(SystemTime::now);
        if let Err(failure) = called {
            self.failures += 1;
            if self.messages.len() < SHOWN {
                self.messages.push(failure);
            }
        }
    }

    fn add(&mut self, other: Self) {
        self.latencies.extend(other.latencies);
        self.failures += other.failures;
        self.messages.extend(other.messages);
        self.messages.truncate(SHOWN);
        let ends = [self.first_end, other.first_end];
        self.first_end = ends.into_iter().flatten().min();
    }
}

async fn keep_calling<C: Caller>(calls: Arc<Calls>, mut caller: C) -> Tally {
    let mut tally = Tally::default();
    while calls.another() {
        let start = Instant::now();
        tally.record(start, caller.call().await);
    }
    tally
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use std::sync::atomic::AtomicUsize;

    /// Fails every third time.
    struct Counting(Arc<AtomicUsize>);

    impl Caller for Counting {
        async fn call(&mut self) -> Result<(), String> {
            tokio::task::yield_now().await;
            match self.0.fetch_add(1, Ordering::Relaxed) % 3 {
                2 => Err("third".to_owned()),
                _ => Ok(()),
            }
        }
    }

    #[tokio::test]
    async fn a_load_makes_the_planned_number_of_calls() {
        let made = Arc::new(AtomicUsize::new(0));
        let plan = Plan {
            in_flight: 7,
            end: End::Calls(30),
        };
        let driven = drive(plan, || Counting(Arc::clone(&made))).await.unwrap();
        assert_eq!(made.load(Ordering::Relaxed), 30);
        assert_eq!(driven.calls(), 30);
        assert_eq!(driven.failures, 10);
        assert_eq!(driven.messages, ["third"; SHOWN]);
        assert!(driven.latencies.is_sorted());
        assert!(driven.first_end.is_some());
    }

    #[test]
    fn threads_make_the_planned_number_of_calls() {
        let made = AtomicUsize::new(0);
        let call = || match made.fetch_add(1, Ordering::Relaxed) % 3 {
            2 => Err("third".to_owned()),
            _ => Ok(()),
        };
        let driven = drive_threads(End::Calls(30), &mut [call; 7]);
        assert_eq!(made.load(Ordering::Relaxed), 30);
        assert_eq!((driven.calls(), driven.failures), (30, 10));
    }

    #[test]
    fn permille_is_a_quantile_of_the_latencies() {
        let driven = Driven {
            elapsed: Duration::ZERO,
            latencies: (0..=1000).map(Duration::from_millis).collect(),
            failures: 0,
            messages: Vec::new(),
            first_end: None,
            cpu: None,
        };
        for share in [0, 500, 990, 999, 1000] {
            let latency = Duration::from_millis(share as u64);
            assert_eq!(driven.permille(share), latency);
        }
    }
}
