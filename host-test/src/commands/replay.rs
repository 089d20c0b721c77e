//! `replay`: runs recorded cases and prints a line for each.

use std::num::NonZeroU32;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use command_output as output;
use connector_cases::{self as cases, Blessed, Outcome};
use connector_host::{Session, printable};
use indicatif::{ProgressBar, ProgressStyle};

use super::CommandError;
use crate::arguments::ComponentArguments;
use crate::build::workspace;

/// Run recorded cases against the component, each in a fresh sandbox.
///
/// A case is a folder `fixtures/<action>/<case>/`. It passes if the component sends exactly the
/// recorded requests and has the expected outcome. Nothing is sent over the network.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    host-test replay                           every case\n  \
    host-test replay send-message              cases with this text in action/case\n  \
    host-test replay 'create-contact/*-email'  cases that match this pattern\n  \
    host-test replay --bless create-contact    write the outcomes; read them\n\n\
    Exit status: 0 all cases passed, 1 one failed or none matched, 2 the command line is wrong.")]
pub struct Arguments {
    /// A part of action/case, or a pattern with * and ? for all of it; by default every case
    pattern: Option<String>,
    /// Write the actual outcomes into the cases as the expected ones; read them before you
    /// commit
    #[arg(long)]
    bless: bool,
    /// Run this many cases in each sandbox, one after the other; by default each case gets a
    /// fresh one. The outcomes must be the same, unless the component keeps state between
    /// actions
    #[arg(long, value_name = "N", default_value = "1", hide_default_value = true, value_parser = cases_per_sandbox)]
    reuse: NonZeroU32,
    /// Print the times of sandboxes and actions, and their memory
    #[arg(long)]
    figures: bool,
    /// Folder of the cases
    #[arg(long, value_name = "DIR", default_value_os_t = workspace().join("fixtures"), hide_default_value = true)]
    fixtures: PathBuf,
    #[command(flatten)]
    component: ComponentArguments,
}

/// Runs the command.
///
/// # Errors
///
/// When the component or a case cannot be read.
pub async fn run(arguments: Arguments) -> Result<ExitCode, CommandError> {
    let selected = cases::select(&arguments.fixtures, arguments.pattern.as_deref())?;
    if selected.is_empty() {
        let pattern = arguments.pattern.unwrap_or_default();
        output::error_line(format_args!(
            "replay: no case in {} matches {pattern:?}; give a part of action/case, such as \
             create-contact",
            arguments.fixtures.display()
        ));
        return Ok(ExitCode::FAILURE);
    }
    let connector = arguments.component.connector()?;
    let table = Table::new(selected.len());
    let mut outcomes = Vec::new();
    let mut session = Session::new(&connector, arguments.reuse);
    for case in &selected {
        let outcome = cases::run_in(&mut session, case).await;
        let blessed = if arguments.bless {
            cases::bless(case, &outcome)?
        } else {
            Blessed::Unchanged
        };
        table.add(&outcome, blessed);
        if blessed != Blessed::Written {
            outcomes.push(outcome);
        }
    }
    table.finish();
    let failed = summarise(&outcomes, selected.len());
    if arguments.figures {
        output::text(cases::figures(&connector, &selected).await?);
    }
    Ok(if failed == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn cases_per_sandbox(text: &str) -> Result<NonZeroU32, &'static str> {
    text.parse().map_err(|_| "give a whole number from 1")
}

/// Prints the failures and the summary line. Returns the number of failed cases.
fn summarise(outcomes: &[Outcome], cases: usize) -> usize {
    let failed: Vec<_> = outcomes
        .iter()
        .filter(|outcome| !outcome.passed())
        .collect();
    for outcome in &failed {
        output::line(format_args!("\n{}", printable::lines(&outcome.report())));
    }
    output::line(format_args!(
        "\n{} passed, {} failed",
        cases - failed.len(),
        failed.len()
    ));
    failed.len()
}

/// The table, printed line by line above a progress bar. The name comes last, since it is the
/// longest and a terminal has 80 columns.
struct Table {
    bar: ProgressBar,
}

impl Table {
    fn new(cases: usize) -> Self {
        let table = Self {
            // The bar hides itself if standard error is not a terminal.
            bar: ProgressBar::new(cases as u64).with_style(style()),
        };
        table.line("result", "time", "sent", "case");
        table
    }

    fn add(&self, outcome: &Outcome, blessed: Blessed) {
        let result = match (outcome.passed(), blessed) {
            (true, _) => "passed",
            (false, Blessed::Written) => "blessed",
            (false, _) => "FAILED",
        };
        let milliseconds = (outcome.instantiate + outcome.action).as_secs_f64() * 1000.0;
        self.line(
            result,
            &format!("{milliseconds:.1} ms"),
            &outcome.requests.len().to_string(),
            &format!("{}/{}", outcome.name.action, outcome.name.case),
        );
        self.bar.inc(1);
    }

    fn line(&self, result: &str, time: &str, sent: &str, case: &str) {
        self.bar.suspend(|| {
            output::line(format_args!("{result:7} {time:>9} {sent:>4}  {case}"));
        });
    }

    fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

fn style() -> ProgressStyle {
    ProgressStyle::with_template("{bar:30} {pos}/{len}")
        .unwrap_or_else(|_| ProgressStyle::default_bar())
}
