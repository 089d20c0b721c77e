//! A component's metadata for registries and readers of the file: the facts of its crate's
//! `Cargo.toml`, as custom sections.

use serde::Deserialize;
use wasm_metadata::{
    AddMetadata, AddMetadataField, Authors, Description, Homepage, Licenses, Source, Version,
};

use super::BuildError;

/// A crate's facts, named as in `cargo metadata`.
#[derive(Debug, Deserialize)]
pub(super) struct Package {
    name: String,
    version: String,
    authors: Vec<String>,
    description: Option<String>,
    /// An SPDX expression.
    license: Option<String>,
    /// The source repository.
    repository: Option<String>,
    homepage: Option<String>,
}

/// Writes the facts into a component. Missing facts are left out. The same facts and component
/// give the same bytes.
///
/// # Errors
///
/// When the licence is not an SPDX expression, or an address not a URL.
pub(super) fn embed(component: &[u8], package: &Package) -> Result<Vec<u8>, BuildError> {
    let mut metadata = AddMetadata::default();
    metadata.name = AddMetadataField::Set(package.name.clone());
    metadata.version = AddMetadataField::Set(Version::new(package.version.clone()));
    if !package.authors.is_empty() {
        metadata.authors = AddMetadataField::Set(Authors::new(package.authors.join(", ")));
    }
    if let Some(description) = &package.description {
        metadata.description = AddMetadataField::Set(Description::new(description.clone()));
    }
    if let Some(licence) = &package.license {
        metadata.licenses = set("license", licence, Licenses::new)?;
    }
    if let Some(url) = &package.repository {
        metadata.source = set("repository", url, Source::new)?;
    }
    if let Some(url) = &package.homepage {
        metadata.homepage = set("homepage", url, Homepage::new)?;
    }
    metadata
        .to_wasm(component)
        .map_err(|error| BuildError::Componentise(error.into()))
}

/// A fact with a required format.
fn set<T: std::fmt::Debug + Clone, E: std::fmt::Display>(
    key: &'static str,
    given: &str,
    parse: impl FnOnce(&str) -> Result<T, E>,
) -> Result<AddMetadataField<T>, BuildError> {
    match parse(given) {
        Ok(fact) => Ok(AddMetadataField::Set(fact)),
        Err(why) => Err(BuildError::Fact {
            key,
            given: given.to_owned(),
            why: why.to_string(),
        }),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::inspect::inspect;

    fn package() -> Package {
        Package {
            name: "tea-connector".to_owned(),
            version: "1.2.3".to_owned(),
            authors: vec!["Ada <ada@example.com>".to_owned(), "Ben".to_owned()],
            description: Some("Brews tea".to_owned()),
            license: Some("Apache-2.0 OR MIT".to_owned()),
            repository: Some("https://example.com/tea.git".to_owned()),
            homepage: Some("https://example.com/tea".to_owned()),
        }
    }

    fn component() -> Vec<u8> {
        wat::parse_str("(component)").unwrap()
    }

    #[test]
    fn every_fact_is_read_back() {
        let written = embed(&component(), &package()).unwrap();
        assert_eq!(
            inspect(&written).unwrap().facts,
            [
                ("name", "tea-connector"),
                ("version", "1.2.3"),
                ("description", "Brews tea"),
                ("authors", "Ada <ada@example.com>, Ben"),
                ("licenses", "Apache-2.0 OR MIT"),
                ("source", "https://example.com/tea.git"),
                ("homepage", "https://example.com/tea"),
            ]
            .map(|(name, value)| (name, value.to_owned()))
        );
    }

    #[test]
    fn unknown_facts_are_left_out() {
        let package = serde_json::from_str(r#"{"name": "tea", "version": "1.0.0", "authors": []}"#);
        let written = embed(&component(), &package.unwrap()).unwrap();
        let facts = inspect(&written).unwrap().facts;
        let names: Vec<_> = facts.iter().map(|(name, _)| *name).collect();
        assert_eq!(names, ["name", "version"]);
    }

    #[test]
    fn a_fact_of_another_form_is_an_error_that_names_it() {
        let cases = [
            (
                Package {
                    license: Some("free".to_owned()),
                    ..package()
                },
                "build: Cargo.toml: license: \"free\"",
            ),
            (
                Package {
                    repository: Some("tea.git".to_owned()),
                    ..package()
                },
                "build: Cargo.toml: repository: \"tea.git\"",
            ),
            (
                Package {
                    homepage: Some("tea".to_owned()),
                    ..package()
                },
                "build: Cargo.toml: homepage: \"tea\"",
            ),
        ];
        for (package, start) in cases {
            let error = embed(&component(), &package).unwrap_err().to_string();
            assert!(error.starts_with(start), "{error}");
        }
    }
}
