//! What can go wrong in the build step, and the way out of each.

use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitStatus;

use super::cargo::TARGET;

/// Why there is no component.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// A program of the toolchain did not start.
    #[error("build: could not start {program}: {source}; install Rust, or put it on the PATH")]
    Start {
        /// The program that was asked for.
        program: String,
        /// What the system said.
        source: io::Error,
    },
    /// The wasm target is missing and could not be added.
    #[error(
        "build: this Rust toolchain lacks the target {TARGET}, and it could not be added: {why}; \
         run `rustup target add {TARGET}`, or without rustup install your \
         distribution's package of the Rust standard library for {TARGET}"
    )]
    Target {
        /// Why adding it failed.
        why: String,
    },
    /// The connector does not compile; the compiler has said why.
    #[error(
        "build: cargo could not compile the connector in {} ({status}); its messages are above",
        folder.display()
    )]
    Compile {
        /// The crate's folder.
        folder: PathBuf,
        /// How cargo ended.
        status: ExitStatus,
    },
    /// The crate compiles, but not to a module.
    #[error(
        "build: the crate in {} makes no module; add crate-type = [\"cdylib\"] to [lib] in its Cargo.toml",
        folder.display()
    )]
    NoModule {
        /// The crate's folder.
        folder: PathBuf,
    },
    /// The compiled module is no component of the world in `wit/`.
    #[error(
        "build: the compiled module does not fit the world in wit/: {0:#}; \
         generate the bindings from the same wit/ and build again"
    )]
    Componentise(Box<dyn std::error::Error + Send + Sync>),
    /// A file of the build could not be read.
    #[error("build: could not read {}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A file of the build could not be written.
    #[error("build: could not write {}: {source}; make room or give write permission", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

impl BuildError {
    pub(super) fn read(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Read { path, source }
    }

    pub(super) fn write(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Write { path, source }
    }

    pub(super) fn start(program: &str) -> impl FnOnce(io::Error) -> Self {
        let program = program.to_owned();
        move |source| Self::Start { program, source }
    }
}
