//! Decides whether to retry a request, and after which wait; returns the decision as a value.
//!
//! It knows no requests and does not wait. A request *may* be retried if its error is
//! `retryable`; this module decides whether the connector retries it, or leaves that to the
//! engine.

use super::numbers::RETRY_BUDGET;
use super::timeouts::{Phase, milliseconds};
use std::time::Duration;

/// The limits on an action's retries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policy {
    /// Maximum retries per action (0–10).
    pub max_retries: u64,
    /// Maximum time spent waiting, over all retries.
    pub budget: Duration,
}

/// What to do after a failed request that may be retried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// Wait, then retry.
    WaitThenRetry(Duration),
    /// Return the error to the engine.
    GiveUp(GiveUp),
}

/// Why a request is not retried although it may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GiveUp {
    /// No retries are left.
    NoRetries,
    /// The wait does not fit.
    NoRoom {
        /// The wait.
        wait: Duration,
        /// The limit that it exceeds.
        left: Duration,
        /// The rest of that limit.
        of: Bound,
    },
}

/// The limits on the waits of an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bound {
    /// The retry budget.
    Budget,
    /// The action's time.
    Action,
}

impl Bound {
    /// The variable that sets it.
    pub const fn variable(self) -> &'static str {
        match self {
            Self::Budget => RETRY_BUDGET.name,
            Self::Action => Phase::Action.variable(),
        }
    }
}

/// Maximum first backoff: the time of a few requests (0.1 to 0.2 s each). A shorter one is
/// likely to meet the same failure, a longer one delays a workflow for nothing.
const FIRST_BACKOFF: Duration = Duration::from_millis(500);

/// Maximum backoff: one of Intercom's rate-limit windows (`docs/intercom-api.md`, Rate limits),
/// after which requests are allowed again.
const LONGEST_BACKOFF: Duration = Duration::from_secs(10);

/// A wait that Intercom asks for gets jitter of up to a fifth, as in its own SDKs
/// (`docs/intercom-api.md`, Retries and timeouts), or up to [`FIRST_BACKOFF`] if that is more,
/// so throttled clients do not retry in step.
const SPREAD: u32 = 5;

/// Minimum time for a retry: with less, it would time out.
const LEAST_REQUEST: Duration = Duration::from_secs(1);

/// The retries of one action.
#[derive(Debug, Clone)]
pub struct Retries {
    policy: Policy,
    jitter: Jitter,
    made: u64,
    waited: Duration,
}

impl Retries {
    /// No retry was made yet.
    pub fn new(policy: Policy, jitter: Jitter) -> Self {
        Self {
            policy,
            jitter,
            made: 0,
            waited: Duration::ZERO,
        }
    }

    /// Decides about a failed request that may be retried.
    ///
    /// `asked` is the wait that the response requests, which is honoured in full. `time_left` is
    /// the rest of the action's time.
    pub fn decide(&mut self, asked: Option<Duration>, time_left: Duration) -> Decision {
        if self.made >= self.policy.max_retries {
            return Decision::GiveUp(GiveUp::NoRetries);
        }
        let budget_left = self.policy.budget.saturating_sub(self.waited);
        let time_left = time_left.saturating_sub(LEAST_REQUEST);
        let (wait, spread) = match asked {
            Some(asked) => (asked, (asked / SPREAD).max(FIRST_BACKOFF)),
            None => (self.jitter.up_to(self.backoff()), Duration::ZERO),
        };
        for (left, of) in [(budget_left, Bound::Budget), (time_left, Bound::Action)] {
            if wait > left {
                return Decision::GiveUp(GiveUp::NoRoom { wait, left, of });
            }
        }
        let room = budget_left.min(time_left).saturating_sub(wait);
        let wait = wait + self.jitter.up_to(spread.min(room));
        self.made += 1;
        self.waited += wait;
        Decision::WaitThenRetry(wait)
    }

    /// Maximum wait before the next retry: twice the previous one.
    fn backoff(&self) -> Duration {
        let doublings = u32::try_from(self.made).unwrap_or(u32::MAX);
        let factor = 2_u32.checked_pow(doublings);
        factor
            .and_then(|factor| FIRST_BACKOFF.checked_mul(factor))
            .map_or(LONGEST_BACKOFF, |backoff| backoff.min(LONGEST_BACKOFF))
    }
}

/// Picks a wait.
#[derive(Debug, Clone)]
pub enum Jitter {
    /// A random wait up to the maximum, uniformly distributed ("full jitter"), in whole
    /// milliseconds. Contains the state of the generator (`SplitMix64`).
    Random(u64),
    /// The maximum.
    #[cfg(test)]
    Longest,
}

impl Jitter {
    /// A wait from zero to `longest`.
    fn up_to(&mut self, longest: Duration) -> Duration {
        let state = match self {
            Self::Random(state) => state,
            #[cfg(test)]
            Self::Longest => return longest,
        };
        // Scales the upper half of the random number.
        let longest = milliseconds(longest).min(u32::MAX.into());
        let scaled = (split_mix(state) >> 32).saturating_mul(longest + 1);
        Duration::from_millis(scaled >> 32)
    }
}

