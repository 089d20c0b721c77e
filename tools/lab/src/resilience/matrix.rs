//! The fault matrix: every fault against every action, one call each.

use std::fmt;
use std::sync::Arc;

use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::calls::{CALLS, Call};
use super::expected::{Expectation, expectation};
use super::runner::{Ended, Runner, StartError};
use connector_host::manifest::Effect;
use intercom_double::faults::{Endpoint, FAULTS, Fault, NONE};

/// Calls under way at once. Most of them wait; more would make those compute
/// late that a time-out is measured for.
const AT_ONCE: usize = 24;

/// The time-outs of calls under faults that end by one. Calls under the others
/// have the defaults, so that a busy machine is not taken for a fault.
fn time_outs(fault: &Fault) -> &'static [(&'static str, &'static str)] {
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
    /// The action's id.
    pub action: &'static str,
    /// What the action does; none where the component has no such action.
    pub effect: Option<Effect>,
    /// What is expected of it.
    pub expected: Option<Expectation>,
    /// What came of it.
    pub ended: Ended,
}

impl Cell {
    /// What does not hold, a line each; nothing where all does.
    pub fn broken(&self) -> Vec<String> {
        let Some(expected) = self.expected else {
            return vec!["nothing is expected of it".to_owned()];
        };
        let Ended {
            verdict,
            sent,
            seen,
            ..
        } = &self.ended;
        let arrived = match self.fault.endpoint {
            Endpoint::Server => expected.requests,
            Endpoint::ClosedPort | Endpoint::UnknownHost | Endpoint::NoTls => 0,
        };
        let mut broken = Vec::new();
        match verdict {
            Ok(verdict) if *verdict == expected.verdict => {}
            Ok(verdict) => broken.push(format!("expected {}, found {verdict}", expected.verdict)),
            // Told below.
            Err(_) => {}
        }
        for (what, expected, found) in [
            ("requests sent", expected.requests, *sent),
            ("requests seen by the server", arrived, seen.arrived),
        ] {
            if expected != found {
                broken.push(format!("expected {expected} {what}, found {found}"));
            }
        }
        broken.extend(self.ended.broken(self.effect));
        broken
    }

    /// Whether everything holds.
    pub fn holds(&self) -> bool {
        self.broken().is_empty()
    }

    /// What does not hold, and what the call told.
    pub fn report(&self) -> String {
        let mut lines = vec![format!("{} {}", self.fault.name, self.action)];
        lines.extend(self.broken().iter().map(|broken| format!("  {broken}")));
        lines.extend(self.ended.told.lines().map(|line| format!("    {line}")));
        lines.join("\n")
    }
}

impl fmt::Display for Cell {
    /// What was found, such as `network ×3`, with a mark where it does not hold.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mark = if self.holds() { "" } else { "FAILED " };
        match self.ended.verdict {
            Ok(verdict) => {
                let requests = self.ended.sent;
                write!(f, "{mark}{}", Expectation { verdict, requests })
            }
            Err(_) => f.write_str("FAILED"),
        }
    }
}

/// The faults whose name holds this text, with the row of no fault first.
pub fn faults(pattern: &str) -> Vec<&'static Fault> {
    let all = std::iter::once(&NONE).chain(&FAULTS);
    all.filter(|fault| fault.name.contains(pattern)).collect()
}

/// Runs these faults against every action: rows of cells, in the order of
/// faults and [`CALLS`].
///
/// # Errors
///
/// When the way out cannot be made.
pub async fn matrix(
    runner: &Arc<Runner>,
    faults: &[&'static Fault],
) -> Result<Vec<Vec<Cell>>, StartError> {
    let room = Arc::new(Semaphore::new(AT_ONCE));
    let mut running = JoinSet::new();
    let calls = faults
        .iter()
        .flat_map(|fault| CALLS.iter().map(move |call| (*fault, call)));
    for (number, (fault, call)) in calls.enumerate() {
        let (runner, room) = (Arc::clone(runner), Arc::clone(&room));
        running.spawn(async move {
            let _place = room.acquire_owned().await;
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
        .map(|_| cells.by_ref().take(CALLS.len()).collect());
    Ok(rows.collect())
}

/// Runs a cell with connections of its own: what another left behind can't
/// change what comes of it.
async fn cell(
    runner: &Runner,
    fault: &'static Fault,
    call: &'static Call,
    number: u64,
) -> Result<Cell, StartError> {
    let effect = runner.effect(call);
    let network = runner.network()?;
    let ended = runner
        .run(&network, call, fault, number, time_outs(fault))
        .await;
    Ok(Cell {
        fault,
        action: call.action,
        effect,
        expected: effect.and_then(|effect| expectation(fault.name, call.action, effect)),
        ended,
    })
}
