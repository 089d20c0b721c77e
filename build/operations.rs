//! Packs the catalogue, `operations/*.json`. It uses the component's parser, so that custom
//! actions and the catalogue have one format.

use super::contract::Result;
use connector_definitions::{openapi, operation};
use std::fs;
use std::path::Path;

#[path = "pack.rs"]
mod pack;

/// The packed table of all files of a folder, in the order of their names. `typed` are the ids
/// of the typed actions.
///
/// # Errors
/// A file can't be read, or has a problem.
pub fn table(folder: &Path, typed: &[&str]) -> Result<Vec<u8>> {
    let mut operations: Vec<operation::Operation> = Vec::new();
    for path in files(folder)? {
        let shown = path.display();
        let text = fs::read_to_string(&path).map_err(|error| format!("{shown}: {error}"))?;
        let document = serde_json::from_str(&text).map_err(|error| format!("{shown}: {error}"))?;
        let is_taken =
            |id: &str| typed.contains(&id) || operations.iter().any(|operation| operation.id == id);
        let read = openapi::read(&document, None, &is_taken, |_| {
            Ok(Vec::<openapi::Reference>::new())
        });
        if !read.problems.is_empty() {
            let problems = read.problems.iter();
            let lines = problems.map(|problem| {
                let openapi::Problem {
                    pointer,
                    message,
                    hint,
                } = problem;
                format!("{shown}#{pointer}: {message}; {hint}")
            });
            return Err(lines.collect::<Vec<_>>().join("\n").into());
        }
        operations.extend(read.operations);
    }
    Ok(pack::table(operations)?)
}

fn files(folder: &Path) -> Result<Vec<std::path::PathBuf>> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Ok(Vec::new());
    };
    let paths = entries.map(|entry| entry.map(|entry| entry.path()));
    let mut paths = paths.collect::<std::result::Result<Vec<_>, _>>()?;
    paths.retain(|path| path.extension().is_some_and(|kind| kind == "json"));
    paths.sort();
    Ok(paths)
}
