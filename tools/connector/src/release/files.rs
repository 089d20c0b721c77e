//! The files of a release.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use connector_host::atomic;

use crate::sha256;

/// The name of the file with the checksums.
const SUMS: &str = "SHA256SUMS";

/// Files by name; a name may have a folder, as in `wit/plugin.wit`.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Files(BTreeMap<String, Vec<u8>>);

/// Why a folder is not filled.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// It has files.
    #[error("DIR: {} is not empty; give a new folder, or empty this one", .0.display())]
    NotEmpty(PathBuf),
    /// It cannot be read or written.
    #[error("DIR: {}: {source}; give a folder that you may write to", path.display())]
    File {
        /// The folder, or a file in it.
        path: PathBuf,
        /// The system's error.
        source: io::Error,
    },
}

impl FolderError {
    fn file(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::File { path, source }
    }
}

/// Checks that `folder` is empty or does not exist.
///
/// # Errors
///
/// When it has files, or cannot be read, such as a file.
pub fn ensure_empty(folder: &Path) -> Result<(), FolderError> {
    match std::fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(FolderError::file(folder)(error)),
        Ok(mut entries) => match entries.next() {
            None => Ok(()),
            Some(_) => Err(FolderError::NotEmpty(folder.to_owned())),
        },
    }
}

impl Files {
    /// Adds a file.
    pub fn add(&mut self, name: impl Into<String>, content: impl Into<Vec<u8>>) {
        self.0.insert(name.into(), content.into());
    }

    /// Adds other files.
    pub fn extend(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// Adds the checksums of all files so far, in the format of `sha256sum`.
    #[must_use]
    pub fn with_sums(mut self) -> Self {
        let lines = self.0.iter();
        let lines = lines.map(|(name, bytes)| format!("{}  {name}\n", sha256::hexadecimal(bytes)));
        let sums: String = lines.collect();
        self.add(SUMS, sums);
        self
    }

    /// Writes the files into `folder`, and creates it if it is missing.
    ///
    /// # Errors
    ///
    /// When the folder has other files, or cannot be written.
    pub fn write(&self, folder: &Path) -> Result<(), FolderError> {
        ensure_empty(folder)?;
        for (name, bytes) in &self.0 {
            let path = folder.join(name);
            atomic::write(&path, bytes).map_err(FolderError::file(&path))?;
        }
        Ok(())
    }

    /// A line for each file: its size in bytes and its name.
    pub fn list(&self) -> impl Iterator<Item = String> {
        let files = self.0.iter();
        files.map(|(name, bytes)| format!("{:>9} bytes  {name}", bytes.len()))
    }

    /// The content of a file.
    pub fn get(&self, name: &str) -> Option<&[u8]> {
        self.0.get(name).map(Vec::as_slice)
    }

    /// The names of the files, sorted.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn tea() -> Files {
        let mut files = Files::default();
        files.add("tea.txt", "");
        files.add("wit/tea.wit", "abc");
        files
    }

    #[test]
    fn the_sums_are_those_of_sha256sum() {
        let files = tea().with_sums();
        let sums = String::from_utf8(files.get(SUMS).unwrap().to_vec()).unwrap();
        assert_eq!(
            sums,
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  tea.txt\n\
             ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  wit/tea.wit\n"
        );
    }

    #[test]
    fn each_file_is_a_line_with_its_size() {
        let lines: Vec<_> = tea().list().collect();
        assert_eq!(
            lines,
            ["        0 bytes  tea.txt", "        3 bytes  wit/tea.wit"]
        );
    }

    #[test]
    fn a_folder_with_files_is_not_touched() {
        let folder = tempfile::tempdir().unwrap();
        tea().write(&folder.path().join("new")).unwrap();
        let written = std::fs::read_to_string(folder.path().join("new/wit/tea.wit")).unwrap();
        assert_eq!(written, "abc");

        let error = tea().write(folder.path()).unwrap_err().to_string();
        let expected = format!(
            "DIR: {} is not empty; give a new folder, or empty this one",
            folder.path().display()
        );
        assert_eq!(error, expected);
        assert!(!folder.path().join("tea.txt").exists());
    }
}
