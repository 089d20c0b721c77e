//! A file with custom actions.

use std::fmt;
use std::io;
use std::path::PathBuf;
use std::str::FromStr;

use super::input::text;

/// A file with custom actions, in the format of `WORKFLOW_ACTIONS`.
#[derive(Debug, Clone)]
pub struct ActionsFile(PathBuf);

/// The file cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("could not read {}: {source}; give a file with an OpenAPI document", path.display())]
pub struct ActionsFileError {
    path: PathBuf,
    source: io::Error,
}

impl ActionsFile {
    /// The text of the file, without a byte order mark.
    ///
    /// # Errors
    ///
    /// When it cannot be read, or is not UTF-8.
    pub fn read(&self) -> Result<String, ActionsFileError> {
        let read = std::fs::read(&self.0).and_then(|bytes| text(&bytes));
        read.map_err(|source| ActionsFileError {
            path: self.0.clone(),
            source,
        })
    }
}

impl FromStr for ActionsFile {
    type Err = std::convert::Infallible;

    fn from_str(path: &str) -> Result<Self, Self::Err> {
        Ok(Self(path.into()))
    }
}

impl fmt::Display for ActionsFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.display().fmt(f)
    }
}
