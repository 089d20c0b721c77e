//! Input and output of a form.

use std::io::{self, ErrorKind, Write};

use command_output as output;
use connector_host::printable;

use crate::hidden_prompt;

/// A person at a terminal. Reading fails with [`ErrorKind::UnexpectedEof`] when the input ends
/// (Ctrl-D).
pub trait Terminal {
    /// Shows lines.
    fn say(&mut self, text: &str);

    /// Prints the question and reads one line.
    ///
    /// # Errors
    ///
    /// When the input ends, or the terminal fails.
    fn line(&mut self, question: &str) -> io::Result<String>;

    /// Like `line`, without echo.
    fn hidden(&mut self, question: &str) -> impl Future<Output = io::Result<String>>;
}

/// Prints to standard error and reads from standard input.
#[derive(Debug)]
pub struct Console;

impl Terminal for Console {
    fn say(&mut self, text: &str) {
        output::error_line(printable::lines(text));
    }

    fn line(&mut self, question: &str) -> io::Result<String> {
        output::error_text(printable::line(question));
        io::stderr().flush()?;
        let mut line = String::new();
        if io::stdin().read_line(&mut line)? == 0 {
            // The cursor is after the question.
            output::error_line("");
            return Err(ErrorKind::UnexpectedEof.into());
        }
        Ok(line.trim_end_matches(['\r', '\n']).to_owned())
    }

    async fn hidden(&mut self, question: &str) -> io::Result<String> {
        hidden_prompt::ask(printable::line(question)).await
    }
}
