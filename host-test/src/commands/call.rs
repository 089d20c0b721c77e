//! `call`: runs one action against the live API, or a server that stands in for
//! it.

use std::io::{self, Read};
use std::path::PathBuf;
use std::process::ExitCode;
use std::str::FromStr;
use std::sync::Arc;

use clap::Args;
use serde_json::Value;

use super::{CommandError, ComponentArguments};
use crate::host::{Environment, Live, explain};

/// The variables that the component may see of our own environment.
fn is_configuration(name: &str) -> bool {
    name.starts_with("INTERCOM_") || name == "WORKFLOW_CONTEXT"
}

/// Run one action against the live API and print its result.
///
/// The component sees the INTERCOM_* variables and WORKFLOW_CONTEXT of this
/// command's environment. INTERCOM_ACCESS_TOKEN is needed; INTERCOM_BASE_URL
/// sends the requests to another server.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    host-test call test-connection\n  \
    host-test call create-contact --input '{\"role\": \"user\", \"email\": \"name@example.com\"}'\n  \
    host-test call search-contacts --input @search.json --env INTERCOM_REGION=eu\n  \
    generate-input | host-test call update-contact --input -\n\n\
    The result is JSON on standard output, an error is in words on standard error.\n\n\
    Exit status: 0 the action succeeded, 1 it failed, 2 the command line is wrong.")]
pub struct Arguments {
    /// The action's id, such as create-contact; `host-test inspect` lists them
    action: String,
    /// The action's input: JSON, @FILE to read it from a file, - to read it
    /// from standard input
    #[arg(long, value_name = "JSON|@FILE|-", default_value = "{}")]
    input: Input,
    /// Set a variable of the component's environment; may be repeated
    #[arg(long, value_name = "NAME=VALUE")]
    env: Vec<Variable>,
    #[command(flatten)]
    component: ComponentArguments,
}

/// Where an action's input comes from.
#[derive(Debug, Clone)]
enum Input {
    Text(String),
    File(PathBuf),
    Stdin,
}

impl FromStr for Input {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(match text.strip_prefix('@') {
            Some(path) => Self::File(path.into()),
            None if text == "-" => Self::Stdin,
            None => Self::Text(text.to_owned()),
        })
    }
}

impl Input {
    fn read(self) -> Result<String, CommandError> {
        let failed = |path: PathBuf| |source| CommandError::Input { path, source };
        match self {
            Self::Text(text) => Ok(text),
            Self::File(path) => std::fs::read_to_string(&path).map_err(failed(path)),
            Self::Stdin => {
                let mut text = String::new();
                let read = io::stdin().read_to_string(&mut text);
                read.map(|_| text).map_err(failed("standard input".into()))
            }
        }
    }
}

/// `NAME=VALUE`. Its value may be a secret, so neither has a `Debug` text.
#[derive(Clone)]
struct Variable {
    name: String,
    value: String,
}

impl std::fmt::Debug for Variable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}=…", self.name)
    }
}

impl FromStr for Variable {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.split_once('=') {
            Some((name, value)) if !name.is_empty() => Ok(Self {
                name: name.to_owned(),
                value: value.to_owned(),
            }),
            _ => Err("give NAME=VALUE, such as INTERCOM_REGION=eu"),
        }
    }
}

/// Runs the command.
///
/// # Errors
///
/// When the component cannot be run; an error of the action itself is printed.
pub async fn run(arguments: Arguments) -> Result<ExitCode, CommandError> {
    let input = arguments.input.read()?;
    let environment = environment(arguments.env);
    let plugin = arguments.component.plugin()?;
    let mut sandbox = plugin.sandbox(&environment, Arc::new(Live)).await?;
    match sandbox.invoke(&arguments.action, &input).await? {
        Ok(result) => {
            println!("{}", pretty(&result));
            Ok(ExitCode::SUCCESS)
        }
        Err(error) => {
            eprintln!("{}", explain(&error));
            Ok(ExitCode::FAILURE)
        }
    }
}

fn environment(given: Vec<Variable>) -> Environment {
    let own = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .filter(|(name, _)| is_configuration(name));
    own.chain(
        given
            .into_iter()
            .map(|variable| (variable.name, variable.value)),
    )
    .collect()
}

/// Indented, or as it is if it is not JSON after all.
fn pretty(json: &str) -> String {
    serde_json::from_str::<Value>(json)
        .and_then(|value| serde_json::to_string_pretty(&value))
        .unwrap_or_else(|_| json.to_owned())
}
