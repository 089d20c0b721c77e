//! `preview`: prints what an action would send.

use std::process::ExitCode;

use clap::Args;

use super::{ActionArguments, CommandError};
use crate::host::explain;
use crate::printable;
use crate::render::{curl, http};

/// Stands between requests, as in `.http` files.
const SEPARATOR: &str = "\n\n###\n\n";

/// Print the requests that an action would send first, and send nothing.
///
/// Placeholders are filled and the input is checked as `call` would. The access
/// token and other secrets are neither needed nor shown.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    host-test preview get-contact-by-id --input '{\"contact_id\": \"7\"}'\n  \
    host-test preview create-contact --input @contact.json --env INTERCOM_REGION=eu\n  \
    host-test preview create-contact --input @contact.json --curl | sh   sends it after all\n\n\
    Exit status: 0 printed, 1 the action refuses the input, 2 the command line is wrong.")]
pub struct Arguments {
    #[command(flatten)]
    action: ActionArguments,
    /// Print a curl line for each request; it takes the token from the variable
    /// that the component would; secrets in a body stay [redacted]
    #[arg(long)]
    curl: bool,
}

/// Runs the command.
///
/// # Errors
///
/// When the component cannot be run; an error of the action itself is printed.
pub async fn run(arguments: Arguments) -> Result<ExitCode, CommandError> {
    let opened = arguments.action.open().await?;
    let mut sandbox = opened.sandbox().await?;
    let previewed = sandbox.preview(&opened.action, &opened.input).await?;
    let requests = match previewed {
        Ok(requests) => requests,
        Err(error) => {
            eprintln!("{}", explain(&error));
            return Ok(ExitCode::FAILURE);
        }
    };
    if requests.is_empty() {
        eprintln!("{} sends nothing", opened.action);
    } else if arguments.curl {
        for request in &requests {
            let line = curl(request, opened.manifest.secret());
            println!("{}", printable::lines(&line));
        }
    } else {
        let texts: Vec<String> = requests.iter().map(http).collect();
        println!("{}", printable::lines(&texts.join(SEPARATOR)));
    }
    Ok(ExitCode::SUCCESS)
}
