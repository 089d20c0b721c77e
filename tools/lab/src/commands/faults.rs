//! `faults`: runs the fault matrix, and prints it or writes its page.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use clap::Args;

use super::CommandError;
use crate::resilience::matrix::{Cell, faults, matrix};
use crate::resilience::page::page;
use crate::resilience::{Call, Runner, StartError, calls};
use connector_host::printable;
use host_test::arguments::ComponentArguments;
use host_test::build::workspace;
use host_test::generated_page::GeneratedPage;
use intercom_double::FaultServer;
use intercom_double::faults::Fault;

/// Run every action against a server that misbehaves, fault by fault.
///
/// The server is on loopback and ends with the command; nothing is sent anywhere
/// else. A cell shows how the call ended and how many requests it sent: ok, noted
/// (success with a note), the reason of a retryable error, or, after !, of a
/// permanent one.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    lab faults             every fault\n  \
    lab faults 429         those with this in their name\n  \
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
        eprintln!(
            "faults: no name contains {:?}; run without a pattern to list them",
            arguments.pattern
        );
        return Ok(ExitCode::FAILURE);
    }
    let server = FaultServer::start().await.map_err(StartError::Listen)?;
    let runner = Runner::new(plugin, manifest, server.addresses(), server.log());
    let rows = matrix(&Arc::new(runner), &calls, &faults).await?;
    print(&calls, &faults, &rows);
    match rows.iter().flatten().all(Cell::passed) {
        true if arguments.markdown => Ok(page.write()?),
        true => Ok(ExitCode::SUCCESS),
        false => Ok(ExitCode::FAILURE),
    }
}

/// Prints the table, and the cells that failed.
fn print(calls: &[Arc<Call>], faults: &[&Fault], rows: &[Vec<Cell>]) {
    let head = std::iter::once("fault").chain(calls.iter().map(|call| call.action.as_str()));
    let mut lines: Vec<Vec<String>> = vec![head.map(str::to_owned).collect()];
    lines.extend(faults.iter().zip(rows).map(|(fault, row)| {
        let cells = row.iter().map(ToString::to_string);
        std::iter::once(fault.name.to_owned())
            .chain(cells)
            .collect()
    }));
    let columns = calls.len() + 1;
    let width = |column: usize| {
        let cells = lines.iter().filter_map(|line| line.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<_> = (0..columns).map(width).collect();
    for line in &lines {
        let padded = line
            .iter()
            .zip(&widths)
            .map(|(cell, width)| format!("{cell:width$}"));
        println!("{}", padded.collect::<Vec<_>>().join("  ").trim_end());
    }
    let (mut passed, mut failed) = (0, 0);
    for cell in rows.iter().flatten() {
        match cell.passed() {
            true => passed += 1,
            false => {
                failed += 1;
                println!("\n{}", printable::lines(&cell.report()));
            }
        }
    }
    println!("\n{passed} passed, {failed} failed");
}
