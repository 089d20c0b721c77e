//! `release`: makes the files that users download.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, ValueEnum};

use super::CommandError;
use crate::release::{Contents, Package, contents, ensure_empty};
use command_output as output;
use host_test::build;

/// Make a release in a folder: all that users of the connector download.
///
/// The component and its bill of materials, the WIT packages, the JSON Schemas, the reference,
/// an npm package, a Python wheel, the licences, and SHA256SUMS. Nothing is written before all of
/// it is made. The packages need Node.js 20.11 or later with npm, and Python 3.10 or later with
/// pip; both download what they need.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    connector release release-0.2.0\n  \
    connector release release-0.2.0 --without wheel\n\n\
    Exit status: 0 made, 1 a file cannot be made, 2 the command line is wrong.")]
pub struct Arguments {
    /// The folder to make; an existing one has to be empty
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// Leave out this package; may be repeated
    #[arg(long, value_name = "PACKAGE", value_enum)]
    without: Vec<Package>,
}

/// Runs the command.
///
/// # Errors
///
/// When the folder is not empty, the component does not build, or a file cannot be made.
pub async fn run(arguments: Arguments) -> Result<ExitCode, CommandError> {
    let folder = arguments.folder;
    ensure_empty(&folder)?;
    let component = build::component()?.component;
    let Contents { mut files, version } = contents(build::workspace(), &component).await?;
    for package in Package::value_variants() {
        if !arguments.without.contains(package) {
            files.extend(package.make(build::workspace(), &component, &version)?);
        }
    }
    let files = files.with_sums();
    files.write(&folder)?;
    files.list().for_each(output::line);
    Ok(ExitCode::SUCCESS)
}
