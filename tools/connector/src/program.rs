//! Runs the programs that build pages and packages: Node.js with npm, and Python.

use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};

/// A program that this one runs.
#[derive(Debug, Clone, Copy)]
pub struct Program {
    /// Its name on the `PATH`.
    pub name: &'static str,
    /// What to install if it is missing.
    pub needs: &'static str,
}

const NODE_WITH_NPM: &str = "Node.js 20.11 or later with npm";

/// Node.js.
pub const NODE: Program = Program {
    name: "node",
    needs: NODE_WITH_NPM,
};

/// The package manager of Node.js.
const NPM: Program = Program {
    name: "npm",
    needs: NODE_WITH_NPM,
};

/// Python.
pub const PYTHON: Program = Program {
    name: "python3",
    needs: "Python 3.10 or later with pip",
};

/// Why a program did not do its work.
#[derive(Debug, thiserror::Error)]
pub enum ProgramError {
    /// It is missing.
    #[error("{} did not start ({source}); install {}", program.name, program.needs)]
    Start {
        /// The program.
        program: Program,
        /// The system's error.
        source: io::Error,
    },
    /// It failed.
    #[error("{} ended with {status}; its output is above", program.name)]
    Failed {
        /// The program.
        program: Program,
        /// Its exit status.
        status: ExitStatus,
    },
    /// A file that it needs or makes cannot be read or written.
    #[error("{}: {source}", path.display())]
    File {
        /// The file or folder.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
}

impl ProgramError {
    /// An error about a file or folder.
    pub fn file(path: &Path) -> impl Fn(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::File {
            path: path.clone(),
            source,
        }
    }
}

impl Program {
    /// Runs the program in `folder`. Its output goes to standard error, since standard output
    /// belongs to the command.
    ///
    /// # Errors
    ///
    /// When it does not start, or fails.
    pub fn run(
        self,
        folder: &Path,
        arguments: impl FnOnce(&mut Command) -> &mut Command,
    ) -> Result<(), ProgramError> {
        let mut command = Command::new(self.name);
        let ended = arguments(&mut command)
            .current_dir(folder)
            .stdout(io::stderr())
            .status();
        let program = self;
        let status = ended.map_err(|source| ProgramError::Start { program, source })?;
        match status.success() {
            true => Ok(()),
            false => Err(ProgramError::Failed { program, status }),
        }
    }
}

/// Installs the pinned npm packages of `folder`, unless they are installed already.
///
/// # Errors
///
/// When npm is missing or fails, or the folder cannot be read or written.
pub fn install_npm_packages(folder: &Path) -> Result<(), ProgramError> {
    let wanted = folder.join("package-lock.json");
    let installed = folder.join("node_modules").join("installed-lock.json");
    let lock = std::fs::read(&wanted).map_err(ProgramError::file(&wanted))?;
    if std::fs::read(&installed).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    command_output::error_line(format_args!(
        "installing the npm packages of {}",
        folder.display()
    ));
    NPM.run(folder, |npm| {
        npm.args(["ci", "--no-audit", "--no-fund", "--loglevel", "error"])
    })?;
    std::fs::write(&installed, lock).map_err(ProgramError::file(&installed))
}
