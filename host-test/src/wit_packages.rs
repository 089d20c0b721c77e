//! The WIT packages of a folder such as `wit/`, as text and in binary form.

use std::path::{Path, PathBuf};

use wit_component::{WitPrinter, encode};
use wit_parser::{PackageId, Resolve};

/// One WIT package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WitPackage {
    /// Its name and version, such as `workflow:plugin@0.2.0`.
    pub name: String,
    /// Its text, with comments.
    pub text: String,
    /// Its binary form, which registries store; the comments are in it.
    pub binary: Vec<u8>,
}

/// Why there are no packages.
#[derive(Debug, thiserror::Error)]
#[error("{}: {why:#}; give a folder with a WIT package", folder.display())]
pub struct WitError {
    folder: PathBuf,
    why: Box<dyn std::error::Error + Send + Sync>,
}

/// The package in `folder`, after those that it depends on, which are in `deps` there.
///
/// # Errors
///
/// When the folder cannot be read, or is not WIT.
pub fn wit_packages(folder: &Path) -> Result<Vec<WitPackage>, WitError> {
    let failed = |why: Box<dyn std::error::Error + Send + Sync>| WitError {
        folder: folder.to_owned(),
        why,
    };
    let mut resolve = Resolve::default();
    resolve
        .push_dir(folder)
        .map_err(|error| failed(error.into()))?;
    let ids = resolve.topological_packages();
    let packages = ids.into_iter().map(|id| package(&resolve, id));
    packages.collect::<Result<_, _>>().map_err(failed)
}

fn package(
    resolve: &Resolve,
    id: PackageId,
) -> Result<WitPackage, Box<dyn std::error::Error + Send + Sync>> {
    let name = resolve.packages.get(id).map(|found| found.name.to_string());
    let mut printer = WitPrinter::default();
    printer.print(resolve, id, &[])?;
    Ok(WitPackage {
        name: name.unwrap_or_default(),
        text: printer.output.to_string(),
        binary: encode(resolve, id)?,
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use wit_parser::decoding::decode;

    use super::*;
    use crate::build::workspace;

    #[test]
    fn the_binary_form_decodes_to_the_text() {
        let packages = wit_packages(&workspace().join("wit")).unwrap();
        let names: Vec<_> = packages.iter().map(|package| &*package.name).collect();
        assert_eq!(names, ["workflow:plugin@0.2.0", "intercom:connector@0.2.0"]);
        for package in packages {
            let decoded = decode(&package.binary).unwrap();
            let mut printer = WitPrinter::default();
            printer
                .print(decoded.resolve(), decoded.package(), &[])
                .unwrap();
            assert_eq!(printer.output.to_string(), package.text, "{}", package.name);
            assert!(package.text.contains("\n/// "), "{}", package.name);
        }
    }

    #[test]
    fn a_folder_without_wit_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let error = wit_packages(folder.path()).unwrap_err().to_string();
        let start = folder.path().display().to_string();
        assert!(error.starts_with(&start), "{error}");
    }
}
