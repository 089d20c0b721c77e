//! Keeps so many calls in flight until enough are made, and times each.

use std::future::Future;
use std::panic::resume_unwind;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use tokio::task::{JoinError, JoinSet};

use connector_cases::process::cpu_time;

/// How many failures are told in words.
const SHOWN: usize = 3;

/// How a load is run.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    /// How many calls at once.
    pub in_flight: usize,
    /// When there are enough of them.
    pub end: End,
}

/// When there are enough calls.
#[derive(Debug, Clone, Copy)]
pub enum End {
    /// After so many.
    Calls(u64),
    /// When no more are begun after this time.
    After(Duration),
}

/// One of those that call, one call after the other.
pub trait Caller: Send + 'static {
    /// Makes a call; an error says in words how it failed.
    fn call(&mut self) -> impl Future<Output = Result<(), String>> + Send;
}

/// What came of a load.
#[derive(Debug, Clone)]
pub struct Driven {
    /// From the first call's start to the last one's end.
    pub elapsed: Duration,
    /// How long each call took, shortest first.
    pub latencies: Vec<Duration>,
    /// How many of the calls failed.
    pub failures: u64,
    /// The first of these failures, in words.
    pub told: Vec<String>,
    /// When the first call ended, by the system's clock.
    pub first_answer: Option<SystemTime>,
    /// What this process computed meanwhile, if the system tells.
    pub cpu: Option<Duration>,
}

impl Driven {
    /// How many calls were made.
    pub fn calls(&self) -> u64 {
        self.latencies.len() as u64
    }

    /// The latency that so many of a thousand calls do not exceed.
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
/// When a caller was broken off from outside.
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

/// Runs a load of calls that block, each caller on a thread of its own.
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
                while calls.one_more() {
                    let start = Instant::now();
                    found.note(start, call());
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
    begun: AtomicU64,
    end: End,
    start: Instant,
    cpu: Option<Duration>,
}

impl Calls {
    fn new(end: End) -> Self {
        Self {
            begun: AtomicU64::new(0),
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
            told: tally.told,
            first_answer: tally.first_answer,
            cpu: cpu.map(|(before, after)| after.saturating_sub(before)),
        }
    }

    /// Whether one more is to be made.
    fn one_more(&self) -> bool {
        let begun = self.begun.fetch_add(1, Ordering::Relaxed);
        match self.end {
            End::Calls(calls) => begun < calls,
            End::After(time) => self.start.elapsed() < time,
        }
    }
}

/// What one caller has found, or all of them.
#[derive(Default)]
struct Tally {
    latencies: Vec<Duration>,
    failures: u64,
    told: Vec<String>,
    first_answer: Option<SystemTime>,
}

impl Tally {
    /// Takes note of a call that has just ended.
    fn note(&mut self, start: Instant, called: Result<(), String>) {
        self.latencies.push(start.elapsed());
        self.first_answer.get_or_insert_with(SystemTime::now);
        if let Err(failure) = called {
            self.failures += 1;
            if self.told.len() < SHOWN {
                self.told.push(failure);
            }
        }
    }

    fn add(&mut self, other: Self) {
        self.latencies.extend(other.latencies);
        self.failures += other.failures;
        self.told.extend(other.told);
        self.told.truncate(SHOWN);
        let ends = [self.first_answer, other.first_answer];
        self.first_answer = ends.into_iter().flatten().min();
    }
}

async fn keep_calling<C: Caller>(calls: Arc<Calls>, mut caller: C) -> Tally {
    let mut tally = Tally::default();
    while calls.one_more() {
        let start = Instant::now();
        tally.note(start, caller.call().await);
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
    async fn as_many_calls_are_made_as_were_asked_for() {
        let made = Arc::new(AtomicUsize::new(0));
        let plan = Plan {
            in_flight: 7,
            end: End::Calls(30),
        };
        let driven = drive(plan, || Counting(Arc::clone(&made))).await.unwrap();
        assert_eq!(made.load(Ordering::Relaxed), 30);
        assert_eq!(driven.calls(), 30);
        assert_eq!(driven.failures, 10);
        assert_eq!(driven.told, ["third"; SHOWN]);
        assert!(driven.latencies.is_sorted());
        assert!(driven.first_answer.is_some());
    }

    #[test]
    fn so_they_are_by_threads() {
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
    fn a_share_of_the_calls_is_no_slower_than_their_latency() {
        let driven = Driven {
            elapsed: Duration::ZERO,
            latencies: (0..=1000).map(Duration::from_millis).collect(),
            failures: 0,
            told: Vec::new(),
            first_answer: None,
            cpu: None,
        };
        for share in [0, 500, 990, 999, 1000] {
            let latency = Duration::from_millis(share as u64);
            assert_eq!(driven.permille(share), latency);
        }
    }
}
