//! `conform`: checks a component against the contract.

use std::num::NonZeroU32;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use command_output::{self as output, COLUMNS};
use connector_host::{Engine, Environment, printable};
use serde::Serialize;

use super::{CommandError, print_json};
use crate::arguments::{ComponentArguments, EnvironmentArguments};
use crate::conform::{Clause, Subject, Verdict};

/// Maximum number of concurrent sandboxes: most wait for a retry.
const SANDBOXES: NonZeroU32 = NonZeroU32::new(128).unwrap();

/// The columns of the verdict and of the clause's number.
const INDENT: usize = 17;

/// Maximum number of findings printed for a clause; `--json` prints all.
const SHOWN: usize = 5;

/// Check that a component keeps the contract's promises to engines.
///
/// Checks each numbered clause of `wit/README.md`: calls the component's actions with inputs
/// from the manifest's examples and with invalid ones, and simulates the service. Nothing is
/// sent over the network.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    host-test conform                          the workspace's component\n  \
    host-test conform target/weather.wasm      another one\n  \
    host-test conform --actions vip.json       with custom actions\n  \
    host-test conform --json | jq '.[] | select(.verdict == \"broken\")'\n\n\
    Exit status: 0 every clause is kept, 1 one is broken, 2 the command line is wrong.")]
pub struct Arguments {
    /// The component's file; by default the workspace's component, built if needed
    #[arg(value_name = "COMPONENT")]
    component: Option<PathBuf>,
    /// Print every clause with all its findings as JSON
    #[arg(long)]
    json: bool,
    /// Try invalid values only in all inputs of an action at once, not in each one
    #[arg(long)]
    quick: bool,
    #[command(flatten)]
    environment: EnvironmentArguments,
}

/// The verdict of a clause.
#[derive(Debug, Serialize)]
struct Row {
    clause: &'static str,
    promise: &'static str,
    verdict: &'static str,
    findings: Vec<String>,
}

/// Runs the command.
///
/// # Errors
///
/// When there is no component, or a variable is misspelled.
pub async fn run(arguments: Arguments) -> Result<ExitCode, CommandError> {
    let component = ComponentArguments {
        component: arguments.component,
    };
    let engine = Engine::with_sandboxes(SANDBOXES)?;
    let subject = Subject::from_file(&engine, &component.path()?)?.quick(arguments.quick);
    let environment = match subject.manifest().await {
        Some(manifest) => arguments.environment.given(&manifest)?,
        // The first clauses report the reason.
        None => Environment::new(),
    };
    let verdicts = subject.check(&environment).await;
    let rows: Vec<Row> = verdicts.into_iter().map(row).collect();
    if arguments.json {
        print_json(&rows);
    } else {
        rows.iter().for_each(|row| output::text(text(row)));
        output::line(summary(&rows));
    }
    let is_kept = rows.iter().all(|row| row.verdict == "ok");
    Ok(if is_kept {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn row((clause, verdict): (&'static Clause, Verdict)) -> Row {
    let (verdict, findings) = match verdict {
        Verdict::Kept => ("ok", Vec::new()),
        Verdict::Broken(findings) => ("broken", findings),
        Verdict::NotChecked => ("not checked", Vec::new()),
    };
    Row {
        clause: clause.number,
        promise: clause.promise,
        verdict,
        findings,
    }
}

/// The clause's line, with its findings below.
fn text(row: &Row) -> String {
    let mark = if row.verdict == "broken" {
        "BROKEN"
    } else {
        row.verdict
    };
    let shown = row
        .findings
        .iter()
        .take(SHOWN)
        .map(|finding| printable::line(finding));
    let more = row.findings.len().saturating_sub(SHOWN);
    let more = (more > 0).then(|| format!("and {more} more; --json lists them"));
    let lines = std::iter::once(row.promise.to_owned())
        .chain(shown)
        .chain(more);
    let mut text = format!("{mark:11} {:4} ", row.clause);
    for (number, line) in lines.enumerate() {
        let bullet = if number == 0 { "" } else { "- " };
        let lead = if number == 0 { 0 } else { INDENT };
        let indent = INDENT + bullet.len();
        let wrapped = wrapped(&line, COLUMNS - indent).join(&format!("\n{:indent$}", ""));
        text.push_str(&format!("{:lead$}{bullet}{wrapped}\n", ""));
    }
    text
}

/// Wraps a text to this many columns between words; a longer word gets its own line.
fn wrapped(text: &str, columns: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= columns => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

fn summary(rows: &[Row]) -> String {
    let count = |verdict: &str| rows.iter().filter(|row| row.verdict == verdict).count();
    let (kept, broken, unchecked) = (count("ok"), count("broken"), count("not checked"));
    let unchecked = match unchecked {
        0 => String::new(),
        _ => format!(", {unchecked} not checked"),
    };
    format!("\n{kept} kept, {broken} broken{unchecked}")
}
