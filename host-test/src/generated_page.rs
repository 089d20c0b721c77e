//! Pages that are generated from the code: writes them, or compares them with the existing file.

use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

use command_output as output;
use connector_host::atomic;

/// A page, and the command that generates it.
#[derive(Debug)]
pub struct GeneratedPage {
    /// The command, such as `cargo run -p connector -- docs`.
    pub command: &'static str,
    /// The page's file.
    pub path: PathBuf,
    /// Its text.
    pub text: String,
}

/// The page cannot be written.
#[derive(Debug, thiserror::Error)]
#[error("could not write {}: {source}; make room or give write permission", path.display())]
pub struct WriteError {
    path: PathBuf,
    source: io::Error,
}

impl GeneratedPage {
    /// Writes the page.
    ///
    /// # Errors
    ///
    /// When the file cannot be written.
    pub fn write(self) -> Result<ExitCode, WriteError> {
        let path = self.path;
        match atomic::write(&path, self.text.as_bytes()) {
            Ok(()) => Ok(ExitCode::SUCCESS),
            Err(source) => Err(WriteError { path, source }),
        }
    }

    /// Fails and prints the first line that differs, if the file is out of date.
    pub fn check(&self) -> ExitCode {
        // A page that can't be read has no lines.
        let found = std::fs::read_to_string(&self.path).unwrap_or_default();
        if found == self.text {
            return ExitCode::SUCCESS;
        }
        output::error_line(format_args!(
            "{} is out of date, {}; run `{}`",
            self.path.display(),
            first_difference(&found, &self.text),
            self.command
        ));
        ExitCode::FAILURE
    }
}

/// The first line that differs.
fn first_difference(found: &str, expected: &str) -> String {
    let (mut found, mut expected) = (found.lines(), expected.lines());
    for number in 1.. {
        let lines = (found.next(), expected.next());
        if lines.0 != lines.1 || lines.0.is_none() {
            let [found, expected] = [lines.0, lines.1].map(|line| line.unwrap_or("the end"));
            return format!("line {number} is {found:?} and should be {expected:?}");
        }
    }
    String::new()
}
