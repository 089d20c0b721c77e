//! The measurements of a soak, and the violations of its guarantees.

use std::collections::BTreeMap;
use std::fmt;

use super::calls::Call;
use super::outcome::{Outcome, Verdict};
use super::plan::Plan;
use intercom_double::faults::{Fault, NONE};

/// Maximum number of violations shown of each kind.
const SHOWN: usize = 10;

/// How much resident memory may grow after the warm-up, in bytes. The allocator
/// keeps some; a leak of a few KB per call exceeds it within a minute.
const MAX_MEMORY_GROWTH: u64 = 64 << 20;

/// The outcomes of calls.
#[derive(Debug, Clone, Default)]
pub struct Tally {
    /// The number of calls.
    pub calls: u64,
    /// Requests sent by the sandboxes.
    pub requests: u64,
    /// Calls by verdict.
    pub verdicts: BTreeMap<Verdict, u64>,
    /// Calls by fault.
    pub faults: BTreeMap<&'static str, u64>,
    /// Violations of single calls.
    pub violations: Vec<String>,
}

/// Resident memory, in bytes.
#[derive(Debug, Clone, Copy, Default)]
pub struct Memory {
    /// After a quarter of the time.
    pub warm: Option<u64>,
    /// At its peak.
    pub peak: Option<u64>,
    /// At the end.
    pub end: Option<u64>,
}

/// The figures of a soak.
#[derive(Debug, Clone)]
pub struct Figures {
    /// How it was run.
    pub plan: Plan,
    /// The outcomes of calls.
    pub tally: Tally,
    /// The calls whose write the server received more than once.
    pub duplicated_writes: Vec<String>,
    /// Memory of the process.
    pub memory: Memory,
    /// Open descriptors, before and after.
    pub descriptors: Option<(u64, u64)>,
    /// The number of sandboxes that could be created at the end.
    pub sandboxes: usize,
    /// The engine's capacity.
    pub capacity: usize,
}

impl Tally {
    /// Adds a call.
    pub(super) fn add(&mut self, call: &Call, fault: &Fault, outcome: &Outcome) {
        self.calls += 1;
        self.requests += outcome.sent;
        *self.faults.entry(fault.name).or_default() += 1;
        if let Ok(verdict) = outcome.verdict {
            *self.verdicts.entry(verdict).or_default() += 1;
        }
        let violations = outcome.violations(call.effect).into_iter();
        let named = |what| format!("{} under {}: {what}", call.action, fault.name);
        self.violations.extend(violations.map(named));
    }
}

impl Figures {
    /// The violated guarantees, one line each.
    pub fn violations(&self) -> Vec<String> {
        let mut violations = shown(&self.tally.violations);
        let doubled = |write| format!("received twice: {write}");
        violations.extend(shown(&self.duplicated_writes).into_iter().map(doubled));
        if self.tally.calls == 0 {
            violations.push("no call was made".to_owned());
        }
        if self.sandboxes != self.capacity {
            violations.push(format!(
                "{} of {} sandboxes could be created at the end",
                self.sandboxes, self.capacity
            ));
        }
        if let Some((before, after)) = self.descriptors
            && after > before
        {
            violations.push(format!(
                "{after} descriptors are open, {before} were before"
            ));
        }
        if let Some((warm, end)) = self.memory.warm.zip(self.memory.end)
            && end > warm + MAX_MEMORY_GROWTH
        {
            violations.push(format!(
                "memory grew from {} to {}",
                mebibytes(Some(warm)),
                mebibytes(Some(end))
            ));
        }
        violations
    }
}

