//! Where an action's input comes from: `JSON`, `@FILE` or `-`.

use std::io::{self, Read};
use std::path::PathBuf;
use std::str::FromStr;

use connector_cases::without_mark;

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
    /// The text of the input. A byte order mark before it is ignored.
    ///
    /// # Errors
    ///
    /// When the file or standard input cannot be read, or is not UTF-8.
    pub fn read(self) -> Result<String, InputError> {
        let (path, bytes) = match self {
            Self::Text(text) => return Ok(text),
            Self::File(path) => {
                let bytes = std::fs::read(&path);
                (path, bytes)
            }
            Self::Stdin => {
                let mut bytes = Vec::new();
                let read = io::stdin().read_to_end(&mut bytes);
                ("standard input".into(), read.map(|_| bytes))
            }
        };
        bytes
            .and_then(|bytes| text(&bytes))
            .map_err(|source| InputError { path, source })
    }
}

/// Bytes as text, without a byte order mark.
pub(super) fn text(bytes: &[u8]) -> io::Result<String> {
    let text = without_mark(bytes).to_vec();
    String::from_utf8(text)
        .map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "it is not UTF-8"))
}
