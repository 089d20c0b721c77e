//! Builds the component file from the connector crate.

mod cargo;
mod error;
mod metadata;
mod names;
mod plug;

use std::path::{Path, PathBuf};

use wit_component::ComponentEncoder;

pub use cargo::tree;
pub use error::BuildError;

use connector_host::atomic;

/// The workspace of this harness.
pub fn workspace() -> &'static Path {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest.parent().unwrap_or(manifest)
}

/// The output files of the build.
#[derive(Debug, Clone)]
pub struct Artifact {
    /// The finished component, such as `target/intercom.wasm`.
    pub component: PathBuf,
    /// The component's core module.
    pub core_module: PathBuf,
}

/// Compiles and componentises the connector. Fast if nothing has changed.
///
/// # Errors
///
/// When the wasm target cannot be added, the crate does not compile, or its module does not fit
/// the WIT world.
pub fn component() -> Result<Artifact, BuildError> {
    connector(workspace(), "intercom.wasm")
}

/// Compiles and componentises the connector crate in `folder` to `target/<name>` there, and adds
/// metadata from the crate's `Cargo.toml`: name, version, description, authors, licence, source
/// and homepage. The crate needs a profile `component` and an up-to-date `Cargo.lock`.
///
/// # Errors
///
/// As for [`component`].
pub fn connector(folder: &Path, name: &str) -> Result<Artifact, BuildError> {
    finished(folder, name, Ok)
}

/// As [`connector`], and takes what the component imports from another one, whose
/// file is `plug`, as far as that exports it.
///
/// # Errors
///
/// As for [`component`]; when the file can't be read, or exports nothing that fits.
pub fn plugged(folder: &Path, name: &str, plug: &Path) -> Result<Artifact, BuildError> {
    let bytes = std::fs::read(plug).map_err(BuildError::read(plug))?;
    finished(folder, name, |component| {
        plug::plug(&component, &bytes).map_err(|why| BuildError::Plug {
            plug: plug.to_owned(),
            why,
        })
    })
}

fn finished(
    folder: &Path,
    name: &str,
    compose: impl FnOnce(Vec<u8>) -> Result<Vec<u8>, BuildError>,
) -> Result<Artifact, BuildError> {
    if !folder.join("Cargo.toml").is_file() {
        return Err(BuildError::NoCrate {
            folder: folder.to_owned(),
        });
    }
    cargo::ensure_target(folder)?;
    let core_module = cargo::compile(folder)?;
    let component = folder.join("target").join(name);
    let module = std::fs::read(&core_module).map_err(BuildError::read(&core_module))?;
    let composed = compose(componentise(&module)?)?;
    let finished = metadata::embed(&composed, &cargo::package(folder)?)?;
    atomic::write(&component, &finished).map_err(BuildError::write(&component))?;
    Ok(Artifact {
        component,
        core_module,
    })
}

/// Wraps a core module, which has its WIT world embedded, as a component, without debug names.
fn componentise(module: &[u8]) -> Result<Vec<u8>, BuildError> {
    ComponentEncoder::default()
        .validate(true)
        .module(module)
        .and_then(|mut encoder| encoder.encode())
        .and_then(|component| Ok(names::without(&component)?))
        .map_err(|error| BuildError::Componentise(error.into()))
}
