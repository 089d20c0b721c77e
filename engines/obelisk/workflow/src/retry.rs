//! Which calls are retried, and after how long. The engine retries none of them (`max_retries =
//! 0`): it does not know which are idempotent.

use crate::obelisk::types::time::{Duration, ScheduleAt};
use crate::obelisk::workflow::workflow_support::{random_u64, sleep};
use crate::workflow::plugin::types::{ActionError, Failure, FailureReason};

/// Maximum number of attempts of a call. The waits between them add up to 18 minutes: longer than
/// most outages, and a waiting workflow costs only rows in the database.
const CALLS: u32 = 12;

/// The first wait, in milliseconds, unless Intercom asks for a longer one. Each is
/// twice the one before, up to [`LONGEST`].
const FIRST: u64 = 1_000;

/// The longest of these waits, in milliseconds: the longest delay of a workflow after an outage.
const LONGEST: u64 = 300_000;

/// The effect of retrying a call that may have taken effect.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Twice {
    /// The same as one call: reads, updates, and objects that can exist only once.
    Harmless,
    /// It takes effect twice.
    Harmful,
}

/// Why there is no result.
pub enum Failed {
    /// The action failed, and would again.
    For(Failure),
    /// It may have taken effect; what is known about it.
    Unknown(String),
    /// A contact without an id, which Intercom does not document.
    WithoutId,
}

/// Makes a call until it succeeds, fails for good, or must not be retried.
pub fn until_done<T>(twice: Twice, call: impl Fn() -> Result<T, ActionError>) -> Result<T, Failed> {
    let mut wait = FIRST;
    let mut made = 1;
    loop {
        let (failed, asked) = match call() {
            Ok(done) => return Ok(done),
            // A retryable call did not take effect, or is idempotent.
            Err(ActionError::Retryable(failure)) => {
                let asked = failure.retry_after_ms;
                (Failed::For(failure), asked)
            }
            Err(error) => match (unknown(error), twice) {
                (failed @ Failed::Unknown(_), Twice::Harmless) => (failed, None),
                (failed, _) => return Err(failed),
            },
        };
        if made == CALLS {
            return Err(failed);
        }
        pause(spread(wait.max(asked.unwrap_or(0))));
        wait = LONGEST.min(wait * 2);
        made += 1;
    }
}

/// The result of a failure that is not retryable.
fn unknown(error: ActionError) -> Failed {
    match error {
        ActionError::Permanent(failure) | ActionError::Retryable(failure) => match failure.reason {
            FailureReason::OutcomeUnknown => Failed::Unknown(message(failure)),
            _ => Failed::For(failure),
        },
        // The server was killed, or the call took longer than its lock.
        ActionError::ExecutionFailed => Failed::Unknown(
            "the engine lost the call, and it may have taken effect; check in Intercom before you \
             make it again"
                .to_owned(),
        ),
    }
}

/// The message and the hint, on one line.
pub fn message(failure: Failure) -> String {
    match failure.hint {
        Some(hint) => format!("{}; {hint}", failure.message),
        None => failure.message,
    }
}

/// A wait with up to 20 % jitter, in milliseconds, so that throttled workflows do not retry in
/// step.
fn spread(wait: u64) -> u64 {
    wait + random_u64(0, wait / 5 + 1)
}

/// Waits, in milliseconds. Nothing runs meanwhile, and a restart does not shorten it. Cancelling
/// the delay by hand ends the wait.
pub fn pause(wait: u64) {
    if wait > 0 {
        let _ = sleep(ScheduleAt::In(Duration::Milliseconds(wait)), None);
    }
}
