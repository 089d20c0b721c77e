//! `preview`: prints the requests that an action would send.

use std::process::ExitCode;
use std::sync::Arc;

use clap::Args;
use command_output as output;
use connector_host::{DenyAll, explain_input, printable};

use super::CommandError;
use crate::arguments::{CONTEXT, ComponentArguments, EnvironmentArguments, Input};
use crate::render::{curl, http};

/// The separator between requests, as in `.http` files.
const SEPARATOR: &str = "\n\n###\n\n";

/// Print the first requests of an action, and send nothing.
///
/// Placeholders are resolved and the input is checked as in a real call. The access
/// token and other secrets are neither needed nor shown.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    host-test preview get-contact-by-id --input '{\"contact_id\": \"7\"}'\n  \
    host-test preview list-admins --env INTERCOM_REGION=eu\n  \
    host-test preview create-contact --input @contact.json --curl\n  \
    host-test preview tag-as-vip --actions vip.json --input '{\"contact_id\": \"7\"}'\n\n\
    Exit status: 0 printed, 1 the action refuses the input, 2 the command line is wrong.")]
pub struct Arguments {
    /// The action's id, such as create-contact; `host-test catalogue` lists them
    action: String,
    /// The action's input: JSON, @FILE to read it from a file, - to read it
    /// from standard input
    #[arg(long, value_name = "JSON|@FILE|-", default_value = "{}")]
    input: Input,
    #[command(flatten)]
    environment: EnvironmentArguments,
    #[command(flatten)]
    component: ComponentArguments,
    /// Print each request as a curl command, which takes the token from the component's
    /// variable; secrets in a body stay [redacted]
    #[arg(long)]
    curl: bool,
}

/// Runs the command.
///
/// # Errors
///
/// When the component cannot be run; an error of the action itself is printed.
pub async fn run(arguments: Arguments) -> Result<ExitCode, CommandError> {
    let input = arguments.input.read()?;
    let connector = arguments.component.connector()?;
    let manifest = connector.manifest().await?;
    let mut environment = arguments.environment.read(&manifest)?;
    // Without the workflow context, which must not be in logs.
    let secret = manifest.variables.iter().filter(|known| known.secret);
    for variable in secret.filter(|known| known.name != CONTEXT) {
        environment.remove(&variable.name);
    }
    let mut sandbox = connector.sandbox(&environment, Arc::new(DenyAll)).await?;
    let previewed = sandbox.preview(&arguments.action, &input).await?;
    let requests = match previewed {
        Ok(requests) => requests,
        Err(error) => {
            output::error_line(explain_input(&error, &input));
            return Ok(ExitCode::FAILURE);
        }
    };
    if requests.is_empty() {
        output::error_line(format_args!("{} sends nothing", arguments.action));
    } else if arguments.curl {
        for request in &requests {
            let line = curl(request, manifest.secret());
            output::line(printable::lines(&line));
        }
    } else {
        let texts: Vec<String> = requests.iter().map(http).collect();
        output::line(printable::lines(&texts.join(SEPARATOR)));
    }
    Ok(ExitCode::SUCCESS)
}
