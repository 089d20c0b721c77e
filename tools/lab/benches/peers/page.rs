//! The tables of the page, each between two comments with its name.

use std::fmt::Write as _;
use std::path::Path;

use lab::load::{Figures, Work};

use crate::aims::aims;
use crate::figures::{All, Kind, MANY, Start, WORK, cpu, rate, ratio, shown};

/// Replaces the tables of a page.
pub fn update(all: &All, path: &Path) -> Result<(), String> {
    let failed = |what: &str, error: &dyn std::fmt::Display| {
        format!("could not {what} {}: {error}", path.display())
    };
    let mut page = std::fs::read_to_string(path).map_err(|error| failed("read", &error))?;
    for (name, table) in [
        ("machine", wrapped(&machine(all))),
        ("headline", wrapped(&headline(all))),
        ("calls", calls(all)),
        ("one-core", one_core(all)),
        ("layers", layers(all)),
        ("processes", processes(all)),
        ("aims", aims(all)),
    ] {
        page = replaced(&page, name, &table).map_err(|error| failed("update", &error))?;
    }
    std::fs::write(path, page).map_err(|error| failed("write", &error))
}

/// The page with the text between the comments of this name replaced.
fn replaced(page: &str, name: &str, text: &str) -> Result<String, String> {
    let (start, end) = (format!("<!-- {name} -->\n"), format!("<!-- /{name} -->"));
    let parts = page.split_once(&start).and_then(|(before, rest)| {
        let (_, after) = rest.split_once(&end)?;
        Some((before, after))
    });
    let (before, after) = parts.ok_or_else(|| format!("{start:?} or {end:?} is missing"))?;
    Ok(format!("{before}{start}{}\n{end}{after}", text.trim_end()))
}

/// Wraps lines as in the rest of the page.
fn wrapped(text: &str) -> String {
    let (mut lines, mut length) = (String::new(), 0);
    for word in text.split(' ') {
        let word_length = word.chars().count();
        if length + 1 + word_length > 80 {
            lines.push('\n');
            length = 0;
        } else if length > 0 {
            lines.push(' ');
            length += 1;
        }
        lines.push_str(word);
        length += word_length;
    }
    lines
}

fn latency(figures: &Figures) -> Option<f64> {
    Some(figures.latency_us[0])
}

fn resident(figures: &Figures) -> Option<f64> {
    Some(figures.resident_bytes? as f64)
}

fn difference(one: f64, other: f64) -> f64 {
    one - other
}

/// The highest load of an idle machine: a build that has just ended leaves that
/// much.
const QUIET: f64 = 1.0;

/// With fewer rounds, the spread is unknown.
const ROUNDS: usize = 3;

fn machine(all: &All) -> String {
    let machine = &all.machine;
    let load: f64 = machine.load.parse().unwrap_or(f64::INFINITY);
    let warning = match load > QUIET || all.rounds < ROUNDS {
        true => " **The machine was busy or the run short: these figures are only an example.**",
        false => "",
    };
    format!(
        "{} ({} cores, {} GiB), {}; {}, Node.js {}, `intercom-client` {}; {}, load {} at the start. \
         {} rounds of {} ms for each figure; no call failed.{warning}",
        machine.processor,
        machine.cores,
        machine.memory_gib,
        machine.kernel,
        machine.rust,
        machine.node,
        machine.sdk,
        machine.date,
        machine.load,
        all.rounds,
        all.time_ms,
    )
}

fn headline(all: &All) -> String {
    let added = |kind| all.compared([kind, Kind::Bare], WORK, 1, latency, difference);
    let times = all.compared([Kind::Fresh, Kind::Sdk], WORK, MANY, rate, ratio);
    let sdk = added(Kind::Sdk);
    format!(
        "A call in a fresh sandbox takes **{} µs** longer than the same request with a bare HTTP \
         client, in a reused sandbox **{} µs**, with the official Node.js SDK {} µs. On one core, with {MANY} calls in flight, fresh sandboxes make **{} times** as many \
         calls per second as the SDK.",
        shown(added(Kind::Fresh), 0),
        shown(added(Kind::Reused), 0),
        shown(sdk, 0),
        shown(times, 1),
    )
}

