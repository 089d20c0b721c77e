//! The packages for npm and PyPI. A script in each engine's folder knows what is in its
//! package; this module runs it.

use std::path::{Path, PathBuf};

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
    /// All packages.
    pub const ALL: [Self; 2] = [Self::Npm, Self::Wheel];

    /// Its name on the command line.
    fn name(self) -> &'static str {
        match self {
            Self::Npm => "npm",
            Self::Wheel => "wheel",
        }
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

    /// Makes the package of `component` by the script in `workspace/engines`, and adds it to
    /// `files`.
    ///
    /// # Errors
    ///
    /// When the program is missing, or fails.
    pub fn add_to(
        self,
        files: &mut Files,
        workspace: &Path,
        component: &Path,
        version: &str,
    ) -> Result<(), PackageError> {
        self.make(files, workspace, component, version)
            .map_err(|source| PackageError {
                package: self,
                source,
            })
    }

    fn make(
        self,
        files: &mut Files,
        workspace: &Path,
        component: &Path,
        version: &str,
    ) -> Result<(), ProgramError> {
        command_output::error_line(format_args!("making the {}", self.title()));
        let (engine, program, script) = self.script();
        let folder = workspace.join("engines").join(engine);
        if self == Self::Npm {
            install_npm_packages(&folder)?;
        }
        let out = std::env::temp_dir();
        let out = tempfile::tempdir_in(&out).map_err(ProgramError::file(&out))?;
        program.run(&folder, |command| {
            let command = command.arg(script).arg("--component").arg(component);
            command.args(["--version", version]);
            command.arg("--out").arg(out.path())
        })?;
        for path in entries(out.path())? {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let bytes = std::fs::read(&path).map_err(ProgramError::file(&path))?;
            files.add(name, bytes);
        }
        Ok(())
    }
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>, ProgramError> {
    let entries = std::fs::read_dir(folder).map_err(ProgramError::file(folder))?;
    let paths = entries.map(|entry| Ok(entry.map_err(ProgramError::file(folder))?.path()));
    paths.collect()
}
