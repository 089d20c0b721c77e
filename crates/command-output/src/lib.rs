//! Writes to standard output and standard error. If the output is closed, as in `… | head -1`,
//! the program ends silently; on any other failure, such as a full disk, it ends with a message
//! and status 1.

use std::fmt::Display;
use std::io::{self, ErrorKind, Write};
use std::process;

use anstream::{AutoStream, ColorChoice};

/// The width of all output, in columns: that of a usual terminal.
pub const COLUMNS: usize = 80;

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

/// Whether standard error is in colour: on a terminal, unless the user turned colours off
/// (`NO_COLOR`, `TERM=dumb`).
pub fn error_has_color() -> bool {
    AutoStream::choice(&io::stderr()) != ColorChoice::Never
}

fn checked(what: &str, written: io::Result<()>) {
    match written {
        Ok(()) => {}
        Err(error) if error.kind() == ErrorKind::BrokenPipe => process::exit(0),
        Err(error) => {
            // If this fails too, the exit status reports it.
            let _ = writeln!(io::stderr(), "standard {what}: cannot be written: {error}");
            process::exit(1);
        }
    }
}

/// `head` and then `text`, whose further lines are indented to its first one. Words are not
/// broken.
pub fn hanging(head: &str, text: &str) -> String {
    let indent = head.chars().count();
    let mut lines = head.to_owned();
    let mut column = indent;
    for word in text.split_whitespace() {
        let width = word.chars().count();
        if column > indent && column + 1 + width > COLUMNS {
            lines.push('\n');
            lines.push_str(&" ".repeat(indent));
            column = indent;
        }
        if column > indent {
            lines.push(' ');
            column += 1;
        }
        lines.push_str(word);
        column += width;
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn further_lines_begin_below_the_first() {
        let words = "nine char ".repeat(12);
        let expected = format!(
            "  name  {}\n        {}",
            "nine char ".repeat(7).trim_end(),
            "nine char ".repeat(5).trim_end()
        );
        let printed = hanging("  name  ", &words);
        assert_eq!(printed, expected);
        assert!(printed.lines().all(|line| line.len() <= COLUMNS));
        assert_eq!(hanging("a ", ""), "a ");
        let long = "x".repeat(100);
        assert_eq!(hanging("a ", &long), format!("a {long}"));
    }
}
