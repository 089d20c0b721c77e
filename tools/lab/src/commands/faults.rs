//! `faults`: runs the fault matrix, and prints it or writes its page.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use clap::Args;
use command_output as output;

use super::CommandError;
use crate::resilience::matrix::{Cell, faults, matrix};
use crate::resilience::page::page;
use crate::resilience::{Runner, StartError, calls};
use connector_host::printable;
use host_test::arguments::ComponentArguments;
use host_test::build::workspace;
use host_test::generated_page::GeneratedPage;
use intercom_double::FaultServer;
use intercom_double::faults::Fault;

/// Run every action against a server that misbehaves, fault by fault.
///
/// The server is on loopback and ends with the command; nothing is sent anywhere
/// else. A line shows how calls ended and how many requests each sent: ok, noted
/// (success with a note), the reason of a retryable error, or, after !, of a
/// permanent one.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    lab faults             every fault\n  \
    lab faults 429         those with this text in their name\n  \
    lab faults --markdown  write docs/faults.md, if every cell passes\n  \
    lab faults --check     in CI: run nothing, compare that page\n\n\
    Exit status: 0 every cell passes, 1 one does not, no fault matches, or the page\n\
    differs, 2 the command line is wrong.")]
pub struct Arguments {
    /// Part of a fault's name [default: every fault]
    #[arg(default_value = "", hide_default_value = true)]
    pattern: String,
    /// Write docs/faults.md if every cell passes
    #[arg(long, conflicts_with = "pattern")]
    markdown: bool,
    /// Run nothing; fail if docs/faults.md is not what --markdown would write
    #[arg(long, conflicts_with_all = ["pattern", "markdown"])]
    check: bool,
    /// The page's file
    #[arg(long, value_name = "FILE", default_value_os_t = workspace().join("docs").join("faults.md"), hide_default_value = true)]
    output: PathBuf,
    #[command(flatten)]
    component: ComponentArguments,
}

/// Runs the command.
///
/// # Errors
///
/// When the component cannot be run, the server cannot listen, or the page
/// cannot be written.
pub async fn run(arguments: Arguments) -> Result<ExitCode, CommandError> {
    let plugin = arguments.component.connector()?;
    let manifest = plugin.manifest().await?;
    let calls = calls(&manifest).map_err(StartError::Example)?;
    let page = GeneratedPage {
        command: "cargo run -p lab -- faults --markdown",
        path: arguments.output,
        text: page(&calls),
    };
    if arguments.check {
        return Ok(page.check());
    }
    let faults = faults(&arguments.pattern);
    if faults.is_empty() {
        output::error_line(format_args!(
            "faults: no name contains {:?}; run without a pattern to list them",
            arguments.pattern
        ));
        return Ok(ExitCode::FAILURE);
    }
    let server = FaultServer::start().await.map_err(StartError::Listen)?;
    let runner = Runner::new(plugin, manifest, server.addresses(), server.log());
    let rows = matrix(&Arc::new(runner), &calls, &faults).await?;
    print(&faults, &rows);
    match rows.iter().flatten().all(Cell::passed) {
        true if arguments.markdown => Ok(page.write()?),
        true => Ok(ExitCode::SUCCESS),
        false => Ok(ExitCode::FAILURE),
    }
}

/// Prints the table, and the cells that failed.
fn print(faults: &[&Fault], rows: &[Vec<Cell>]) {
    let lines: Vec<Line> = std::iter::once(Line::of("fault", "ended", "actions"))
        .chain(faults.iter().zip(rows).flat_map(|(fault, row)| {
            let outcomes = outcomes(row).into_iter();
            outcomes.map(|(outcome, actions)| Line::of(fault.name, &outcome, &actions))
        }))
        .collect();
    let width = |cell: fn(&Line) -> &str| {
        let cells = lines.iter().map(cell);
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let (faults, outcomes) = (width(|line| &line.fault), width(|line| &line.outcome));
    for line in &lines {
        let head = format!("{:faults$}  {:outcomes$}  ", line.fault, line.outcome);
        output::line(output::hanging(&head, &line.actions));
    }
    let (mut passed, mut failed) = (0, 0);
    for cell in rows.iter().flatten() {
        match cell.passed() {
            true => passed += 1,
            false => {
                failed += 1;
                output::line(format_args!("\n{}", printable::lines(&cell.report())));
            }
        }
    }
    output::line(format_args!("\n{passed} passed, {failed} failed"));
}

/// A line of the table.
struct Line {
    fault: String,
    outcome: String,
    actions: String,
}

impl Line {
    fn of(fault: &str, outcome: &str, actions: &str) -> Self {
        Self {
            fault: fault.to_owned(),
            outcome: outcome.to_owned(),
            actions: actions.to_owned(),
        }
    }
}

/// The outcomes of the calls under a fault, and their actions: the most frequent outcome comes
/// last, as "others".
fn outcomes(row: &[Cell]) -> Vec<(String, String)> {
    let mut outcomes: Vec<(String, Vec<&str>)> = Vec::new();
    for cell in row {
        let (outcome, action) = (cell.to_string(), cell.call.action.as_str());
        match outcomes.iter_mut().find(|(other, _)| *other == outcome) {
            Some((_, actions)) => actions.push(action),
            None => outcomes.push((outcome, vec![action])),
        }
    }
    outcomes.sort_by_key(|(_, actions)| actions.len());
    let mut named: Vec<(String, String)> = outcomes
        .into_iter()
        .map(|(outcome, actions)| (outcome, actions.join(", ")))
        .collect();
    let only = named.len() == 1;
    if let Some((_, actions)) = named.last_mut() {
        *actions = if only { "all" } else { "the others" }.to_owned();
    }
    named
}
