//! The packages for npm and PyPI. A script in each engine's folder knows what is in its
//! package; this module runs it.

use std::path::Path;

use clap::ValueEnum;

use super::Files;
use crate::program::{NODE, PYTHON, Program, ProgramError, install_npm_packages};

/// A package of a release.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Package {
    /// The npm package for Node.js
    Npm,
    /// The wheel for Python
    Wheel,
}

/// Why there is no package.
#[derive(Debug, thiserror::Error)]
#[error("{}: {source}; `--without {}` leaves it out", package.title(), package.name())]
pub struct PackageError {
    package: Package,
    source: ProgramError,
}

impl Package {
    /// Its name on the command line.
    fn name(self) -> String {
        let value = self.to_possible_value();
        value.map_or_else(String::new, |value| value.get_name().to_owned())
    }

    /// Its name in a sentence.
    fn title(self) -> &'static str {
        match self {
            Self::Npm => "npm package",
            Self::Wheel => "Python wheel",
        }
    }

    /// The folder of its engine, and the program and script that make it.
    fn script(self) -> (&'static str, Program, &'static str) {
        match self {
            Self::Npm => ("node", NODE, "pack.js"),
            Self::Wheel => ("python", PYTHON, "pack.py"),
        }
    }

    /// Makes the package of `component` by the script in `workspace/engines`.
    ///
    /// # Errors
    ///
    /// When the program is missing, or fails.
    pub fn make(
        self,
        workspace: &Path,
        component: &Path,
        version: &str,
    ) -> Result<Files, PackageError> {
        let made = self.run_script(workspace, component, version);
        made.map_err(|source| PackageError {
            package: self,
            source,
        })
    }

    fn run_script(
        self,
        workspace: &Path,
        component: &Path,
        version: &str,
    ) -> Result<Files, ProgramError> {
        command_output::error_line(format_args!("making the {}", self.title()));
        let (engine, program, script) = self.script();
        let folder = workspace.join("engines").join(engine);
        if self == Self::Npm {
            install_npm_packages(&folder)?;
        }
        let out = tempfile::tempdir().map_err(ProgramError::file(&std::env::temp_dir()))?;
        program.run(&folder, |command| {
            let command = command.arg(script).arg("--component").arg(component);
            command.args(["--version", version]);
            command.arg("--out").arg(out.path())
        })?;
        read(out.path())
    }
}

/// The files in a folder.
fn read(folder: &Path) -> Result<Files, ProgramError> {
    let mut files = Files::default();
    for entry in std::fs::read_dir(folder).map_err(ProgramError::file(folder))? {
        let path = entry.map_err(ProgramError::file(folder))?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        files.add(
            name,
            std::fs::read(&path).map_err(ProgramError::file(&path))?,
        );
    }
    Ok(files)
}
