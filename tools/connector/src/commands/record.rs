//! `record`: makes a real call, or reads a HAR file, and writes cases.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use clap::Args;
use secrecy::ExposeSecret;

use super::action::Opened;
use super::action::RunArguments;
use super::{CommandError, print_causes};
use crate::record::{self, Draft, Imported, Recorder};
use crate::recording::Recording;
use crate::redaction::{Redacted, redact};
use command_output as output;
use connector_cases::CaseName;
use connector_host::printable;

/// Make a real call and write it as a case, or convert a HAR file to cases.
///
/// The case is redacted: secrets are removed, and people, ids, addresses and other personal data
/// get stand-ins. A case is written only if its replay sends the same requests; the outcome of
/// that replay is the expected one. Read both files before you commit them: the texts of
/// messages, subjects and notes are not changed.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    connector record list-admins --out fixtures/list-admins/my-team\n  \
    connector record search-contacts --input @search.json \\\n      \
    --out fixtures/search-contacts/two-pages --about 'Two pages.'\n  \
    connector record --import api.intercom.io.har --out fixtures\n\n\
    Exit status: 0 a case was written, 1 none was, 2 the command line is wrong.")]
pub struct Arguments {
    /// The action's id, such as create-contact
    #[arg(required_unless_present = "import", conflicts_with = "import")]
    action: Option<String>,
    #[command(flatten)]
    run: RunArguments,
    /// Convert each request to Intercom's API in this HAR file, written by a browser or a proxy
    #[arg(long, value_name = "FILE", conflicts_with_all = ["input", "connection", "env", "policy", "ca", "about"])]
    import: Option<PathBuf>,
    /// The folder of the case, fixtures/<action>/<case>; with --import, the folder of all cases
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// What the case shows, in one sentence
    #[arg(long, value_name = "SENTENCE")]
    about: Option<String>,
    /// Replace an existing case
    #[arg(long)]
    force: bool,
}

/// Runs the command.
///
/// # Errors
///
/// When the call fails to start, the archive cannot be read, or the case cannot be written.
pub async fn run(arguments: Arguments) -> Result<ExitCode, CommandError> {
    let Arguments {
        action,
        run,
        import,
        out,
        about,
        force,
    } = arguments;
    match import {
        Some(file) => {
            let imported = record::import(&run.connector()?, &file, &out, force).await?;
            Ok(report(&imported))
        }
        None => {
            let action = action.unwrap_or_default();
            let name = case_name(&out, &action)?;
            Draft::check_free(&out, force)?;
            let opened = run.open(action).await?;
            opened.manifest.known_action(&opened.action)?;
            let redacted = record(&opened).await?;
            let draft = Draft {
                about: about.unwrap_or_else(|| format!("Recorded: {name}.")),
                name,
                recording: redacted.recording.clone(),
            };
            draft.keep(&opened.connector, &out, force).await?;
            print_kept(&out, &redacted);
            Ok(ExitCode::SUCCESS)
        }
    }
}

/// The case's name from its folder, which must be the action's.
fn case_name(out: &Path, action: &str) -> Result<CaseName, CommandError> {
    let absolute = std::path::absolute(out).unwrap_or_else(|_| out.to_owned());
    let name = CaseName::of(&absolute);
    if name.action == action && !name.case.is_empty() {
        return Ok(name);
    }
    Err(CommandError::OutFolder {
        folder: out.to_owned(),
        action: action.to_owned(),
    })
}

/// Makes the call. Its outcome is part of the case, even if it is an error.
async fn record(opened: &Opened) -> Result<Redacted, CommandError> {
    let recorder = Recorder::new(Arc::clone(&opened.transport));
    let mut sandbox = opened.sandbox_with(Arc::new(recorder.clone())).await?;
    // The result is not used: the expected outcome comes from the replay.
    let _ = sandbox.invoke(&opened.action, &opened.input).await?;
    print_causes(&sandbox.take_transport_errors());
    let recording = Recording {
        environment: opened.environment.clone(),
        input: opened.input.clone(),
        exchanges: recorder.exchanges()?,
    };
    let token = opened.token.as_ref().map(ExposeSecret::expose_secret);
    Ok(redact(&recording, token.as_slice()))
}

fn print_kept(out: &Path, redacted: &Redacted) {
    let exchanges = redacted.recording.exchanges.len();
    let replaced = redacted.replaced.iter();
    let replaced: Vec<String> = replaced
        .map(|(kind, count)| format!("{kind} {count}"))
        .collect();
    let replaced = match replaced.as_slice() {
        [] => "nothing".to_owned(),
        some => some.join(", "),
    };
    output::line(out.display());
    output::line(format_args!("  exchanges  {exchanges}"));
    output::line(output::hanging("  replaced   ", &replaced));
    output::line(format_args!("read what was written before you commit it"));
}

/// Prints one line for each entry.
fn report(imported: &[Imported]) -> ExitCode {
    let mut written = 0;
    for Imported { number, outcome } in imported {
        match outcome {
            Ok(name) => {
                written += 1;
                output::line(format_args!("entry {number}: {name}"));
            }
            Err(skipped) => {
                let skipped = printable::lines(&skipped.to_string());
                output::line(format_args!("entry {number}: skipped, {skipped}"));
            }
        }
    }
    output::line(format_args!(
        "\n{written} written, {} skipped",
        imported.len() - written
    ));
    if written > 0 {
        output::line(format_args!("read what was written before you commit it"));
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
