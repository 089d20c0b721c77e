//! `call`: runs one action against the live API, or against a double of it.

use std::io::{self, ErrorKind, IsTerminal};
use std::process::ExitCode;
use std::sync::Arc;

use clap::Args;
use secrecy::ExposeSecret;
use serde_json::Value;

use super::action::ActionArguments;
use super::action::Opened;
use super::{CommandError, print_causes};
use crate::prompt::{self, Component, Console, Problem};
use crate::record::Recorder;
use crate::recording::Recording;
use crate::redaction::redact;
use command_output as output;
use connector_host::bindings::types::{ActionError, Failure, InputProblem};
use connector_host::{explain_input, printable, underlined};

/// Run one action against the live API and print its result.
///
/// The component sees the variables of this command's environment that its manifest lists.
/// INTERCOM_ACCESS_TOKEN is required; INTERCOM_BASE_URL sends the requests to another server. On
/// a terminal, the command asks for missing required inputs, and the component checks each
/// value; Ctrl-D cancels.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    connector call test-connection\n  \
    connector call send-message                    asks for missing inputs\n  \
    connector call create-contact --input '{\"role\": \"lead\", \"name\": \"John Doe\"}'\n  \
    connector call search-contacts --input @search.json --env INTERCOM_REGION=eu\n  \
    connector call tag-as-vip --actions vip.json   a custom action\n  \
    generate-input | connector call update-contact --input -\n\n\
    The result is JSON on standard output, an error is text on standard error.\n\n\
    Exit status: 0 the action succeeded, 1 it failed, 2 the command line is wrong.")]
pub struct Arguments {
    #[command(flatten)]
    action: ActionArguments,
    /// On a terminal, ask for the optional inputs, too
    #[arg(long)]
    all: bool,
    /// With --log info, log the bodies too, with secrets and personal data replaced
    #[arg(long)]
    log_bodies: bool,
}

/// Runs the command.
///
/// # Errors
///
/// When the component cannot be run. An error of the action itself is printed.
pub async fn run(arguments: Arguments) -> Result<ExitCode, CommandError> {
    let mut opened = arguments.action.open().await?;
    let asks = io::stdin().is_terminal() && io::stderr().is_terminal();
    if asks && !complete(&mut opened, arguments.all).await? {
        output::error_line("cancelled; the action was not called");
        return Ok(ExitCode::FAILURE);
    }
    let recorder = arguments
        .log_bodies
        .then(|| Recorder::new(Arc::clone(&opened.transport)));
    let mut sandbox = match &recorder {
        Some(recorder) => opened.sandbox_with(Arc::new(recorder.clone())).await?,
        None => opened.sandbox().await?,
    };
    let ended = sandbox.invoke(&opened.action, &opened.input).await;
    // Even if the sandbox failed, the exchanges may show why.
    if let Some(recorder) = &recorder {
        log_bodies(&opened, recorder);
    }
    match ended? {
        Ok(result) => {
            output::line(printable::lines(&pretty(&result)));
            Ok(ExitCode::SUCCESS)
        }
        Err(error) => {
            output::error_line(explain_input(&error, &opened.input));
            print_causes(&sandbox.take_transport_errors());
            Ok(ExitCode::FAILURE)
        }
    }
}

/// Logs the exchanges, redacted like a recording.
fn log_bodies(opened: &Opened, recorder: &Recorder) {
    let recording = Recording {
        environment: opened.environment.clone(),
        input: opened.input.clone(),
        exchanges: recorder.sent(),
    };
    let token = opened.token.as_ref().map(ExposeSecret::expose_secret);
    for exchange in redact(&recording, token.as_slice()).recording.exchanges {
        tracing::info!(
            method = exchange.method,
            url = exchange.url,
            sent = exchange.request_body,
            received = exchange.response_body,
            "bodies"
        );
    }
}

/// Asks for missing inputs. Returns whether to go on: false if the person cancelled. The
/// component reports unknown actions and inputs that are not JSON objects.
async fn complete(opened: &mut Opened, optional: bool) -> Result<bool, CommandError> {
    let Ok(input @ Value::Object(_)) = serde_json::from_str(&opened.input) else {
        return Ok(true);
    };
    let ids = [opened.action.clone()];
    let described = opened.offline_sandbox().await?.describe(&ids).await?;
    let Some(action) = described.first() else {
        return Ok(true);
    };
    let given = input.clone();
    match prompt::complete(action, input, optional, opened, &mut Console).await {
        // Nothing was asked: pass the input on as it was written.
        Ok(completed) if completed == given => Ok(true),
        Ok(completed) => {
            opened.input = completed.to_string();
            Ok(true)
        }
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => Ok(false),
        Err(error) => Err(CommandError::Prompt(error)),
    }
}

impl Component for Opened {
    async fn problems(&self, input: &Value) -> Vec<Problem> {
        let Ok(mut sandbox) = self.offline_sandbox().await else {
            return Vec::new();
        };
        // If the sandbox fails, the call that follows reports why.
        let previewed = sandbox.preview(&self.action, &input.to_string()).await;
        let error = previewed.ok().and_then(Result::err);
        let failure = error.and_then(failure);
        let problems = failure.into_iter().flat_map(|failure| failure.problems);
        problems.map(|found| problem(&found, input)).collect()
    }

    async fn list(&self, action: &str, input: &Value) -> Result<Value, String> {
        let mut sandbox = self.sandbox().await.map_err(|error| error.to_string())?;
        let invoked = sandbox.invoke(action, &input.to_string()).await;
        let result = invoked.map_err(|error| error.to_string())?;
        let result = result.map_err(|error| match failure(error) {
            Some(failure) => clauses(&failure.message, failure.hint.as_deref()),
            None => format!("{action} did not run"),
        })?;
        serde_json::from_str(&result).map_err(|error| format!("{action}: no JSON: {error}"))
    }
}

/// The failure; `None` if the action did not run.
fn failure(error: ActionError) -> Option<Failure> {
    match error {
        ActionError::ExecutionFailed => None,
        ActionError::Permanent(failure) | ActionError::Retryable(failure) => Some(failure),
    }
}

/// A problem for display beside its field, with the affected part of the text.
fn problem(found: &InputProblem, input: &Value) -> Problem {
    let clauses = clauses(&found.message, found.hint.as_deref());
    let drawing = underlined(found, input).map(|drawing| format!("\n{drawing}"));
    Problem {
        field: found.field.clone(),
        message: clauses + &drawing.unwrap_or_default(),
    }
}

/// Message and hint on one line.
fn clauses(message: &str, hint: Option<&str>) -> String {
    let hint = hint.map(|hint| format!("; {hint}"));
    printable::line(&format!("{message}{}", hint.unwrap_or_default()))
}

/// Indented JSON, or the text itself if it is not JSON.
fn pretty(json: &str) -> String {
    serde_json::from_str::<Value>(json)
        .and_then(|value| serde_json::to_string_pretty(&value))
        .unwrap_or_else(|_| json.to_owned())
}
