//! Writes to standard output and standard error. A reader that has gone, as in
//! `… | head -1`, ends the program quietly; any other failure, such as a full disk,
//! ends it with a message and status 1.

use std::fmt::Display;
use std::io::{self, ErrorKind, Write};
use std::process;

/// A line on standard output.
pub fn line(text: impl Display) {
    checked("output", writeln!(io::stdout(), "{text}"));
}

/// Text on standard output.
pub fn text(text: impl Display) {
    checked("output", write!(io::stdout(), "{text}"));
}

/// A line on standard error.
pub fn error_line(text: impl Display) {
    checked("error", writeln!(io::stderr(), "{text}"));
}

/// Text on standard error.
pub fn error_text(text: impl Display) {
    checked("error", write!(io::stderr(), "{text}"));
}

fn checked(what: &str, written: io::Result<()>) {
    match written {
        Ok(()) => {}
        Err(error) if error.kind() == ErrorKind::BrokenPipe => process::exit(0),
        Err(error) => {
            // If this cannot be written either, the status has to say it.
            let _ = writeln!(io::stderr(), "standard {what}: cannot be written: {error}");
            process::exit(1);
        }
    }
}
