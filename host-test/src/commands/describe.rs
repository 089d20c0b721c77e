//! `describe`: shows the inputs and outputs of actions.

use std::process::ExitCode;

use clap::Args;
use command_output as output;
use connector_host::manifest::CatalogueQuery;
use connector_host::printable;

use super::{CommandError, offline, print_json};
use crate::arguments::{ComponentArguments, EnvironmentArguments};
use crate::render;

/// Print what actions do, with their inputs and outputs.
///
/// Accepts every action that `host-test catalogue` lists.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    host-test describe create-tag\n  \
    host-test describe list-tags create-tag --json\n  \
    host-test describe snooze-politely --actions snooze.json\n\n\
    Exit status: 0 printed, 1 an id is unknown, 2 the command line is wrong.")]
pub struct Arguments {
    /// The actions' ids
    #[arg(value_name = "ID", required = true)]
    ids: Vec<String>,
    /// Print a JSON list, each action as in the manifest
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    environment: EnvironmentArguments,
    #[command(flatten)]
    component: ComponentArguments,
}

/// Runs the command.
///
/// # Errors
///
/// When the component cannot be run.
pub async fn run(arguments: Arguments) -> Result<ExitCode, CommandError> {
    let ids = arguments.ids;
    let mut sandbox = offline::sandbox(&arguments.component, &arguments.environment).await?;
    let described = sandbox.describe(&ids).await?;
    let is_known = |id: &&String| described.iter().any(|action| action.id == **id);
    let unknown: Vec<&String> = ids.iter().filter(|id| !is_known(id)).collect();
    if !unknown.is_empty() {
        let all = sandbox.catalogue(CatalogueQuery::default()).await?;
        for id in unknown {
            let hint = match nearest(id, all.iter().map(|action| action.id.as_str())) {
                Some(meant) => format!("give {}", printable::line(meant)),
                None => "`host-test catalogue` lists the actions".to_owned(),
            };
            output::error_line(format_args!(
                "describe: {id:?} is not an action of this component; {hint}"
            ));
        }
        return Ok(ExitCode::FAILURE);
    }
    if arguments.json {
        print_json(&described);
    } else {
        let texts: Vec<String> = described.iter().map(render::action).collect();
        output::text(texts.join("\n"));
    }
    Ok(ExitCode::SUCCESS)
}

/// The id that was probably meant; `None` if none is similar.
fn nearest<'a>(given: &str, ids: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let given = given.to_lowercase().replace('_', "-");
    let with_distance = ids.map(|id| (strsim::damerau_levenshtein(&given, id), id));
    let (distance, id) = with_distance.min()?;
    (distance * 3 <= given.chars().count()).then_some(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelled_id_finds_the_nearest() {
        let ids = ["tag-article", "untag-article", "list-tags"];
        for (given, meant) in [
            ("tag-artcile", Some("tag-article")),
            ("Tag_Article", Some("tag-article")),
            ("list-tag", Some("list-tags")),
            ("fly-to-the-moon", None),
            ("", None),
        ] {
            assert_eq!(nearest(given, ids.into_iter()), meant, "{given}");
        }
    }
}
