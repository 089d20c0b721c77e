//! The variables that hold whole numbers: what holds where they are not set,
//! and between what they must lie.

use super::timeouts::Phase;
use crate::input::{Problem, quoted};

/// A variable that holds a whole number.
#[derive(Debug, Clone, Copy)]
pub struct Number {
    /// The variable.
    pub name: &'static str,
    /// What it is, as errors say: `is not …`.
    what: &'static str,
    /// What is accepted, as errors say: `give … from 1 to 10`.
    unit: &'static str,
    least: u64,
    most: u64,
    /// What holds where it is not set; of a phase, [`TIMEOUT`]'s.
    pub default: u64,
}

impl Number {
    /// Reads the value of the variable.
    ///
    /// # Errors
    /// What is no such number, or out of range.
    pub fn parse(&self, text: &str) -> Result<u64, Problem> {
        let digits = text.bytes().all(|byte| byte.is_ascii_digit());
        match text.parse() {
            Ok(number) if digits && (self.least..=self.most).contains(&number) => Ok(number),
            _ => Err(Problem::new(format!(
                "{} is not {}; give {} from {} to {}, such as {}",
                quoted(text),
                self.what,
                self.unit,
                self.least,
                self.most,
                self.default
            ))),
        }
    }
}

/// The longest time that can be asked for, an hour: beyond it the number is
/// more likely a mistake of units.
const HOUR_MS: u64 = 3_600_000;

const fn timeout(name: &'static str, default: u64) -> Number {
    Number {
        name,
        what: "a time-out",
        unit: "milliseconds",
        least: 1,
        most: HOUR_MS,
        default,
    }
}

/// How long to wait for Intercom, per phase. Its own limit is undocumented
/// (`docs/intercom-api.md`, Retries and timeouts); the official SDKs wait 20 to
/// 60 s. Shorter turns slow searches into errors, longer keeps a workflow
/// hanging.
pub const TIMEOUT: Number = timeout("INTERCOM_TIMEOUT_MS", 30_000);

/// In place of [`TIMEOUT`], for connecting.
pub const CONNECT_TIMEOUT: Number = timeout(Phase::Connect.variable(), TIMEOUT.default);

/// In place of [`TIMEOUT`], for the first byte of an answer.
pub const FIRST_BYTE_TIMEOUT: Number = timeout(Phase::FirstByte.variable(), TIMEOUT.default);

/// In place of [`TIMEOUT`], for the gaps in an answer.
pub const BETWEEN_BYTES_TIMEOUT: Number = timeout(Phase::BetweenBytes.variable(), TIMEOUT.default);

/// How long a whole action may take: three attempts of 30 s and the retry
/// budget between them. Shorter ends long searches (20 requests) early; an
/// engine's own limit should be above it, so that this error, which says more,
/// comes first.
pub const ACTION_TIMEOUT: Number = timeout(Phase::Action.variable(), 120_000);

/// How often an action repeats requests: the official Node SDK's number
/// (`docs/intercom-api.md`, Retries and timeouts). Intercom itself asks to
/// repeat a 5xx once; the second is for a rate limit that comes after it. More
/// multiplies the load of an outage.
pub const MAX_RETRIES: Number = Number {
    name: "INTERCOM_MAX_RETRIES",
    what: "a number of retries",
    unit: "a whole number",
    least: 0,
    most: 10,
    default: 2,
};

/// How long an action waits in all: the longest rate-limit window (10 s,
/// `docs/intercom-api.md`, Rate limits), stretched by a fifth, and a backoff
/// before or after it, with two seconds to spare. Less fails where waiting for
/// the window would have helped; more keeps a sandbox open for nothing.
pub const RETRY_BUDGET: Number = Number {
    name: "INTERCOM_RETRY_BUDGET_MS",
    what: "a retry budget",
    unit: "milliseconds",
    least: 0,
    most: HOUR_MS,
    default: 15_000,
};

/// The most bytes of an answer's body: a page of 150 contacts is about 1 MB.
/// Results hold an answer up to three times, so that more needs a sandbox of
/// more than 64 MB.
pub const MAX_BODY: Number = Number {
    name: "INTERCOM_MAX_BODY_BYTES",
    what: "a size",
    unit: "bytes",
    least: 1024,
    most: 1024 * 1024 * 1024,
    default: 16 * 1024 * 1024,
};

/// What the waits between retries are picked by. Without it they differ from
/// call to call.
pub const JITTER_SEED: Number = Number {
    name: "INTERCOM_JITTER_SEED",
    what: "a seed",
    unit: "a whole number",
    least: 0,
    most: u64::MAX,
    default: 1,
};

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn numbers_are_digits_within_bounds() {
        for (number, text, expected) in [
            (TIMEOUT, "1", Some(1)),
            (TIMEOUT, "3600000", Some(HOUR_MS)),
            (TIMEOUT, "0", None),
            (TIMEOUT, "3600001", None),
            (TIMEOUT, "5s", None),
            (TIMEOUT, "+5", None),
            (TIMEOUT, "-1", None),
            (MAX_RETRIES, "0", Some(0)),
            (MAX_RETRIES, "11", None),
            (RETRY_BUDGET, "0", Some(0)),
            (MAX_BODY, "1023", None),
            (JITTER_SEED, "18446744073709551615", Some(u64::MAX)),
            (JITTER_SEED, "18446744073709551616", None),
        ] {
            assert_eq!(number.parse(text).ok(), expected, "{} {text}", number.name);
        }
        let error = format!("{:?}", MAX_BODY.parse("16MB").unwrap_err());
        assert!(
            error.contains(
                r#"\"16MB\" is not a size; give bytes from 1024 to 1073741824, such as 16777216"#
            ),
            "{error}"
        );
    }
}
