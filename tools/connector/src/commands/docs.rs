//! `docs`: generates the pages that derive from the component, or checks them.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use clap::Args;

use super::CommandError;
use crate::messages_page::Message;
use crate::{messages_page, operations_page, reference_page};
use connector_host::DenyAll;
use connector_host::manifest::CatalogueQuery;
use host_test::arguments::{ComponentArguments, EnvironmentArguments};
use host_test::build::workspace;
use host_test::generated_page::GeneratedPage;

/// The page of all actions, in the reference page's folder.
const OPERATIONS: &str = "operations.md";

/// The page of all error messages, in the same folder.
const MESSAGES: &str = "messages.md";

/// Write the reference page from the component's manifest. Beside it, write operations.md, the
/// list of all actions, and messages.md, the error messages that the cases expect.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    connector docs           after a change of wit/, operations/ or fixtures/\n  \
    connector docs --check   in CI\n  \
    connector docs --actions vip.json --output vip/reference.md\n\n\
    Exit status: 0 written or up to date, 1 --check found an outdated page, 2 the command line \
    is wrong.")]
pub struct Arguments {
    /// Write nothing; fail if a page is outdated
    #[arg(long)]
    check: bool,
    /// The file of the reference page
    #[arg(long, value_name = "FILE", default_value_os_t = workspace().join("docs").join("reference.md"), hide_default_value = true)]
    output: PathBuf,
    #[command(flatten)]
    environment: EnvironmentArguments,
    #[command(flatten)]
    component: ComponentArguments,
}

/// Runs the command.
///
/// # Errors
///
/// When the component cannot be run or a page cannot be written.
pub async fn run(arguments: Arguments) -> Result<ExitCode, CommandError> {
    let is_check = arguments.check;
    for page in pages(arguments).await? {
        let status = match is_check {
            true => page.check(),
            false => page.write()?,
        };
        if status != ExitCode::SUCCESS {
            return Ok(status);
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn pages(arguments: Arguments) -> Result<[GeneratedPage; 3], CommandError> {
    let connector = arguments.component.connector()?;
    // Without this process's variables, so the pages are the same on any machine.
    let environment = arguments.environment.given(&connector.manifest().await?)?;
    let mut sandbox = connector.sandbox(&environment, Arc::new(DenyAll)).await?;
    let manifest = sandbox.manifest().await?;
    let catalogue = sandbox.catalogue(CatalogueQuery::default()).await?;
    let page = |path, text| GeneratedPage {
        command: "cargo run -p connector -- docs",
        path,
        text,
    };
    let operations = arguments.output.with_file_name(OPERATIONS);
    let messages = arguments.output.with_file_name(MESSAGES);
    Ok([
        page(arguments.output, reference_page(&manifest)),
        page(operations, operations_page(&manifest, &catalogue)),
        page(messages, messages_page::page(&expected_messages()?)),
    ])
}

/// The messages that the cases of this workspace expect.
fn expected_messages() -> Result<Vec<Message>, CommandError> {
    let cases = connector_cases::select(&workspace().join("fixtures"), None)?;
    let mut messages = messages_page::of_cases(&cases);
    let searches = workspace().join("tests").join("search");
    messages.extend(messages_page::of_search_cases(&searches)?);
    Ok(messages)
}
