//! The numeric variables: defaults and ranges.

use super::timeouts::Phase;
use crate::input::InputError;

/// A numeric variable.
#[derive(Debug, Clone, Copy)]
pub struct Number {
    /// The variable's name.
    pub name: &'static str,
    /// Its description.
    pub description: &'static str,
    /// Its name in errors: `is not …`.
    what: &'static str,
    /// The accepted values in errors: `give … from 1 to 10`.
    unit: &'static str,
    least: u64,
    most: u64,
    /// A valid value in errors: `such as …`.
    example: u64,
    /// The default. `None` if another setting decides.
    pub default: Option<u64>,
}

impl Number {
    /// Reads the value of the variable.
    ///
    /// # Errors
    /// Not a whole number, or out of range.
    pub fn parse(&self, text: &str) -> Result<u64, InputError> {
        let digits = text.bytes().all(|byte| byte.is_ascii_digit());
        match text.parse() {
            Ok(number) if digits && (self.least..=self.most).contains(&number) => Ok(number),
            _ => Err(InputError::of_value(
                &text.into(),
                format!("is not {}", self.what),
                format!(
                    "give {} from {} to {}, such as {}",
                    self.unit, self.least, self.most, self.example
                ),
            )),
        }
    }
}

/// The longest time that a variable accepts, an hour: a larger number is probably in the wrong
/// unit.
const HOUR_MS: u64 = 3_600_000;

/// The default timeout. Intercom's own limit is undocumented (`docs/intercom-api.md`, Retries
/// and timeouts); the official SDKs wait 20 to 60 s. A shorter one fails slow searches, a longer
/// one blocks a workflow.
const TIMEOUT_MS: u64 = 30_000;

const fn timeout(
    name: &'static str,
    example: u64,
    default: Option<u64>,
    description: &'static str,
) -> Number {
    Number {
        name,
        description,
        what: "a timeout",
        unit: "milliseconds",
        least: 1,
        most: HOUR_MS,
        example,
        default,
    }
}

const fn phase(phase: Phase, description: &'static str) -> Number {
    timeout(phase.variable(), TIMEOUT_MS, None, description)
}

/// Timeout of each phase, in milliseconds.
pub const TIMEOUT: Number = timeout(
    "INTERCOM_TIMEOUT_MS",
    TIMEOUT_MS,
    Some(TIMEOUT_MS),
    "Timeout of connecting, of the first byte and of the gap between bytes, in milliseconds.",
);

/// Timeout of connecting; [`TIMEOUT`] if not set.
pub const CONNECT_TIMEOUT: Number = phase(
    Phase::Connect,
    "Timeout of connecting, in milliseconds; by default INTERCOM_TIMEOUT_MS.",
);

/// Timeout of the first byte of a response; [`TIMEOUT`] if not set.
pub const FIRST_BYTE_TIMEOUT: Number = phase(
    Phase::FirstByte,
    "Timeout of the first byte of a response, in milliseconds; by default INTERCOM_TIMEOUT_MS.",
);

/// Timeout of the gaps in a response; [`TIMEOUT`] if not set.
pub const BETWEEN_BYTES_TIMEOUT: Number = phase(
    Phase::BetweenBytes,
    "Timeout of the gap between bytes of a response, in milliseconds; by default \
     INTERCOM_TIMEOUT_MS.",
);

/// Timeout of an action: three attempts of 30 s and the retry budget. A shorter one ends long
/// searches (20 requests) early; an engine's own limit should be longer, so that this more
/// precise error comes first.
pub const ACTION_TIMEOUT: Number = timeout(
    Phase::Action.variable(),
    120_000,
    Some(120_000),
    "Timeout of an action with all its requests and waits, in milliseconds.",
);

const fn count(
    name: &'static str,
    what: &'static str,
    most: u64,
    default: u64,
    description: &'static str,
) -> Number {
    Number {
        name,
        description,
        what,
        unit: "a whole number",
        least: 0,
        most,
        example: default,
        default: Some(default),
    }
}

/// Maximum retries per action: as in the official Node SDK
/// (`docs/intercom-api.md`, Retries and timeouts). Intercom asks for one
/// retry after a 5xx; the second is for a rate limit after it. More multiplies
/// the load of an outage.
pub const MAX_RETRIES: Number = count(
    "INTERCOM_MAX_RETRIES",
    "a number of retries",
    10,
    2,
    "Maximum retries per action; 0 leaves retries to the engine.",
);

/// Maximum time that an action waits for retries, in milliseconds: the longest rate-limit window
/// (10 s, `docs/intercom-api.md`, Rate limits) plus a fifth, one backoff, and two seconds as a
/// margin. A lower value fails where waiting for the window would have helped; a higher one
/// keeps a sandbox open for nothing.
pub const RETRY_BUDGET: Number = Number {
    unit: "milliseconds",
    ..count(
        "INTERCOM_RETRY_BUDGET_MS",
        "a retry budget",
        HOUR_MS,
        15_000,
        "Maximum time that an action waits for retries, in milliseconds.",
    )
};

/// Maximum size of a response's body: a page of 150 contacts is about 1 MB. A
/// result holds up to three copies, so more needs a sandbox of over 64 MB.
pub const MAX_BODY: Number = Number {
    unit: "bytes",
    least: 1024,
    ..count(
        "INTERCOM_MAX_BODY_BYTES",
        "a size",
        1024 * 1024 * 1024,
        16 * 1024 * 1024,
        "Maximum size of a response, in bytes.",
    )
};

/// Seed of the jitter. Without it, waits are random.
pub const JITTER_SEED: Number = Number {
    default: None,
    ..count(
        "INTERCOM_JITTER_SEED",
        "a seed",
        u64::MAX,
        1,
        "Seed of the random waits between retries, a whole number. Without it, they differ \
         between calls.",
    )
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
        assert_eq!(
            MAX_BODY.parse("16MB").unwrap_err().to_string(),
            r#""16MB" is not a size; give bytes from 1024 to 1073741824, such as 16777216"#
        );
    }
}
