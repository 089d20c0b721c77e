//! How long each part of an action may take, and which variable says so.

use std::time::Duration;

/// A duration in whole milliseconds, as variables and messages have it. (The
/// standard library's own answer has 128 bits; writing those costs the component
/// kilobytes.)
pub fn milliseconds(duration: Duration) -> u64 {
    let seconds = duration.as_secs().saturating_mul(1000);
    seconds.saturating_add(duration.subsec_millis().into())
}

/// A part of an action that has a time-out of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Finding the host and connecting to it.
    Connect,
    /// From the request to the first byte of its answer.
    FirstByte,
    /// From one piece of an answer to the next.
    BetweenBytes,
    /// The whole action: all its requests, and the waits between them.
    Action,
}

impl Phase {
    /// The variable that sets its time-out.
    pub const fn variable(self) -> &'static str {
        match self {
            Self::Connect => "INTERCOM_CONNECT_TIMEOUT_MS",
            Self::FirstByte => "INTERCOM_FIRST_BYTE_TIMEOUT_MS",
            Self::BetweenBytes => "INTERCOM_BETWEEN_BYTES_TIMEOUT_MS",
            Self::Action => "INTERCOM_ACTION_TIMEOUT_MS",
        }
    }
}

/// How long each phase may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeouts {
    /// [`Phase::Connect`].
    pub connect: Duration,
    /// [`Phase::FirstByte`].
    pub first_byte: Duration,
    /// [`Phase::BetweenBytes`].
    pub between_bytes: Duration,
    /// [`Phase::Action`]; of a single request, what is left of it.
    pub action: Duration,
}

impl Timeouts {
    /// The time-out of a phase.
    pub fn of(&self, phase: Phase) -> Duration {
        match phase {
            Phase::Connect => self.connect,
            Phase::FirstByte => self.first_byte,
            Phase::BetweenBytes => self.between_bytes,
            Phase::Action => self.action,
        }
    }

    /// The same, none longer than what is left of the action's time.
    #[must_use]
    pub fn within(self, left: Duration) -> Self {
        Self {
            connect: self.connect.min(left),
            first_byte: self.first_byte.min(left),
            between_bytes: self.between_bytes.min(left),
            action: self.action.min(left),
        }
    }

    /// The phase whose time-out ended a request that was sent with `left` of the
    /// action's time: a phase that was cut short ended with the action.
    pub fn at_fault(&self, phase: Phase, left: Duration) -> Phase {
        if self.of(phase) > left {
            Phase::Action
        } else {
            phase
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phase_that_was_cut_short_ended_with_the_action() {
        let second = Duration::from_secs;
        let timeouts = Timeouts {
            connect: second(1),
            first_byte: second(3),
            between_bytes: second(2),
            action: second(10),
        };
        let left = second(2);
        let capped = timeouts.within(left);
        assert_eq!((capped.connect, capped.first_byte), (second(1), left));
        for (phase, at_fault) in [
            (Phase::Connect, Phase::Connect),
            (Phase::BetweenBytes, Phase::BetweenBytes),
            (Phase::FirstByte, Phase::Action),
            (Phase::Action, Phase::Action),
        ] {
            assert_eq!(timeouts.at_fault(phase, left), at_fault);
        }
    }
}
