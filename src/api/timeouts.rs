//! The timeouts of an action and its phases.

use std::time::Duration;

/// A duration in whole milliseconds, as in variables and messages. (The standard library returns
/// 128 bits; formatting these costs the component kilobytes.)
pub fn milliseconds(duration: Duration) -> u64 {
    let seconds = duration.as_secs().saturating_mul(1000);
    seconds.saturating_add(duration.subsec_millis().into())
}

/// A part of an action with its own timeout.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Resolving the host and connecting to it.
    Connect,
    /// From the request to the first byte of its response.
    FirstByte,
    /// Between two parts of a response.
    BetweenBytes,
    /// The whole action with its requests and waits.
    Action,
}

impl Phase {
    /// The variable that sets its timeout.
    pub const fn variable(self) -> &'static str {
        match self {
            Self::Connect => "INTERCOM_CONNECT_TIMEOUT_MS",
            Self::FirstByte => "INTERCOM_FIRST_BYTE_TIMEOUT_MS",
            Self::BetweenBytes => "INTERCOM_BETWEEN_BYTES_TIMEOUT_MS",
            Self::Action => "INTERCOM_ACTION_TIMEOUT_MS",
        }
    }
}

/// The timeout of each phase.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeouts {
    /// [`Phase::Connect`].
    pub connect: Duration,
    /// [`Phase::FirstByte`].
    pub first_byte: Duration,
    /// [`Phase::BetweenBytes`].
    pub between_bytes: Duration,
    /// [`Phase::Action`]; for a single request, the rest of it.
    pub action: Duration,
}

impl Timeouts {
    /// The timeout of a phase.
    pub fn of(&self, phase: Phase) -> Duration {
        match phase {
            Phase::Connect => self.connect,
            Phase::FirstByte => self.first_byte,
            Phase::BetweenBytes => self.between_bytes,
            Phase::Action => self.action,
        }
    }

    /// Caps all timeouts at the rest of the action's time.
    #[must_use]
    pub fn within(self, left: Duration) -> Self {
        Self {
            connect: self.connect.min(left),
            first_byte: self.first_byte.min(left),
            between_bytes: self.between_bytes.min(left),
            action: self.action.min(left),
        }
    }

    /// The phase whose timeout ended a request that was sent with `left` of the action's time: a
    /// capped phase ended with the action.
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
    fn a_capped_phase_ended_with_the_action() {
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
