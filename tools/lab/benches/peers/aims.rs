//! The aims of the page: what is wanted, what was found, and whether that is met.

use std::fmt::Write as _;

use lab::load::Work;

use crate::figures::{All, Kind, MANIFEST, MANY, WORK, cpu, rate, ratio, shown};

/// An aim: an upper or lower limit for a figure.
struct Aim {
    what: String,
    unit: &'static str,
    /// The connector's figure.
    found: Option<f64>,
    /// The minimal component's figure, where it is one of the minimal component, too.
    minimal: Option<f64>,
    at_most: bool,
    limit: f64,
}

/// Each way to use a sandbox: of the connector, and of the minimal component.
const WAYS: [(&str, Kind, Kind); 2] = [
    ("sandbox reused", Kind::Reused, Kind::MinimalReused),
    ("sandbox per call", Kind::Fresh, Kind::MinimalFresh),
];

pub fn aims(all: &All) -> String {
    let mut aims = Vec::new();
    for (work, limits) in [
        (Work::SearchContacts, [7.0, 6.0]),
        (Work::GetContactById, [25.0, 15.0]),
    ] {
        let by = |kind| all.compared([kind, Kind::Sdk], work, MANY, rate, ratio);
        for ((way, kind, minimal), limit) in WAYS.into_iter().zip(limits) {
            aims.push(Aim {
                what: format!("`{}`, {way}, rate by the SDK's", work.action()),
                unit: "×",
                found: by(kind),
                minimal: by(minimal),
                at_most: false,
                limit,
            });
        }
    }
    aims.extend(cpu_aims(all));
    aims.extend(extreme_aims(all));
    let mut text =
        "| Aim | wanted | found | | minimal component |\n|---|---:|---:|---|---:|\n".to_owned();
    for aim in aims {
        writeln!(text, "{}", aim.row()).unwrap();
    }
    text
}

/// CPU time by the minimal component's.
fn cpu_aims(all: &All) -> Vec<Aim> {
    let mut aims = Vec::new();
    let mut push = |what: String, found, limit| {
        aims.push(Aim {
            what: format!("{what}, CPU by the minimal component's"),
            unit: "×",
            found,
            minimal: None,
            at_most: true,
            limit,
        });
    };
    let search = [Kind::Reused, Kind::MinimalReused];
    let search = all.compared(search, Work::SearchContacts, MANY, cpu, ratio);
    push("`search-contacts`, sandbox reused".to_owned(), search, 3.0);
    for ((way, kind, minimal), limit) in WAYS.into_iter().zip([1.5, 1.25]) {
        let found = all.compared_on_one_core([kind, minimal], cpu, ratio);
        let what = format!("`{}` on one core, {way}", WORK.action());
        push(what, found, limit);
    }
    aims
}

/// The searches that cost most, and the manifest.
fn extreme_aims(all: &All) -> Vec<Aim> {
    let aim = |what, found, limit| Aim {
        what,
        unit: "µs",
        found,
        minimal: None,
        at_most: true,
        limit,
    };
    let mut aims = Vec::new();
    for (name, reused, fresh) in [
        ("page of 150 contacts", 600.0, 900.0),
        ("formula of 15×15 filters", 800.0, 1000.0),
    ] {
        let found = all.extreme(name, |cost| cost.reused);
        aims.push(aim(format!("{name}, sandbox reused"), found, reused));
        let found = all.extreme(name, |cost| cost.fresh);
        aims.push(aim(format!("{name}, sandbox per call"), found, fresh));
    }
    let found = all.extreme(MANIFEST, |cost| cost.fresh);
    aims.push(aim(MANIFEST.to_owned(), found, 60.0));
    aims
}

impl Aim {
    fn row(&self) -> String {
        let is_met = self.found.is_some_and(|found| match self.at_most {
            true => found <= self.limit,
            false => found >= self.limit,
        });
        let digits = if self.unit == "×" { 2 } else { 0 };
        let with_unit = |figure: Option<f64>| match figure {
            Some(_) => format!("{} {}", shown(figure, digits), self.unit),
            None => shown(None, 0),
        };
        format!(
            "| {} | {} {} {} | {} | {} | {} |",
            self.what,
            if self.at_most { "at most" } else { "at least" },
            self.limit,
            self.unit,
            with_unit(self.found),
            if is_met { "met" } else { "**not met**" },
            with_unit(self.minimal),
        )
    }
}
