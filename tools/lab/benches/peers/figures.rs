//! The figures of one run.

use lab::load::{Figures, Work};
use serde::{Deserialize, Serialize};

use crate::machine::Machine;

/// A client that makes the calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    Bare,
    Native,
    MinimalReused,
    MinimalFresh,
    Reused,
    Fresh,
    Fetch,
    Sdk,
    NoSocketReused,
    NoSocketFresh,
}

impl Kind {
    /// The kinds that are compared, fewest layers first.
    pub const COMPARED: [Self; 8] = [
        Self::Bare,
        Self::Native,
        Self::MinimalReused,
        Self::MinimalFresh,
        Self::Reused,
        Self::Fresh,
        Self::Fetch,
        Self::Sdk,
    ];

    /// The kinds whose start is measured.
    pub const STARTED: [Self; 7] = [
        Self::Bare,
        Self::Native,
        Self::MinimalFresh,
        Self::NoSocketFresh,
        Self::Fresh,
        Self::Fetch,
        Self::Sdk,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Self::Bare => "bare HTTP client (hyper)",
            Self::Native => "native core over it",
            Self::MinimalReused => "minimal component, sandbox reused",
            Self::MinimalFresh => "minimal component, sandbox per call",
            Self::Reused => "component, sandbox reused",
            Self::Fresh => "component, sandbox per call",
            Self::Fetch => "Node.js: fetch alone",
            Self::Sdk => "Node.js: official SDK",
            Self::NoSocketReused => "component without a socket, sandbox reused",
            Self::NoSocketFresh => "component without a socket, sandbox per call",
        }
    }
}

/// The figures of one child process.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Run {
    pub kind: Kind,
    pub figures: Figures,
}

/// The figures of one run.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct All {
    pub machine: Machine,
    pub component_bytes: u64,
    /// Of the minimal component.
    pub minimal_bytes: u64,
    /// Duration of each measurement in a round, in ms.
    pub time_ms: u64,
    pub rounds: usize,
    /// All works, at one call and at [`MANY`] in flight, in each round.
    pub runs: Vec<Run>,
    /// One work, one call at a time, client and server on one core.
    pub one_core: Vec<Run>,
    /// One work at increasing numbers of calls in flight.
    pub curve: Vec<Run>,
    /// The starts of each kind.
    pub starts: Vec<(Kind, Vec<Start>)>,
    /// The searches that cost most, and the manifest.
    #[serde(default)]
    pub extremes: Vec<Cost>,
}

/// The time to the first response, in ms.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Start {
    /// From the start of the process.
    pub process: f64,
    /// From the start of wasmtime's engine, if there is one.
    pub engine: Option<f64>,
}

/// What an extreme costs: the medians of one call.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Cost {
    pub name: String,
    /// In a reused sandbox, in µs. Nothing for the manifest, which has no use for one.
    pub reused: Option<f64>,
    /// In a sandbox per call, in µs.
    pub fresh: Option<f64>,
}

/// The name of the manifest among the costs.
pub const MANIFEST: &str = "manifest";

/// The number of calls in flight of the comparison, besides one.
pub const MANY: usize = 64;

/// The work of the detailed tables.
pub const WORK: Work = Work::GetContactById;

/// Calls per second.
pub fn rate(figures: &Figures) -> Option<f64> {
    Some(figures.rate)
}

/// CPU time of a call, in µs.
pub fn cpu(figures: &Figures) -> Option<f64> {
    figures.cpu_us
}

/// How many times as much one figure is as another.
pub fn ratio(one: f64, other: f64) -> f64 {
    one / other
}

/// A figure in a table; a dash if there is none.
pub fn shown(figure: Option<f64>, digits: usize) -> String {
    figure.map_or("–".to_owned(), |figure| format!("{figure:.digits$}"))
}

