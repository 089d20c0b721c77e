//! What a soak has found, and what of it must not be.

use std::collections::BTreeMap;
use std::fmt;

use super::calls::Call;
use super::runner::{Ended, Verdict};
use super::soak::Plan;
use crate::doubles::faults::Fault;
use crate::host::manifest::Effect;

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
        writeln!(f, "\nended")?;
        for (verdict, times) in &tally.verdicts {
            writeln!(f, "  {times:>7}  {verdict}")?;
        }
        writeln!(f, "\nmet")?;
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