/// The next random number (Steele, Lea and Flood, 2014). Any seed will do, including a clock's
/// reading.
fn split_mix(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mut mixed = *state;
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ (mixed >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const MINUTE: Duration = Duration::from_secs(60);

    fn ms(milliseconds: u64) -> Duration {
        Duration::from_millis(milliseconds)
    }

    fn retry(milliseconds: u64) -> Decision {
        Decision::WaitThenRetry(ms(milliseconds))
    }

    fn no_room(wait: u64, left: u64, of: Bound) -> Decision {
        Decision::GiveUp(GiveUp::NoRoom {
            wait: ms(wait),
            left: ms(left),
            of,
        })
    }

    /// The decisions about a series of failures, with the longest waits.
    fn decisions(max_retries: u64, budget: u64, asked: &[Option<u64>]) -> Vec<Decision> {
        let budget = ms(budget);
        let policy = Policy {
            max_retries,
            budget,
        };
        let mut retries = Retries::new(policy, Jitter::Longest);
        let asked = asked.iter().map(|asked| asked.map(ms));
        asked.map(|asked| retries.decide(asked, MINUTE)).collect()
    }

    #[test]
    fn waits_are_exact_without_jitter() {
        let stop = Decision::GiveUp(GiveUp::NoRetries);
        type Case<'a> = (&'a str, u64, u64, &'a [Option<u64>], &'a [Decision]);
        let cases: &[Case<'_>] = &[
            ("no retries", 0, 15_000, &[Some(0)], &[stop]),
            (
                "backoff doubles",
                3,
                15_000,
                &[None, None, None, None],
                &[retry(500), retry(1000), retry(2000), stop],
            ),
            (
                "backoff is capped",
                10,
                60_000,
                &[None; 7],
                &[
                    retry(500),
                    retry(1000),
                    retry(2000),
                    retry(4000),
                    retry(8000),
                    retry(10_000),
                    retry(10_000),
                ],
            ),
            (
                "the requested wait, and a fifth",
                2,
                15_000,
                &[Some(10_000)],
                &[retry(12_000)],
            ),
            (
                "half a second at the least",
                2,
                15_000,
                &[Some(0), Some(1000)],
                &[retry(500), retry(1500)],
            ),
            (
                "the spread gives way to the budget",
                2,
                10_500,
                &[Some(10_000)],
                &[retry(10_500)],
            ),
            (
                "the requested wait does not",
                2,
                5000,
                &[Some(7000), Some(5000)],
                &[no_room(7000, 5000, Bound::Budget), retry(5000)],
            ),
            (
                "waits add up",
                9,
                1200,
                &[None, None],
                &[retry(500), no_room(1000, 700, Bound::Budget)],
            ),
        ];
        for (what, max_retries, budget, asked, expected) in cases {
            assert_eq!(decisions(*max_retries, *budget, asked), *expected, "{what}");
        }
    }

    #[test]
    fn a_wait_leaves_time_for_the_request() {
        let policy = Policy {
            max_retries: 2,
            budget: MINUTE,
        };
        let mut retries = Retries::new(policy, Jitter::Longest);
        assert_eq!(
            retries.decide(Some(ms(3000)), ms(3500)),
            no_room(3000, 2500, Bound::Action)
        );
        assert_eq!(retries.decide(Some(ms(3000)), ms(4200)), retry(3200));
    }

    #[test]
    fn a_seed_gives_the_same_waits_and_another_seed_others() {
        let waits = |seed| {
            let mut jitter = Jitter::Random(seed);
            [(); 4].map(|()| jitter.up_to(LONGEST_BACKOFF))
        };
        assert_eq!(waits(7), waits(7));
        assert_ne!(waits(7), waits(8));
    }

    proptest! {
        /// For any requested waits, the actual ones stay within count and budget, and none is
        /// shorter than requested or longer than the jitter allows.
        #[test]
        fn waits_stay_within_bounds(
            max_retries in 0..12_u64,
            budget in 0..40_000_u64,
            seed: u64,
            failures in prop::collection::vec((prop::option::of(0..20_000_u64), 0..90_000_u64), 0..30),
        ) {
            let policy = Policy { max_retries, budget: ms(budget) };
            let mut retries = Retries::new(policy, Jitter::Random(seed));
            let (mut made, mut waited) = (0, Duration::ZERO);
            for (asked, time_left) in failures {
                let (asked, time_left) = (asked.map(ms), ms(time_left));
                match retries.decide(asked, time_left) {
                    Decision::WaitThenRetry(wait) => {
                        let longest = match asked {
                            Some(asked) => asked + (asked / SPREAD).max(FIRST_BACKOFF),
                            None => LONGEST_BACKOFF,
                        };
                        prop_assert!(wait >= asked.unwrap_or_default() && wait <= longest);
                        prop_assert!(wait + LEAST_REQUEST <= time_left);
                        made += 1;
                        waited += wait;
                    }
                    Decision::GiveUp(GiveUp::NoRoom { wait, left, .. }) => prop_assert!(wait > left),
                    Decision::GiveUp(GiveUp::NoRetries) => prop_assert_eq!(made, max_retries),
                }
            }
            prop_assert!(made <= max_retries && waited <= ms(budget));
        }

        /// Full jitter reaches both ends and stays between them.
        #[test]
        fn jitter_is_full(seed: u64, longest in 0..5_u64) {
            let mut jitter = Jitter::Random(seed);
            let picked: Vec<_> = (0..200).map(|_| jitter.up_to(ms(longest))).collect();
            prop_assert_eq!(picked.iter().min(), Some(&Duration::ZERO));
            prop_assert_eq!(picked.iter().max(), Some(&ms(longest)));
        }
    }
}
