//! `call`: runs one action against the live API, or a server that stands in for
//! it.

use std::io::{self, IsTerminal};
use std::process::ExitCode;
use std::sync::Arc;

use clap::Args;
use secrecy::ExposeSecret;
use serde_json::Value;

use super::action::ActionArguments;
use super::action::Opened;
use super::{CommandError, print_causes};
use crate::prompt::{self, Choice};
use crate::record::Recorder;
use crate::recording::Recording;
use crate::redaction::redact;
use connector_host::manifest::Field;
use connector_host::{explain, explain_input, printable};
use host_test::output;

/// Run one action against the live API and print its result.
///
/// The component sees those variables of this command's environment that its
/// manifest names. INTERCOM_ACCESS_TOKEN is needed; INTERCOM_BASE_URL sends the
/// requests to another server. On a terminal, required inputs that are missing
/// are asked for.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    connector call test-connection\n  \
    connector call create-contact --input '{\"role\": \"user\", \"email\": \"name@example.com\"}'\n  \
    connector call search-contacts --input @search.json --env INTERCOM_REGION=eu\n  \
    generate-input | connector call update-contact --input -\n\n\
    The result is JSON on standard output, an error is in words on standard error.\n\n\
    Exit status: 0 the action succeeded, 1 it failed, 2 the command line is wrong.")]
pub struct Arguments {
    #[command(flatten)]
    action: ActionArguments,
    /// With --log info, log the bodies too; what they tell of people and secrets
    /// is replaced
    #[arg(long)]
    log_bodies: bool,
}

/// Runs the command.
///
/// # Errors
///
/// When the component cannot be run; an error of the action itself is printed.
pub async fn run(arguments: Arguments) -> Result<ExitCode, CommandError> {
    let mut opened = arguments.action.open().await?;
    if io::stdin().is_terminal() && io::stderr().is_terminal() {
        complete(&mut opened).await?;
    }
    let recorder = arguments
        .log_bodies
        .then(|| Recorder::new(Arc::clone(&opened.transport)));
    let mut sandbox = match &recorder {
        Some(recorder) => opened.sandbox_with(Arc::new(recorder.clone())).await?,
        None => opened.sandbox().await?,
    };
    let ended = sandbox.invoke(&opened.action, &opened.input).await;
    // However it ended: where the sandbox broke off, they may tell why.
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

/// Logs what was sent and received, redacted as a recording is.
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

/// Asks for the required inputs that are missing. What is no action or no JSON
/// object is left to the component to refuse.
async fn complete(opened: &mut Opened) -> Result<(), CommandError> {
    let Ok(Value::Object(mut input)) = serde_json::from_str(&opened.input) else {
        return Ok(());
    };
    let Some(action) = opened.manifest.action(&opened.action) else {
        return Ok(());
    };
    while let Some(field) = prompt::missing(action, &input) {
        let choices = choices(opened, field).await?;
        let asked = prompt::ask(field, &choices, &mut io::stdin().lock(), &mut io::stderr());
        let Some(value) = asked.map_err(CommandError::Prompt)? else {
            break;
        };
        input.insert(field.name.clone(), value);
    }
    opened.input = Value::Object(input).to_string();
    Ok(())
}

/// What to choose a field's value from. An action that would list choices and
/// fails leaves the field to be typed.
async fn choices(opened: &Opened, field: &Field) -> Result<Vec<Choice>, CommandError> {
    let Some(source) = &field.choices else {
        return Ok(prompt::choices(field, None));
    };
    let mut sandbox = opened.sandbox().await?;
    let input = source.input.to_string();
    let listed: Option<Value> = match sandbox.invoke(&source.action, &input).await? {
        Ok(result) => serde_json::from_str(&result).ok(),
        Err(error) => {
            output::error_line(explain(&error));
            None
        }
    };
    Ok(prompt::choices(field, listed.as_ref()))
}

/// Indented, or as it is if it is not JSON after all.
fn pretty(json: &str) -> String {
    serde_json::from_str::<Value>(json)
        .and_then(|value| serde_json::to_string_pretty(&value))
        .unwrap_or_else(|_| json.to_owned())
}
