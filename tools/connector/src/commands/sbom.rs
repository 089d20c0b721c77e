//! `sbom`: prints the component's bill of materials.

use std::process::ExitCode;

use clap::Args;

use super::CommandError;
use crate::bill_of_materials;
use host_test::build;
use host_test::commands::print_json;

/// Print the component's bill of materials: the crates in it, with licences and
/// checksums, as CycloneDX 1.6 in JSON.
///
/// The component is built first, and named by its SHA-256. Crates that run only in the build,
/// such as macros, are not included.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  \
    connector sbom > intercom.cdx.json\n\n\
    Exit status: 0 printed, 1 the component does not build.")]
pub struct Arguments {}

/// Runs the command.
///
/// # Errors
///
/// When the component does not build, or cargo cannot list its crates.
pub fn run(_: &Arguments) -> Result<ExitCode, CommandError> {
    let component = build::component()?.component;
    print_json(&bill_of_materials(build::workspace(), &component)?);
    Ok(ExitCode::SUCCESS)
}
