//! The source of an action's input: `JSON`, `@FILE` or `-`.

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
    /// The system's error.
    source: io::Error,
}

/// The source of an action's input.
#[derive(Debug, Clone)]
pub enum Input {
    /// The input itself.
    Text(String),
    /// A file.
    File(PathBuf),
    /// Standard input.
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
    /// The text of the input, without a byte order mark.
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