/// The first lines of many.
fn shown(lines: &[String]) -> Vec<String> {
    let mut shown: Vec<_> = lines.iter().take(SHOWN).cloned().collect();
    if lines.len() > SHOWN {
        shown.push(format!("… and {} more", lines.len() - SHOWN));
    }
    shown
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            plan,
            tally,
            memory,
            ..
        } = self;
        let rate = tally.calls as f64 / plan.time.as_secs_f64();
        writeln!(
            f,
            "{} calls in {:?}, {} in flight ({rate:.0} per second), {} requests; seed {}",
            tally.calls, plan.time, plan.in_flight, tally.requests, plan.seed
        )?;
        writeln!(
            f,
            "the server was killed halfway, and restarted after {:?}",
            plan.downtime()
        )?;
        writeln!(f, "\noutcomes")?;
        for (verdict, times) in &tally.verdicts {
            writeln!(f, "  {times:>7}  {verdict}")?;
        }
        let none = tally.faults.get(NONE.name).copied().unwrap_or_default();
        writeln!(f, "\nfaults: {}", tally.calls - none)?;
        for (fault, times) in &tally.faults {
            writeln!(f, "  {times:>7}  {fault}")?;
        }
        writeln!(
            f,
            "\nmemory       {} after a quarter of the time, peak {}, {} at the end",
            mebibytes(memory.warm),
            mebibytes(memory.peak),
            mebibytes(memory.end)
        )?;
        match self.descriptors {
            Some((before, after)) => writeln!(f, "descriptors  {before} before, {after} after")?,
            None => writeln!(f, "descriptors  unknown on this system")?,
        }
        writeln!(
            f,
            "sandboxes    {} of {} could be created at the end",
            self.sandboxes, self.capacity
        )?;
        writeln!(f, "duplicates   {}", self.duplicated_writes.len())?;
        let violations = self.violations();
        write!(f, "violations   {}", violations.len())?;
        for violation in violations {
            write!(f, "\n  {violation}")?;
        }
        Ok(())
    }
}

fn mebibytes(bytes: Option<u64>) -> String {
    match bytes {
        Some(bytes) => format!("{} MiB", bytes >> 20),
        None => "unknown".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    const MIB: u64 = 1 << 20;

    fn fine() -> Figures {
        Figures {
            plan: Plan {
                time: Duration::from_secs(60),
                in_flight: 1,
                seed: 1,
            },
            tally: Tally {
                calls: 7,
                ..Tally::default()
            },
            duplicated_writes: Vec::new(),
            memory: Memory {
                warm: Some(100 * MIB),
                peak: Some(900 * MIB),
                end: Some(110 * MIB),
            },
            descriptors: Some((12, 11)),
            sandboxes: 128,
            capacity: 128,
        }
    }

    #[test]
    fn each_violation_is_shown() {
        assert_eq!(fine().violations(), Vec::<String>::new());
        type Spoil = fn(&mut Figures);
        let cases: [(&str, Spoil); 6] = [
            ("no call was made", |figures| figures.tally.calls = 0),
            ("send-message under 503: x", |figures| {
                figures.tally.violations = vec!["send-message under 503: x".to_owned()];
            }),
            ("received twice: POST /messages", |figures| {
                figures.duplicated_writes = vec!["POST /messages".to_owned()];
            }),
            ("memory grew from 100 MiB to 165 MiB", |figures| {
                figures.memory.end = Some(165 * MIB);
            }),
            ("13 descriptors are open, 12 were before", |figures| {
                figures.descriptors = Some((12, 13));
            }),
            (
                "127 of 128 sandboxes could be created at the end",
                |figures| {
                    figures.sandboxes = 127;
                },
            ),
        ];
        for (violation, spoil) in cases {
            let mut figures = fine();
            spoil(&mut figures);
            assert_eq!(figures.violations(), [violation]);
            assert!(figures.to_string().contains(violation), "{figures}");
        }
    }

    #[test]
    fn many_lines_are_cut_short() {
        let lines: Vec<_> = (0..25).map(|line| line.to_string()).collect();
        let shown = shown(&lines);
        assert_eq!(shown.len(), 11);
        assert_eq!(shown.last().map(String::as_str), Some("… and 15 more"));
    }
}