impl All {
    /// The median over the rounds of one figure of these runs.
    pub fn median(
        &self,
        kind: Kind,
        work: Work,
        in_flight: usize,
        figure: impl Fn(&Figures) -> Option<f64>,
    ) -> Option<f64> {
        median(self.of(kind, work, in_flight, figure))
    }

    /// The median over the rounds of `compare` of two kinds' figures. Those of one
    /// round were measured within seconds, so other load affects both alike.
    pub fn compared(
        &self,
        [one, other]: [Kind; 2],
        work: Work,
        in_flight: usize,
        figure: impl Fn(&Figures) -> Option<f64>,
        compare: impl Fn(f64, f64) -> f64,
    ) -> Option<f64> {
        let one = self.of(one, work, in_flight, &figure);
        let other = self.of(other, work, in_flight, &figure);
        median(pairs(one, other, compare))
    }

    /// The same, with client and server on one core.
    pub fn compared_on_one_core(
        &self,
        [one, other]: [Kind; 2],
        figure: impl Fn(&Figures) -> Option<f64>,
        compare: impl Fn(f64, f64) -> f64,
    ) -> Option<f64> {
        let of = |kind| figures(self.one_core.iter().filter(|run| run.kind == kind), &figure);
        median(pairs(of(one), of(other), compare))
    }

    /// The minimum and maximum over the rounds.
    pub fn spread(
        &self,
        kind: Kind,
        work: Work,
        in_flight: usize,
        figure: impl Fn(&Figures) -> Option<f64>,
    ) -> Option<(f64, f64)> {
        let found = self.of(kind, work, in_flight, figure);
        let minimum = found.iter().copied().reduce(f64::min)?;
        Some((minimum, found.into_iter().reduce(f64::max)?))
    }

    fn of(
        &self,
        kind: Kind,
        work: Work,
        in_flight: usize,
        figure: impl Fn(&Figures) -> Option<f64>,
    ) -> Vec<f64> {
        let runs = self.runs.iter().filter(|run| {
            run.kind == kind && run.figures.work == work && run.figures.in_flight == in_flight
        });
        figures(runs, figure)
    }

    /// The median start of a kind, in ms.
    pub fn start(&self, kind: Kind, from: impl Fn(&Start) -> Option<f64>) -> Option<f64> {
        let (_, starts) = self.starts.iter().find(|(of, _)| *of == kind)?;
        median(starts.iter().filter_map(from).collect())
    }

    /// The median over the rounds of one figure of a kind, with client and server on
    /// one core.
    pub fn on_one_core(&self, kind: Kind, figure: impl Fn(&Figures) -> Option<f64>) -> Option<f64> {
        let runs = self.one_core.iter().filter(|run| run.kind == kind);
        median(figures(runs, figure))
    }

    /// What an extreme of this name costs, in µs.
    pub fn extreme(&self, name: &str, figure: impl Fn(&Cost) -> Option<f64>) -> Option<f64> {
        let mut costs = self.extremes.iter();
        costs.find(|cost| cost.name == name).and_then(figure)
    }

    pub fn failures(&self) -> u64 {
        let runs = self.runs.iter().chain(&self.one_core).chain(&self.curve);
        runs.map(|run| run.figures.failures).sum()
    }
}

fn figures<'a>(
    runs: impl Iterator<Item = &'a Run>,
    figure: impl Fn(&Figures) -> Option<f64>,
) -> Vec<f64> {
    runs.filter_map(|run| figure(&run.figures)).collect()
}

/// `compare` of the figures, round by round.
fn pairs(one: Vec<f64>, other: Vec<f64>, compare: impl Fn(f64, f64) -> f64) -> Vec<f64> {
    let pairs = one.into_iter().zip(other);
    pairs.map(|(one, other)| compare(one, other)).collect()
}

/// The median: the middle value, or the mean of the middle two.
pub fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let middle = values.len().checked_sub(1)?;
    Some((values[middle / 2] + values[middle.div_ceil(2)]) / 2.0)
}
