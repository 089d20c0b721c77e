//! What each call is expected to come to: by what repeating the action does, and
//! where that is not all there is to it, by exception.

use std::fmt;

use super::runner::Verdict;
use Verdict::{Noted, Permanent, Retryable, Success};
use connector_host::manifest::Effect;

/// What is expected of one call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Expectation {
    /// How it ends.
    pub verdict: Verdict,
    /// How many requests it sends.
    pub requests: u64,
}

impl fmt::Display for Expectation {
    /// As a cell of the matrix has it, such as `network ×3`; a permanent failure
    /// begins with `!`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (mark, word) = match self.verdict {
            Success => ("", "ok"),
            Noted => ("", "noted"),
            Retryable(reason) => ("", short(reason)),
            Permanent(reason) => ("!", short(reason)),
        };
        write!(f, "{mark}{word} ×{}", self.requests)
    }
}

/// A reason in one word, where it has a longer one: the columns are narrow.
fn short(reason: &'static str) -> &'static str {
    match reason {
        "outcome unknown" => "unknown",
        "malformed response" => "malformed",
        "rate limited" => "limited",
        other => other,
    }
}

/// What is expected under some faults.
struct Rule {
    faults: &'static [&'static str],
    /// Of an action that only reads.
    read: Expectation,
    /// Of a write that leaves the same result when it is repeated.
    idempotent: Expectation,
    /// Of a write that may be done twice.
    once: Expectation,
}

/// What is expected of one action in place of what the rule says.
pub(super) struct Exception {
    pub faults: &'static [&'static str],
    pub action: &'static str,
    expectation: Expectation,
    /// The rest of a sentence about the action.
    pub why: &'static str,
}

/// Requests of an action that gives up: the first, and two retries.
const ALL: u64 = 3;

const fn expect(verdict: Verdict, requests: u64) -> Expectation {
    Expectation { verdict, requests }
}

const fn all_alike(faults: &'static [&'static str], expectation: Expectation) -> Rule {
    Rule {
        faults,
        read: expectation,
        idempotent: expectation,
        once: expectation,
    }
}

/// It is not known whether the request was carried out. What does no harm is
/// repeated, and fails for this reason in the end.
const fn unknown(faults: &'static [&'static str], reason: &'static str) -> Rule {
    Rule {
        faults,
        read: expect(Retryable(reason), ALL),
        idempotent: expect(Retryable(reason), ALL),
        once: expect(Permanent("outcome unknown"), 1),
    }
}

/// The request was carried out, and its answer is of no use: a read fails, a
/// write is done.
const fn done(faults: &'static [&'static str], read: Expectation) -> Rule {
    Rule {
        faults,
        read,
        idempotent: expect(Noted, 1),
        once: expect(Noted, 1),
    }
}

static RULES: [Rule; 20] = [
    // An answer that can be used, odd as it may be.
    all_alike(
        &[
            "none",
            "continue-first",
            "wrong-type",
            "huge-numbers",
            "duplicate-keys",
            "odd-id",
            "same-cursor",
            "cursor-loop",
            "lost-cursor",
        ],
        expect(Success, 1),
    ),
    // Surely not carried out: repeated, whatever it does.
    all_alike(&["refused", "no-tls"], expect(Retryable("network"), ALL)),
    // No later attempt finds what does not exist.
    all_alike(&["unknown-name"], expect(Permanent("network"), 1)),
    // Intercom refuses, whatever the status.
    all_alike(&["error-list-200"], expect(Permanent("rejected"), 1)),
    // Somebody else refuses.
    all_alike(
        &["html-400", "html-401", "html-403"],
        expect(Permanent("malformed response"), 1),
    ),
    // Not the answer to this request: what became of a write is unknown.
    Rule {
        faults: &["html", "other-json", "null-list", "other-type"],
        read: expect(Permanent("malformed response"), 1),
        idempotent: expect(Permanent("outcome unknown"), 1),
        once: expect(Permanent("outcome unknown"), 1),
    },
    all_alike(
        &[
            "429-reset",
            "429-retry-after",
            "429-no-wait",
            "429-past",
            "429-next-year",
        ],
        expect(Success, 2),
    ),
    all_alike(&["429"], expect(Retryable("rate limited"), ALL)),
    // The wait is longer than the budget: left to the engine, which is told it.
    all_alike(&["429-long"], expect(Retryable("rate limited"), 1)),
    // Perhaps carried out.
    unknown(
        &["reset-unread", "reset-read", "no-http", "many-headers"],
        "network",
    ),
    unknown(&["silence", "slow-head", "continue-only", "408"], "timeout"),
    unknown(&["502", "503", "504"], "unavailable"),
    Rule {
        faults: &["500-once"],
        read: expect(Success, 2),
        idempotent: expect(Success, 2),
        once: expect(Permanent("outcome unknown"), 1),
    },
    // Carried out, and the answer broke off.
    done(
        &["reset-halfway", "announced-longer", "bad-chunk"],
        expect(Retryable("network"), ALL),
    ),
    done(&["stalled-body"], expect(Retryable("timeout"), ALL)),
    // The action's time is used up by the first request.
    done(&["slow-body"], expect(Retryable("timeout"), 1)),
    // An object without a type, and with another id than the one asked for. What is
    // nested too deep in it becomes null.
    Rule {
        faults: &["nested"],
        read: expect(Permanent("malformed response"), 1),
        idempotent: expect(Permanent("outcome unknown"), 1),
        once: expect(Noted, 1),
    },
    // Carried out, and the rest of the answer is missing.
    done(
        &["empty", "truncated", "announced-shorter"],
        expect(Retryable("malformed response"), 1),
    ),
    // Carried out, and the answer cannot be read. It came whole: another would
    // be like it.
    done(
        &["gzip", "not-utf-8", "nan"],
        expect(Permanent("malformed response"), 1),
    ),
    done(
        &["long", "long-announced"],
        expect(Permanent("too large"), 1),
    ),
];

