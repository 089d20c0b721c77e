//! `catalogue`: lists actions, those of the manifest and all others.

use std::process::ExitCode;

use clap::{Args, ValueEnum};
use command_output as output;
use connector_host::manifest::{ActionSummary, CatalogueQuery, Effect};

use super::{CommandError, offline, print_json};
use crate::arguments::{ComponentArguments, EnvironmentArguments};
use crate::render;

/// List the actions of the component by group.
///
/// Lists the actions of the manifest, of --actions, and of the rest of the service's API.
/// `host-test describe` shows an action's inputs.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    host-test catalogue                          all actions\n  \
    host-test catalogue tag contact              those with both words\n  \
    host-test catalogue --group tags --effect read\n  \
    host-test catalogue --json | jq -r '.[].id'\n\n\
    Exit status: 0 printed, 1 no action was found, 2 the command line is wrong.")]
pub struct Arguments {
    /// Words in an action's id, title, description or group, in any case; all actions if there
    /// are none
    words: Vec<String>,
    /// Only actions of this group
    #[arg(long, value_name = "GROUP")]
    group: Option<String>,
    /// Only actions with this effect
    #[arg(long, value_name = "EFFECT", value_enum)]
    effect: Option<EffectArgument>,
    /// Print JSON, with title, description, group and effect
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    environment: EnvironmentArguments,
    #[command(flatten)]
    component: ComponentArguments,
}

/// The effect of a retry.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum EffectArgument {
    /// The action changes nothing
    Read,
    /// A retry leaves the same result
    WriteIdempotent,
    /// A retry may take effect twice
    WriteOnce,
}

impl From<EffectArgument> for Effect {
    fn from(effect: EffectArgument) -> Self {
        match effect {
            EffectArgument::Read => Self::Read,
            EffectArgument::WriteIdempotent => Self::WriteIdempotent,
            EffectArgument::WriteOnce => Self::WriteOnce,
        }
    }
}

/// Runs the command.
///
/// # Errors
///
/// When the component cannot be run.
pub async fn run(arguments: Arguments) -> Result<ExitCode, CommandError> {
    let mut sandbox = offline::sandbox(&arguments.component, &arguments.environment).await?;
    let query = CatalogueQuery {
        words: arguments.words.join(" "),
        group: arguments.group,
        effect: arguments.effect.map(Effect::from),
    };
    let found = sandbox.catalogue(query.clone()).await?;
    if arguments.json {
        print_json(&found);
    } else {
        output::text(render::table(&found));
    }
    if !found.is_empty() {
        return Ok(ExitCode::SUCCESS);
    }
    let all = sandbox.catalogue(CatalogueQuery::default()).await?;
    output::error_line(nothing(&query, &all));
    Ok(ExitCode::FAILURE)
}

/// Why the list is empty.
fn nothing(query: &CatalogueQuery, all: &[ActionSummary]) -> String {
    let groups: Vec<&str> = render::groups(all)
        .into_iter()
        .map(|(name, _)| name)
        .collect();
    match &query.group {
        Some(group) if !groups.iter().any(|name| is_same(name, group)) => format!(
            "--group: {group:?} is not a group of this component; give one of {}",
            groups.join(", ")
        ),
        _ => format!(
            "catalogue: none of {} actions is selected; give fewer or shorter words",
            all.len()
        ),
    }
}

fn is_same(name: &str, given: &str) -> bool {
    name.to_lowercase() == given.to_lowercase()
}
