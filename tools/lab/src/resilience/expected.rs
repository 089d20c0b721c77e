//! The expected outcome of each call: a rule by the action's effect, and
//! exceptions for single actions.

use std::fmt;

use super::outcome::Verdict;
use Verdict::{Noted, Permanent, Retryable, Success};
use connector_host::manifest::Effect;

/// The expected outcome of one call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Expectation {
    /// The outcome.
    pub verdict: Verdict,
    /// The number of requests that it sends.
    pub requests: u64,
}

impl fmt::Display for Expectation {
    /// As in a cell of the matrix, such as `network ×3`; a permanent failure
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

/// A reason in one word: the columns are narrow.
fn short(reason: &'static str) -> &'static str {
    match reason {
        "outcome unknown" => "unknown",
        "malformed response" => "malformed",
        "rate limited" => "limited",
        other => other,
    }
}

/// The expected outcomes under some faults.
struct Rule {
    faults: &'static [&'static str],
    /// Of an action that only reads.
    read: Expectation,
    /// Of an idempotent write.
    idempotent: Expectation,
    /// Of a write that is not idempotent.
    once: Expectation,
}

/// The expected outcome of some actions, in place of the rule's.
pub(super) struct Exception {
    pub faults: &'static [&'static str],
    pub actions: &'static [&'static str],
    expectation: Expectation,
    /// The rest of a sentence about the action.
    pub why: &'static str,
}

/// The requests of an action that exhausts its retries: the first, and two retries.
const ALL: u64 = 3;

const fn expect(verdict: Verdict, requests: u64) -> Expectation {
    Expectation { verdict, requests }
}

const fn always(faults: &'static [&'static str], expectation: Expectation) -> Rule {
    Rule {
        faults,
        read: expectation,
        idempotent: expectation,
        once: expectation,
    }
}

/// It is unknown whether the request was executed. Idempotent actions are retried, and finally
/// fail for this reason.
const fn unknown(faults: &'static [&'static str], reason: &'static str) -> Rule {
    Rule {
        faults,
        read: expect(Retryable(reason), ALL),
        idempotent: expect(Retryable(reason), ALL),
        once: expect(Permanent("outcome unknown"), 1),
    }
}

/// The request was executed, but its response is unusable: a read fails, a write succeeds with a
/// note.
const fn done(faults: &'static [&'static str], read: Expectation) -> Rule {
    Rule {
        faults,
        read,
        idempotent: expect(Noted, 1),
        once: expect(Noted, 1),
    }
}

