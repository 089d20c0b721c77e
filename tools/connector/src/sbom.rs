//! A bill of materials of a component: the crates that are compiled into it, as
//! CycloneDX 1.6 in JSON.
//!
//! Cargo lists the crates. Tools that read `cargo metadata` see the features of the whole
//! workspace, and so crates that only the harness enables. No time and no serial number is
//! written, so the same component has the same bill of materials.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::sha256;
use host_test::build::{BuildError, tree};

/// One crate in a component.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Crate {
    name: String,
    version: String,
    licence: String,
}

/// The crates of a component, each with its dependencies.
#[derive(Debug, Default)]
struct Graph {
    /// The connector.
    root: Option<Crate>,
    uses: BTreeMap<Crate, BTreeSet<Crate>>,
}

/// The bill of materials of `component`, built from the crate in `folder`.
///
/// # Errors
///
/// When the component or the crate's `Cargo.lock` cannot be read, or cargo cannot list the
/// dependencies.
pub fn bill_of_materials(folder: &Path, component: &Path) -> Result<Value, BuildError> {
    let graph = Graph::read(&tree(folder)?);
    let lock = folder.join("Cargo.lock");
    let text = std::fs::read_to_string(&lock).map_err(BuildError::read(&lock))?;
    let bytes = std::fs::read(component).map_err(BuildError::read(component))?;
    Ok(bill(&graph, &checksums(&text), sha256::hexadecimal(&bytes)))
}

impl Graph {
    /// Parses cargo's tree: depth, crate and licence on each line, each crate below the one that
    /// uses it.
    fn read(tree: &str) -> Self {
        let mut graph = Self::default();
        let mut path: Vec<Crate> = Vec::new();
        for (depth, found) in tree.lines().filter_map(line) {
            path.truncate(depth);
            graph.uses.entry(found.clone()).or_default();
            match path.last().and_then(|user| graph.uses.get_mut(user)) {
                Some(used) => drop(used.insert(found.clone())),
                None => graph.root = Some(found.clone()),
            }
            path.push(found);
        }
        graph
    }
}

/// A line such as `2 itoa v1.0.19` with the licence after a tab.
fn line(line: &str) -> Option<(usize, Crate)> {
    let (package, licence) = line.split_once('\t')?;
    let mut words = package.split(' ');
    let depth = words.next()?.parse().ok()?;
    let found = Crate {
        name: words.next()?.to_owned(),
        version: words.next()?.trim_start_matches('v').to_owned(),
        // The notation of licences before SPDX expressions.
        licence: licence.replace('/', " OR "),
    };
    Some((depth, found))
}

/// The used part of a `Cargo.lock`.
#[derive(Deserialize)]
struct Lock {
    package: Vec<Locked>,
}

#[derive(Deserialize)]
struct Locked {
    name: String,
    version: String,
    checksum: Option<String>,
}

/// The SHA-256 of each crate's package, by name and version.
fn checksums(lock: &str) -> BTreeMap<(String, String), String> {
    // Cargo has read the file before.
    let lock = toml::from_str(lock).unwrap_or(Lock { package: vec![] });
    let known = lock.package.into_iter().filter_map(|locked| {
        let checksum = locked.checksum?;
        Some(((locked.name, locked.version), checksum))
    });
    known.collect()
}

fn bill(
    graph: &Graph,
    checksums: &BTreeMap<(String, String), String>,
    component_digest: String,
) -> Value {
    let describe = |found: &Crate, kind: &str, digest: Option<&String>| {
        json!({
            "type": kind,
            "bom-ref": found.url(),
            "name": found.name,
            "version": found.version,
            "licenses": [{ "expression": found.licence }],
            "purl": found.url(),
            "hashes": digest.map(|digest| json!({ "alg": "SHA-256", "content": digest }))
                .into_iter()
                .collect::<Vec<_>>(),
        })
    };
    let root = graph.root.as_ref();
    let others = graph.uses.keys().filter(|found| Some(*found) != root);
    let components = others.map(|found| {
        let key = (found.name.clone(), found.version.clone());
        describe(found, "library", checksums.get(&key))
    });
    let dependencies = graph.uses.iter().map(|(user, used)| {
        let used: Vec<_> = used.iter().map(Crate::url).collect();
        json!({ "ref": user.url(), "dependsOn": used })
    });
    json!({
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": root.map(|root| describe(root, "application", Some(&component_digest))),
        },
        "components": components.collect::<Vec<_>>(),
        "dependencies": dependencies.collect::<Vec<_>>(),
    })
}

impl Crate {
    /// Its package URL, in which a plus sign is encoded.
    fn url(&self) -> String {
        format!(
            "pkg:cargo/{}@{}",
            self.name,
            self.version.replace('+', "%2B")
        )
    }
}
