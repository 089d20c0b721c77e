//! What a call may cost, in counts that are the same on every machine, compared
//! with `budget.toml`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod counting;
mod definitions;
#[path = "../../benches/native/mod.rs"]
mod native;
mod triggers;

use std::collections::BTreeMap;
use std::env;
use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use connector_host::Environment;
use counting::Counter;
use host_test::build;
use lab::load::cases::{canned, measured};
use lab::load::work::environment;
use lab::load::{Canned, Extreme, Work};
use serde::{Deserialize, Serialize};

const RECORD: &str = "BUDGET=record cargo test -p lab --test budget";

/// `budget.toml`, which [`RECORD`] writes.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Budget {
    component_bytes: u64,
    cases: BTreeMap<String, Costs>,
}

/// What one call costs.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Costs {
    /// Of the component, in wasmtime's fuel: 1 for most instructions.
    instructions: u64,
    /// Calls from the component to the host.
    host_calls: u64,
    /// Of the native core.
    allocations: u64,
}

/// How much a figure may exceed the recorded one, in thousandths. One that is a
/// tenth less must be recorded, to keep the improvement.
const COMPONENT_BYTES: u64 = 2;
const INSTRUCTIONS: u64 = 100;
const HOST_CALLS: u64 = 0;
const ALLOCATIONS: u64 = 100;
const LESS: u64 = 100;

fn path() -> PathBuf {
    build::workspace().join("tools/lab/budget.toml")
}

const HEAD: &str = "\
# What a call may cost, in counts: instructions of the component and its calls to
# the host, allocations of the native core. The example of each action, searches that
# cost most, two deliveries and the manifest. `BUDGET=record cargo test -p lab --test
# budget` writes this file. The test fails if a count exceeds it: instructions and
# allocations by a tenth, host calls at all, the component's size by 2 in 1000.
";

#[tokio::test]
async fn no_case_costs_more_than_the_budget() {
    let found = found().await;
    if env::var_os("BUDGET").is_some_and(|value| value == "record") {
        let text = toml::to_string(&found).unwrap();
        fs::write(path(), format!("{HEAD}\n{text}")).unwrap();
    }
    let text = fs::read_to_string(path()).unwrap_or_default();
    let recorded: Budget = toml::from_str(&text).unwrap_or_else(|error| {
        panic!("{}: {error}; record it by {RECORD}", path().display());
    });
    let (table, violations) = compare(&found, &recorded);
    println!("{table}");
    assert!(violations.is_empty(), "\n{}\n", violations.join("\n"));
}

#[tokio::test]
async fn counts_are_deterministic() {
    let [one, other] = [found().await, found().await];
    assert_eq!(format!("{one:?}"), format!("{other:?}"));
}

/// A line for each figure, and the differences from the budget.
fn compare(found: &Budget, recorded: &Budget) -> (String, Vec<String>) {
    let mut figures = vec![(
        "component, bytes".to_owned(),
        found.component_bytes,
        Some(recorded.component_bytes),
        COMPONENT_BYTES,
    )];
    for (name, costs) in &found.cases {
        let then = recorded.cases.get(name);
        let mut figure = |what, of: fn(&Costs) -> u64, slack| {
            let name = format!("{name}, {what}");
            figures.push((name, of(costs), then.map(of), slack));
        };
        figure("instructions", |costs| costs.instructions, INSTRUCTIONS);
        figure("host calls", |costs| costs.host_calls, HOST_CALLS);
        figure("allocations", |costs| costs.allocations, ALLOCATIONS);
    }
    let (mut table, mut violations) = (String::new(), Vec::new());
    for (name, found, recorded, slack) in figures {
        let shown = recorded.map_or("none".to_owned(), |count| count.to_string());
        writeln!(table, "{found:>9}  of {shown:>9}  {name}").unwrap();
        violations.extend(verdict(&name, found, recorded, slack));
    }
    (table, violations)
}

/// What is wrong with a figure, if anything.
fn verdict(name: &str, found: u64, recorded: Option<u64>, slack: u64) -> Option<String> {
    let Some(recorded) = recorded else {
        return Some(format!(
            "{name}: {found}, none is recorded; record it by {RECORD}"
        ));
    };
    let limit = recorded + recorded * slack / 1000;
    let lowest = recorded - recorded * LESS / 1000;
    if found > limit {
        return Some(format!(
            "{name}: {found}, at most {limit} is allowed ({recorded} recorded). Find what costs \
             more; if it is worth it, record it by {RECORD}"
        ));
    }
    (found < lowest).then(|| {
        format!("{name}: {found}, {recorded} recorded. That is better: record it by {RECORD}")
    })
}

async fn found() -> Budget {
    let component = &test_support::artifact().component;
    let counter = Counter::new(component);
    let manifest = test_support::manifest().await;
    let mut cases = triggers::costs(&counter, &manifest).await;
    for case in measured(&manifest).unwrap() {
        let call = (&case.environment, canned(&case));
        let costs = costs(&counter, call, &case.name.action, &case.input);
        cases.insert(case.name.to_string(), costs.await);
    }
    let environment = environment("https://api.intercom.io");
    for extreme in Extreme::all() {
        let call = (&environment, Canned::new(extreme.response()));
        let action = Work::SearchContacts.action();
        let costs = costs(&counter, call, action, &extreme.input);
        cases.insert(extreme.name.to_owned(), costs.await);
    }
    Budget {
        component_bytes: fs::metadata(component).unwrap().len(),
        cases,
    }
}

async fn costs(
    counter: &Counter,
    (environment, canned): (&Environment, Canned),
    action: &str,
    input: &str,
) -> Costs {
    let mut core = native::Canned(canned.body());
    let counts = counter.count(environment, canned, action, input);
    let counts = counts.await;
    let mut run = || native::run(action, input, environment, &mut core).expect(action);
    // The first run also sets up what later ones share.
    run();
    Costs {
        instructions: counts.instructions,
        host_calls: counts.host_calls,
        allocations: allocation_counter::measure(|| drop(run())).count_total,
    }
}

#[test]
fn a_figure_is_compared_with_the_recorded_one() {
    for (found, recorded, slack, complaint) in [
        (1000, Some(1000), 0, None),
        (1001, Some(1000), 0, Some("at most 1000 is allowed")),
        (1100, Some(1000), 100, None),
        (1101, Some(1000), 100, Some("at most 1100 is allowed")),
        (900, Some(1000), 100, None),
        (899, Some(1000), 100, Some("That is better: record it")),
        (1, None, 100, Some("none is recorded")),
    ] {
        let verdict = verdict("figure", found, recorded, slack);
        let as_expected = match (&verdict, complaint) {
            (Some(text), Some(complaint)) => text.contains(complaint) && text.contains(RECORD),
            (found, expected) => found.is_none() && expected.is_none(),
        };
        assert!(as_expected, "{found} of {recorded:?}: {verdict:?}");
    }
}