static RULES: [Rule; 20] = [
    // The response is unusual but usable.
    always(
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
    // Not received, so it is retried for every effect.
    always(&["refused", "no-tls"], expect(Retryable("network"), ALL)),
    // A retry does not help for a host that does not exist.
    always(&["unknown-name"], expect(Permanent("network"), 1)),
    // Intercom's error, with any status.
    always(&["error-list-200"], expect(Permanent("rejected"), 1)),
    // Not Intercom's response.
    always(
        &["html-400", "html-401", "html-403"],
        expect(Permanent("malformed response"), 1),
    ),
    // Not the response to this request: whether a write took effect is unknown.
    Rule {
        faults: &["html", "other-json", "null-list", "other-type"],
        read: expect(Permanent("malformed response"), 1),
        idempotent: expect(Permanent("outcome unknown"), 1),
        once: expect(Permanent("outcome unknown"), 1),
    },
    always(
        &[
            "429-reset",
            "429-retry-after",
            "429-no-wait",
            "429-past",
            "429-next-year",
        ],
        expect(Success, 2),
    ),
    always(&["429"], expect(Retryable("rate limited"), ALL)),
    // The wait exceeds the budget: the engine gets it in the error.
    always(&["429-long"], expect(Retryable("rate limited"), 1)),
    // Maybe executed.
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
    // Executed, but the response is cut off.
    done(
        &["reset-halfway", "announced-longer", "bad-chunk"],
        expect(Retryable("network"), ALL),
    ),
    done(&["stalled-body"], expect(Retryable("timeout"), ALL)),
    // The first request uses up the action's time.
    done(&["slow-body"], expect(Retryable("timeout"), 1)),
    // An object without a type, whose id is not the requested one. Values that are nested too
    // deep become null.
    Rule {
        faults: &["nested"],
        read: expect(Permanent("malformed response"), 1),
        idempotent: expect(Permanent("outcome unknown"), 1),
        once: expect(Noted, 1),
    },
    // Executed, but the rest of the response is missing.
    done(
        &["empty", "truncated", "announced-shorter"],
        expect(Retryable("malformed response"), 1),
    ),
    // Executed, but the response is malformed. It is complete, so a retry would get the same
    // one.
    done(
        &["gzip", "not-utf-8", "nan"],
        expect(Permanent("malformed response"), 1),
    ),
    done(
        &["long", "long-announced"],
        expect(Permanent("too large"), 1),
    ),
];

pub(super) static EXCEPTIONS: [Exception; 8] = [
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
        actions: &["custom-action"],
        expectation: expect(Success, 1),
        why: "accepts any response body except an HTML page: text that is not JSON becomes a \
              JSON string, an empty body null",
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
            "nan",
        ],
        actions: &["submit-event"],
        expectation: expect(Success, 1),
        why: "has a response without a body",
    },
    Exception {
        faults: &["nested"],
        actions: &["submit-event"],
        expectation: expect(Permanent("outcome unknown"), 1),
        why: "has a response without a body: an object is not Intercom's",
    },
    Exception {
        faults: &["nested"],
        actions: &[
            "upsert-contact",
            "upsert-company",
            "link-company",
            "unlink-company",
            "tag",
            "untag",
        ],
        expectation: expect(Noted, 1),
        why: "does not request an object by id",
    },
    Exception {
        faults: &["nested"],
        actions: &["test-connection"],
        expectation: expect(Noted, 1),
        why: "does not request an object by id: any object with an id is the identity",
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
        actions: &["exchange-code"],
        expectation: expect(Permanent("malformed response"), 1),
        why: "needs the token in its response, and its code is valid once",
    },
    Exception {
        faults: &["same-cursor"],
        actions: &["search-contacts"],
        expectation: expect(Noted, 2),
        why: "stops at a page that it has already read, with a note",
    },
    Exception {
        faults: &["cursor-loop"],
        actions: &["search-contacts"],
        expectation: expect(Noted, 3),
        why: "stops at a page that it has already read, with a note",
    },
];

/// The expected outcome of an action of this effect under a fault; `None` if no
/// rule covers the fault.
pub fn expectation(fault: &str, action: &str, effect: Effect) -> Option<Expectation> {
    match exception(fault, action) {
        Some(exception) => Some(exception.expectation),
        None => by_rule(fault, effect),
    }
}

fn by_rule(fault: &str, effect: Effect) -> Option<Expectation> {
    let rule = RULES.iter().find(|rule| rule.faults.contains(&fault))?;
    Some(match effect {
        Effect::Read => rule.read,
        Effect::WriteIdempotent => rule.idempotent,
        Effect::WriteOnce => rule.once,
    })
}

/// The exception for this action under this fault.
pub(super) fn exception(fault: &str, action: &str) -> Option<&'static Exception> {
    let applies = |one: &&Exception| one.actions.contains(&action) && one.faults.contains(&fault);
    EXCEPTIONS.iter().find(applies)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use intercom_double::faults::{FAULTS, NONE};

    #[test]
    fn one_rule_covers_each_fault() {
        let ruled: Vec<_> = RULES.iter().flat_map(|rule| rule.faults).collect();
        for fault in std::iter::once(&NONE).chain(&FAULTS) {
            let rules = ruled.iter().filter(|ruled| ***ruled == fault.name);
            assert_eq!(rules.count(), 1, "{}", fault.name);
        }
        assert_eq!(
            ruled.len(),
            FAULTS.len() + 1,
            "a rule covers an unknown fault"
        );
    }

    #[tokio::test]
    async fn exceptions_differ_from_the_rules_of_their_actions() {
        let manifest = test_support::manifest().await;
        for exception in &EXCEPTIONS {
            for action in exception.actions {
                let action = manifest.known_action(action).unwrap();
                for fault in exception.faults {
                    let rule = by_rule(fault, action.effect).unwrap();
                    assert_ne!(rule, exception.expectation, "{fault} {}", action.id);
                }
            }
        }
    }
}