fn calls(all: &All) -> String {
    let mut text = String::new();
    for work in Work::ALL {
        writeln!(
            text,
            "\n`{}`\n\n\
             | | one at a time: µs per call | CPU, µs | {MANY} in flight: calls per second | CPU, µs per call \
             | of the SDK's rate |\n|---|---:|---:|---:|---:|---:|",
            work.action()
        )
        .unwrap();
        for kind in Kind::COMPARED {
            let times = all.compared([kind, Kind::Sdk], work, MANY, rate, ratio);
            writeln!(
                text,
                "| {} | {} | {} | {} | {} | {}× |",
                kind.name(),
                with_spread(all, kind, work, 1, latency),
                shown(all.median(kind, work, 1, cpu), 0),
                with_spread(all, kind, work, MANY, rate),
                shown(all.median(kind, work, MANY, cpu), 0),
                shown(times, 1),
            )
            .unwrap();
        }
    }
    text
}

/// One call at a time, with a server on the client's core.
fn one_core(all: &All) -> String {
    let mut text =
        "| | µs per call | CPU, µs | µs above the bare client |\n|---|---:|---:|---:|\n".to_owned();
    let one = |kind| all.on_one_core(kind, latency);
    for kind in Kind::COMPARED {
        let above = one(kind).zip(one(Kind::Bare)).map(|(one, bare)| one - bare);
        writeln!(
            text,
            "| {} | {} | {} | {} |",
            kind.name(),
            shown(one(kind), 0),
            shown(all.on_one_core(kind, cpu), 0),
            shown(above, 0),
        )
        .unwrap();
    }
    text
}

/// What each layer adds to a call.
fn layers(all: &All) -> String {
    let mut text = "| Layer | µs it adds | to |\n|---|---:|---|\n".to_owned();
    for (layer, with, without) in [
        (
            "the connector's own work, natively",
            Kind::Native,
            Kind::Bare,
        ),
        (
            "sandbox, `wasi:http` and the host's egress",
            Kind::MinimalReused,
            Kind::Bare,
        ),
        (
            "the connector's own work, in a sandbox",
            Kind::Reused,
            Kind::MinimalReused,
        ),
        (
            "a fresh sandbox for each call, for the minimal component",
            Kind::MinimalFresh,
            Kind::MinimalReused,
        ),
        ("a fresh sandbox for each call", Kind::Fresh, Kind::Reused),
        (
            "Node.js's fetch, in place of the bare client",
            Kind::Fetch,
            Kind::Bare,
        ),
        ("the official SDK", Kind::Sdk, Kind::Fetch),
    ] {
        let added = all.compared_on_one_core([with, without], latency, difference);
        writeln!(
            text,
            "| {layer} | {} | {} |",
            shown(added, 0),
            without.name()
        )
        .unwrap();
    }
    for kind in [Kind::NoSocketReused, Kind::NoSocketFresh] {
        let all_of_it = all.median(kind, WORK, 1, latency);
        writeln!(
            text,
            "| {} | {} | nothing |",
            kind.name(),
            shown(all_of_it, 0)
        )
        .unwrap();
    }
    text
}

fn processes(all: &All) -> String {
    let mut text = format!(
        "| | first response after process start, ms | after engine start, ms \
         | resident with {MANY} calls in flight, MiB |\n|---|---:|---:|---:|\n"
    );
    for kind in Kind::COMPARED.into_iter().chain([Kind::NoSocketFresh]) {
        let resident = all.median(kind, WORK, MANY, resident);
        writeln!(
            text,
            "| {} | {} | {} | {} |",
            kind.name(),
            shown(all.start(kind, of_process), 1),
            shown(all.start(kind, of_engine), 1),
            shown(resident.map(|bytes| bytes / f64::from(1 << 20)), 0),
        )
        .unwrap();
    }
    text
}

fn of_process(start: &Start) -> Option<f64> {
    Some(start.process)
}

fn of_engine(start: &Start) -> Option<f64> {
    start.engine
}

/// The median, and in brackets the minimum and maximum of the rounds.
fn with_spread(
    all: &All,
    kind: Kind,
    work: Work,
    in_flight: usize,
    figure: fn(&Figures) -> Option<f64>,
) -> String {
    let median = shown(all.median(kind, work, in_flight, figure), 0);
    match all.spread(kind, work, in_flight, figure) {
        Some((minimum, maximum)) => format!("{median} ({minimum:.0}–{maximum:.0})"),
        None => median,
    }
}