pub(super) static EXCEPTIONS: [Exception; 5] = [
    Exception {
        faults: &[
            "empty",
            "truncated",
            "announced-shorter",
            "nan",
            "other-json",
            "null-list",
            "other-type",
        ],
        action: "custom-action",
        expectation: expect(Success, 1),
        why: "takes an answer of any kind but a page for people: text that is no JSON becomes a JSON string, none null",
    },
    Exception {
        faults: &["nested"],
        action: "test-connection",
        expectation: expect(Noted, 1),
        why: "asks for no id: an object with any is the identity",
    },
    Exception {
        faults: &[
            "reset-halfway",
            "stalled-body",
            "slow-body",
            "announced-longer",
            "announced-shorter",
            "bad-chunk",
            "empty",
            "truncated",
            "gzip",
            "not-utf-8",
            "nested",
            "long",
            "long-announced",
            "nan",
            "other-json",
            "null-list",
            "other-type",
        ],
        action: "exchange-code",
        expectation: expect(Permanent("malformed response"), 1),
        why: "is of no use without the token in its answer, and its code is used up",
    },
    Exception {
        faults: &["same-cursor"],
        action: "search-contacts",
        expectation: expect(Noted, 2),
        why: "stops where a page comes a second time, and says so",
    },
    Exception {
        faults: &["cursor-loop"],
        action: "search-contacts",
        expectation: expect(Noted, 3),
        why: "stops where a page comes a second time, and says so",
    },
];

/// What is expected of an action of this effect under a fault; none where no
/// rule is about the fault.
pub fn expectation(fault: &str, action: &str, effect: Effect) -> Option<Expectation> {
    if let Some(exception) = exception(fault, action) {
        return Some(exception.expectation);
    }
    let rule = RULES.iter().find(|rule| rule.faults.contains(&fault))?;
    Some(match effect {
        Effect::Read => rule.read,
        Effect::WriteIdempotent => rule.idempotent,
        Effect::WriteOnce => rule.once,
    })
}

/// The exception for this action under this fault.
pub(super) fn exception(fault: &str, action: &str) -> Option<&'static Exception> {
    let about =
        |exception: &&Exception| exception.action == action && exception.faults.contains(&fault);
    EXCEPTIONS.iter().find(about)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resilience::calls::CALLS;
    use intercom_double::faults::{FAULTS, NONE};

    #[test]
    fn one_rule_is_about_each_fault() {
        let ruled: Vec<_> = RULES.iter().flat_map(|rule| rule.faults).collect();
        for fault in std::iter::once(&NONE).chain(&FAULTS) {
            let rules = ruled.iter().filter(|ruled| ***ruled == fault.name);
            assert_eq!(rules.count(), 1, "{}", fault.name);
        }
        assert_eq!(ruled.len(), FAULTS.len() + 1, "no rule is about nothing");
    }

    #[test]
    fn exceptions_are_about_something_and_say_something_else() {
        for exception in &EXCEPTIONS {
            let action = exception.action;
            assert!(CALLS.iter().any(|call| call.action == action), "{action}");
            for fault in exception.faults {
                let rule = RULES.iter().find(|rule| rule.faults.contains(fault));
                let reads = ["search-contacts", "list-admins"].contains(&action);
                let ruled = |rule: &Rule| if reads { rule.read } else { rule.once };
                let said = rule.map(|rule| ruled(rule) == exception.expectation);
                assert_eq!(said, Some(false), "{fault} {action}");
            }
        }
    }
}
