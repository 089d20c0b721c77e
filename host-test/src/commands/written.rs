//! Pages that are written from what the code says: written, or compared with the
//! one that is there.

use std::path::PathBuf;
use std::process::ExitCode;

use super::CommandError;
use crate::atomic;

/// A page, and the command that writes it.
pub(super) struct Written {
    /// The command, such as `docs`.
    pub command: &'static str,
    /// The page's file.
    pub path: PathBuf,
    /// What should be in it.
    pub text: String,
}

impl Written {
    /// Writes it.
    pub fn write(self) -> Result<ExitCode, CommandError> {
        let path = self.path;
        match atomic::write(&path, self.text.as_bytes()) {
            Ok(()) => Ok(ExitCode::SUCCESS),
            Err(source) => Err(CommandError::Write { path, source }),
        }
    }

    /// Fails, with the place, where the file holds something else.
    pub fn check(&self) -> ExitCode {
        // A page that can't be read is none.
        let found = std::fs::read_to_string(&self.path).unwrap_or_default();
        if found == self.text {
            return ExitCode::SUCCESS;
        }
        let command = self.command;
        eprintln!(
            "{command}: {} is out of date, {}; write it again with `host-test {command}`",
            self.path.display(),
            first_difference(&found, &self.text)
        );
        ExitCode::FAILURE
    }
}

/// The first line that differs.
fn first_difference(found: &str, wanted: &str) -> String {
    let (mut found, mut wanted) = (found.lines(), wanted.lines());
    for number in 1.. {
        let (has, wants) = (found.next(), wanted.next());
        if has != wants || has.is_none() {
            let [has, wants] = [has, wants].map(|line| line.unwrap_or("the end"));
            return format!("line {number} is {has:?} and should be {wants:?}");
        }
    }
    String::new()
}
