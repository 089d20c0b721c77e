//! The files of a release that need no other program than cargo.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use connector_host::manifest::CatalogueQuery;
use connector_host::schema::Audience;
use connector_host::{ConnectorPre, DenyAll, Engine, Environment, HostError, Limits, SandboxError};
use host_test::build::BuildError;
use host_test::inspect::{InspectError, inspect};
use host_test::{WitError, schemas, wit_packages};
use serde::Serialize;

use super::Files;
use crate::{bill_of_materials, operations_page, reference_page};

/// Why the files cannot be made.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub enum ContentsError {
    /// The component cannot be loaded.
    Host(#[from] HostError),
    /// The component cannot be run.
    Sandbox(#[from] SandboxError),
    /// The component's metadata cannot be read.
    Inspect(#[from] InspectError),
    /// The component's metadata lacks what names the files.
    #[error("{}: its metadata has no {fact}; build it with `host-test build`", component.display())]
    Nameless {
        /// The component.
        component: PathBuf,
        /// What is missing.
        fact: &'static str,
    },
    /// A file of the sources cannot be read, or cargo does not list the crates.
    Build(#[from] BuildError),
    /// The WIT packages cannot be read.
    Wit(#[from] WitError),
    /// A document cannot be written as JSON.
    #[error("could not write the JSON: {0}")]
    Json(#[from] serde_json::Error),
}

/// The files, and what names the packages.
#[derive(Debug)]
pub struct Contents {
    /// The files.
    pub files: Files,
    /// The component's version.
    pub version: String,
}

/// The files of a release of `component`, which is built from the crate in `folder`: the
/// component, its bill of materials, WIT packages, schemas, pages and licences.
///
/// Each depends only on the sources, so that the same sources give the same bytes.
///
/// # Errors
///
/// When the component cannot be run, or the sources cannot be read.
pub async fn contents(folder: &Path, component: &Path) -> Result<Contents, ContentsError> {
    let mut files = Files::default();
    let bytes = std::fs::read(component).map_err(BuildError::read(component))?;
    let (name, version) = name_and_version(component, &bytes)?;
    files.add(format!("{name}-{version}.wasm"), bytes);
    let bill = bill_of_materials(folder, component)?;
    files.add(format!("{name}-{version}.cdx.json"), json(&bill)?);
    add_wit(&mut files, folder)?;
    add_what_it_describes(&mut files, component).await?;
    add_licences(&mut files, folder)?;
    Ok(Contents { files, version })
}

fn name_and_version(component: &Path, bytes: &[u8]) -> Result<(String, String), ContentsError> {
    let facts = inspect(bytes)?.facts;
    let find = |fact| {
        let found = facts.iter().find(|(name, _)| *name == fact);
        let found = found.map(|(_, value)| value.clone());
        found.ok_or_else(|| ContentsError::Nameless {
            component: component.to_owned(),
            fact,
        })
    };
    Ok((find("name")?, find("version")?))
}

fn add_wit(files: &mut Files, folder: &Path) -> Result<(), ContentsError> {
    for package in wit_packages(&folder.join("wit"))? {
        let name = package.name.replace(':', "-");
        files.add(format!("wit/{name}.wit"), package.text);
        files.add(format!("wit/{name}.wasm"), package.binary);
    }
    Ok(())
}

/// The schemas and pages that the component's own descriptions give.
async fn add_what_it_describes(files: &mut Files, component: &Path) -> Result<(), ContentsError> {
    let connector = ConnectorPre::from_file(&Engine::new()?, component, Limits::default())?;
    // Without this process's variables, so the files are the same on any machine.
    let environment = Environment::default();
    let mut sandbox = connector.sandbox(&environment, Arc::new(DenyAll)).await?;
    let manifest = sandbox.manifest().await?;
    let catalogue = sandbox.catalogue(CatalogueQuery::default()).await?;
    let schemas = schemas::of_manifest(&manifest, Audience::Form);
    files.add("schemas.json", json(&schemas)?);
    files.add("reference.md", reference_page(&manifest));
    files.add("operations.md", operations_page(&manifest, &catalogue));
    Ok(())
}

/// The licences' texts, which those who pass the component on have to add.
fn add_licences(files: &mut Files, folder: &Path) -> Result<(), BuildError> {
    for entry in std::fs::read_dir(folder).map_err(BuildError::read(folder))? {
        let path = entry.map_err(BuildError::read(folder))?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name.starts_with("LICENSE") {
            let text = std::fs::read(&path).map_err(BuildError::read(&path))?;
            files.add(name, text);
        }
    }
    Ok(())
}

fn json(document: &impl Serialize) -> serde_json::Result<String> {
    Ok(serde_json::to_string_pretty(document)? + "\n")
}
