//! The fault matrix: every fault against every action, one call each.

use std::fmt;
use std::sync::Arc;

use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::calls::Call;
use super::expected::{Expectation, expectation};
use super::outcome::Outcome;
use super::runner::{Runner, StartError};
use intercom_double::faults::{Endpoint, FAULTS, Fault, NONE};

/// Calls in flight at once. Most of them wait; more would delay those whose
/// timeout is measured.
const AT_ONCE: usize = 24;

/// The timeouts of calls under faults that end by one. Calls under the others
/// have the defaults, so that a busy machine does not look like a fault.
fn timeouts(fault: &Fault) -> &'static [(&'static str, &'static str)] {
    match fault.name {
        "silence" | "slow-head" | "continue-only" => &[("INTERCOM_FIRST_BYTE_TIMEOUT_MS", "500")],
        "stalled-body" => &[("INTERCOM_BETWEEN_BYTES_TIMEOUT_MS", "500")],
        "slow-body" => &[("INTERCOM_ACTION_TIMEOUT_MS", "3000")],
        _ => &[],
    }
}

/// One fault against one action.
#[derive(Debug)]
pub struct Cell {
    /// The fault.
    pub fault: &'static Fault,
    /// The action's call.
    pub call: Arc<Call>,
    /// The expected outcome; `None` if no rule covers the fault.
    pub expected: Option<Expectation>,
    /// The outcome.
    pub outcome: Outcome,
}

impl Cell {
    /// The differences from the expected outcome, and violations of general rules, one line
    /// each.
    pub fn violations(&self) -> Vec<String> {
        let Some(expected) = self.expected else {
            return vec!["no rule covers the fault".to_owned()];
        };
        let Outcome {
            verdict,
            sent,
            seen,
            ..
        } = &self.outcome;
        let arrived = match self.fault.endpoint {
            Endpoint::Server => expected.requests,
            Endpoint::ClosedPort | Endpoint::UnknownHost | Endpoint::NoTls => 0,
        };
        let mut violations = Vec::new();
        match verdict {
            Ok(verdict) if *verdict == expected.verdict => {}
            Ok(verdict) => {
                violations.push(format!("expected {}, found {verdict}", expected.verdict))
            }
            // One of the outcome's violations.
            Err(_) => {}
        }
        for (what, expected, found) in [
            ("requests sent", expected.requests, *sent),
            ("requests seen by the server", arrived, seen.arrived),
        ] {
            if expected != found {
                violations.push(format!("expected {expected} {what}, found {found}"));
            }
        }
        violations.extend(self.outcome.violations(self.call.effect));
        violations
    }

    /// Whether the call has the expected outcome.
    pub fn passed(&self) -> bool {
        self.violations().is_empty()
    }

    /// The violations, and the call's message.
    pub fn report(&self) -> String {
        let mut lines = vec![format!("{} {}", self.fault.name, self.call.action)];
        lines.extend(self.violations().iter().map(|line| format!("  {line}")));
        lines.extend(
            self.outcome
                .message
                .lines()
                .map(|line| format!("    {line}")),
        );
        lines.join("\n")
    }
}

impl fmt::Display for Cell {
    /// The outcome, such as `network ×3`, with a mark if it is not the expected one.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mark = if self.passed() { "" } else { "FAILED " };
        match self.outcome.verdict {
            Ok(verdict) => {
                let requests = self.outcome.sent;
                write!(f, "{mark}{}", Expectation { verdict, requests })
            }
            Err(_) => f.write_str("FAILED"),
        }
    }
}

/// The faults whose name contains this text; `none` comes first.
pub fn faults(pattern: &str) -> Vec<&'static Fault> {
    let all = std::iter::once(&NONE).chain(&FAULTS);
    all.filter(|fault| fault.name.contains(pattern)).collect()
}

/// Runs every call under every fault: a row of cells for each fault, in the order
/// of the calls.
///
/// # Errors
///
/// When the network cannot be set up.
pub async fn matrix(
    runner: &Arc<Runner>,
    calls: &[Arc<Call>],
    faults: &[&'static Fault],
) -> Result<Vec<Vec<Cell>>, StartError> {
    let room = Arc::new(Semaphore::new(AT_ONCE));
    let mut running = JoinSet::new();
    let pairs = faults
        .iter()
        .flat_map(|fault| calls.iter().map(move |call| (*fault, Arc::clone(call))));
    for (number, (fault, call)) in pairs.enumerate() {
        let (runner, room) = (Arc::clone(runner), Arc::clone(&room));
        running.spawn(async move {
            let _permit = room.acquire_owned().await;
            cell(&runner, fault, call, number as u64)
                .await
                .map(|cell| (number, cell))
        });
    }
    let mut cells = Vec::new();
    while let Some(joined) = running.join_next().await {
        cells.push(joined??);
    }
    cells.sort_by_key(|(number, _)| *number);
    let mut cells = cells.into_iter().map(|(_, cell)| cell);
    let rows = faults
        .iter()
        .map(|_| cells.by_ref().take(calls.len()).collect());
    Ok(rows.collect())
}

/// Runs a cell with its own connections, so that cells do not affect each other.
async fn cell(
    runner: &Runner,
    fault: &'static Fault,
    call: Arc<Call>,
    number: u64,
) -> Result<Cell, StartError> {
    let network = runner.network()?;
    let outcome = runner
        .run(&network, &call, fault, number, timeouts(fault))
        .await;
    Ok(Cell {
        fault,
        expected: expectation(fault.name, &call.action, call.effect),
        call,
        outcome,
    })
}
