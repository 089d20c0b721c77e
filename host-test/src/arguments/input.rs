//! Where an action's input comes from: `JSON`, `@FILE` or `-`.

use std::io::{self, Read};
use std::path::PathBuf;
use std::str::FromStr;

/// The input cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("--input: could not read {}: {source}; give JSON, @FILE or -", path.display())]
pub struct InputError {
    /// The file.
    path: PathBuf,
    /// What the system said.
    source: io::Error,
}

/// Where an action's input comes from.
#[derive(Debug, Clone)]
pub enum Input {
    /// Given as it is.
    Text(String),
    /// In this file.
    File(PathBuf),
    /// On standard input.
    Stdin,
}

impl FromStr for Input {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(match text.strip_prefix('@') {
            Some(path) => Self::File(path.into()),
            None if text == "-" => Self::Stdin,
            None => Self::Text(text.to_owned()),
        })
    }
}

impl Input {
    /// The text of the input.
    ///
    /// # Errors
    ///
    /// When the file or standard input cannot be read.
    pub fn read(self) -> Result<String, InputError> {
        let failed = |path: PathBuf| |source| InputError { path, source };
        match self {
            Self::Text(text) => Ok(text),
            Self::File(path) => std::fs::read_to_string(&path).map_err(failed(path)),
            Self::Stdin => {
                let mut text = String::new();
                let read = io::stdin().read_to_string(&mut text);
                read.map(|_| text).map_err(failed("standard input".into()))
            }
        }
    }
}
