//! Which calls are made again, and after how long. The engine repeats none of
//! them (`max_retries = 0`): it does not know which may be done twice.

use crate::obelisk::types::time::{Duration, ScheduleAt};
use crate::obelisk::workflow::workflow_support::{random_u64, sleep};
use crate::workflow::plugin::types::{ActionError, Failure, FailureReason};

/// How often a call is made at most. The waits between them come to
/// 18 minutes: longer than most outages, and a workflow that waits costs rows in
/// the database and nothing else.
const CALLS: u32 = 12;

/// The first wait, in milliseconds, unless Intercom asks for a longer one. Each is
/// twice the one before, up to [`LONGEST`].
const FIRST: u64 = 1_000;

/// The longest of these waits, in milliseconds: how late a workflow may be after
/// Intercom is back.
const LONGEST: u64 = 300_000;

/// What comes of making a call again that may have been carried out.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Twice {
    /// The same as of one: reads, updates, and what Intercom lets exist once.
    Harmless,
    /// It is done twice.
    Harmful,
}

/// Why there is no result.
pub enum Failed {
    /// The action failed, and would again.
    For(Failure),
    /// It may have been carried out; what is known of it.
    Unknown(String),
    /// A contact without an id, which Intercom does not document.
    WithoutId,
}

/// Makes a call until it is done, or is no use, or must not be made again.
pub fn until_done<T>(twice: Twice, call: impl Fn() -> Result<T, ActionError>) -> Result<T, Failed> {
    let mut wait = FIRST;
    let mut made = 1;
    loop {
        let (failed, asked) = match call() {
            Ok(done) => return Ok(done),
            // What is retryable was surely not carried out, or may be twice.
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

/// What is known after a failure that is not retryable.
fn unknown(error: ActionError) -> Failed {
    match error {
        ActionError::Permanent(failure) | ActionError::Retryable(failure) => match failure.reason {
            FailureReason::OutcomeUnknown => Failed::Unknown(told(failure)),
            _ => Failed::For(failure),
        },
        // The server was killed, or took longer than the lock on the call holds.
        ActionError::ExecutionFailed => Failed::Unknown(
            "the engine lost the call: it may have been carried out; look in Intercom \
             before you make it again"
                .to_owned(),
        ),
    }
}

/// What is wrong and what to do about it, on one line.
pub fn told(failure: Failure) -> String {
    match failure.hint {
        Some(hint) => format!("{}; {hint}", failure.message),
        None => failure.message,
    }
}

/// A wait that is up to a fifth longer, in milliseconds: workflows that were
/// turned away together come back apart.
fn spread(wait: u64) -> u64 {
    wait + random_u64(0, wait / 5 + 1)
}

/// Waits, in milliseconds. Nothing runs meanwhile, and a restart does not
/// shorten it. Who cancels the delay by hand ends the wait.
pub fn pause(wait: u64) {
    if wait > 0 {
        let _ = sleep(ScheduleAt::In(Duration::Milliseconds(wait)), None);
    }
}
