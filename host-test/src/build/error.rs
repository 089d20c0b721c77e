//! Errors of the build, with a hint in each.

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
        /// The program.
        program: String,
        /// The system's error.
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
    /// The connector does not compile; the compiler has printed the reason.
    #[error(
        "build: cargo could not compile the connector in {} ({status}); its messages are above",
        folder.display()
    )]
    Compile {
        /// The crate's folder.
        folder: PathBuf,
        /// Cargo's exit status.
        status: ExitStatus,
    },
    /// The crate compiles, but not to a module.
    #[error(
        "build: the crate in {} does not produce a module; add crate-type = [\"cdylib\"] to \
         [lib] in its Cargo.toml",
        folder.display()
    )]
    NoModule {
        /// The crate's folder.
        folder: PathBuf,
    },
    /// The compiled module is not a component of the world in `wit/`.
    #[error(
        "build: the compiled module does not fit the world in wit/: {0:#}; \
         generate the bindings from the same wit/ and build again"
    )]
    Componentise(Box<dyn std::error::Error + Send + Sync>),
    /// The component can't take its imports from the other one.
    #[error("build: --plug: {}: {why}; give a component that exports what this one imports", plug.display())]
    Plug {
        /// The other component's file.
        plug: PathBuf,
        /// What does not fit.
        why: Box<dyn std::error::Error + Send + Sync>,
    },
    /// Cargo does not return the crate's metadata or dependencies.
    #[error("build: cargo does not list the dependencies of the crate in {}: {why}", folder.display())]
    Unknown {
        /// The crate's folder.
        folder: PathBuf,
        /// Cargo's error.
        why: String,
    },
    /// A value in `Cargo.toml` does not have the format that registries expect.
    #[error(
        "build: Cargo.toml: {key}: {given:?} is not what registries expect ({why}); give an SPDX \
         expression such as \"Apache-2.0 OR MIT\" as license, and whole URLs as repository and homepage"
    )]
    Fact {
        /// The key.
        key: &'static str,
        /// Its value.
        given: String,
        /// What is wrong with it.
        why: String,
    },
    /// There is no crate in the folder.
    #[error("build: {}: has no Cargo.toml; give the folder of a connector's crate", folder.display())]
    NoCrate {
        /// The folder.
        folder: PathBuf,
    },
    /// A file of the build could not be read.
    #[error("build: could not read {}: {source}; give a path that exists and that you may read", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
    /// A file of the build could not be written.
    #[error("build: could not write {}: {source}; make room or give write permission", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
}

impl BuildError {
    /// An error for a file that could not be read.
    pub fn read(path: &Path) -> impl FnOnce(io::Error) -> Self {
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
