//! The files of the repository.

use std::path::{Path, PathBuf};

/// Folders of what is built, installed or recorded by tools.
const NOT_OURS: [&str; 5] = [".git", "target", "node_modules", "generated", ".packages"];

/// The paths of all files below a folder, relative to it, in order.
pub fn below(root: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    add(root, Path::new(""), &mut found);
    found.sort();
    found
}

fn add(root: &Path, folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in root.join(folder).read_dir().unwrap().map(Result::unwrap) {
        let name = entry.file_name();
        let path = folder.join(&name);
        if !entry.file_type().unwrap().is_dir() {
            found.push(path);
        } else if !NOT_OURS.iter().any(|it| name == *it) {
            add(root, &path, found);
        }
    }
}
