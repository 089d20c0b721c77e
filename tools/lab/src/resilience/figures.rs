//! What a soak has found, and what of it must not be.

use std::collections::BTreeMap;
use std::fmt;

use super::calls::Call;
use super::runner::{Ended, Verdict};
use super::soak::Plan;
use connector_host::manifest::Effect;
use intercom_double::faults::{Fault, NONE};

/// How many things of one kind that must not be are shown.
const SHOWN: usize = 10;

/// How much more memory may be held at the end than once everything has been in
/// use for a while, in bytes. The allocator keeps some; a leak of a few KB a
/// call is more than that within a minute.
const MEMORY_MAY_GROW: u64 = 64 << 20;

/// What calls came to.
#[derive(Debug, Clone, Default)]
pub struct Tally {
    /// All of them.
    pub calls: u64,
    /// Requests that left the sandboxes.
    pub requests: u64,
    /// By how they ended.
    pub verdicts: BTreeMap<Verdict, u64>,
    /// By the fault that they met.
    pub faults: BTreeMap<&'static str, u64>,
    /// What must not be, of single calls.
    pub broken: Vec<String>,
}

/// Resident memory, in bytes.
#[derive(Debug, Clone, Copy, Default)]
pub struct Memory {
    /// After a quarter of the time.
    pub warm: Option<u64>,
    /// The most that was seen.
    pub peak: Option<u64>,
    /// When all was over.
    pub end: Option<u64>,
}

/// What a soak has found.
#[derive(Debug, Clone)]
pub struct Figures {
    /// How it was run.
    pub plan: Plan,
    /// What calls came to.
    pub tally: Tally,
    /// The writes that the server received twice.
    pub duplicated_writes: Vec<String>,
    /// Memory of the process.
    pub memory: Memory,
    /// Open descriptors, before and after.
    pub descriptors: Option<(u64, u64)>,
    /// How many sandboxes could be made at once in the end.
    pub sandboxes: usize,
    /// How many there is room for.
    pub capacity: usize,
}

impl Tally {
    /// Takes note of a call.
    pub(super) fn add(
        &mut self,
        call: &Call,
        fault: &Fault,
        effect: Option<Effect>,
        ended: &Ended,
    ) {
        self.calls += 1;
        self.requests += ended.sent;
        *self.faults.entry(fault.name).or_default() += 1;
        if let Ok(verdict) = ended.verdict {
            *self.verdicts.entry(verdict).or_default() += 1;
        }
        let broken = ended.broken(effect).into_iter();
        let name = |what| format!("{} under {}: {what}", call.action, fault.name);
        self.broken.extend(broken.map(name));
    }
}

impl Figures {
    /// What must not be, a line each; nothing where all went well.
    pub fn broken(&self) -> Vec<String> {
        let mut broken = shown(&self.tally.broken);
        let doubled = |write| format!("received twice: {write}");
        broken.extend(shown(&self.duplicated_writes).into_iter().map(doubled));
        if self.tally.calls == 0 {
            broken.push("no call was made".to_owned());
        }
        if self.sandboxes != self.capacity {
            broken.push(format!(
                "{} of {} sandboxes could be made in the end",
                self.sandboxes, self.capacity
            ));
        }
        if let Some((before, after)) = self.descriptors
            && after > before
        {
            broken.push(format!(
                "{after} descriptors are open, {before} were before"
            ));
        }
        if let Some((warm, end)) = self.memory.warm.zip(self.memory.end)
            && end > warm + MEMORY_MAY_GROW
        {
            broken.push(format!(
                "memory grew from {} to {}",
                mebibytes(Some(warm)),
                mebibytes(Some(end))
            ));
        }
        broken
    }
}

/// The first of many lines.
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
            "{} calls in {:?}, {} at once ({rate:.0} a second), {} requests; seed {}",
            tally.calls, plan.time, plan.in_flight, tally.requests, plan.seed
        )?;
        writeln!(
            f,
            "the server was killed in the middle, and back after {:?}",
            plan.away()
        )?;
        writeln!(f, "\nended")?;
        for (verdict, times) in &tally.verdicts {
            writeln!(f, "  {times:>7}  {verdict}")?;
        }
        let none = tally.faults.get(NONE.name).copied().unwrap_or_default();
        writeln!(f, "\nmet {} faults", tally.calls - none)?;
        for (fault, times) in &tally.faults {
            writeln!(f, "  {times:>7}  {fault}")?;
        }
        writeln!(
            f,
            "\nmemory       {} after a quarter of the time, {} at most, {} at the end",
            mebibytes(memory.warm),
            mebibytes(memory.peak),
            mebibytes(memory.end)
        )?;
        match self.descriptors {
            Some((before, after)) => writeln!(f, "descriptors  {before} before, {after} after")?,
            None => writeln!(f, "descriptors  not told by this system")?,
        }
        writeln!(
            f,
            "sandboxes    {} of {} to be had",
            self.sandboxes, self.capacity
        )?;
        writeln!(f, "duplicates   {}", self.duplicated_writes.len())?;
        write!(f, "broken       {}", self.broken().len())?;
        for broken in self.broken() {
            write!(f, "\n  {broken}")?;
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
    fn each_thing_that_must_not_be_is_told() {
        assert_eq!(fine().broken(), Vec::<String>::new());
        type Spoil = fn(&mut Figures);
        let cases: [(&str, Spoil); 6] = [
            ("no call was made", |figures| figures.tally.calls = 0),
            ("send-message under 503: x", |figures| {
                figures.tally.broken = vec!["send-message under 503: x".to_owned()];
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
            ("127 of 128 sandboxes could be made in the end", |figures| {
                figures.sandboxes = 127;
            }),
        ];
        for (told, spoil) in cases {
            let mut figures = fine();
            spoil(&mut figures);
            assert_eq!(figures.broken(), [told]);
            assert!(figures.to_string().contains(told), "{figures}");
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
