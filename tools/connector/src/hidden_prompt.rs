//! Asks for a secret without echo. Restores the terminal's echo afterwards, also after Ctrl-C.

use std::convert::Infallible;
#[cfg(unix)]
use std::fs::File;
use std::io;
use std::process;
use std::sync::Arc;

use command_output as output;
#[cfg(unix)]
use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};

/// The shell's exit status of a program ended by Ctrl-C.
const INTERRUPTED: i32 = 130;

/// Prints the prompt and reads one line.
///
/// # Errors
///
/// When there is no terminal, the input ends, or reading fails.
pub async fn ask(question: String) -> io::Result<String> {
    // Before the prompt, or fast typing would be echoed.
    let terminal = Arc::new(Terminal::hiding());
    let mut interruption = Box::pin(end_at_ctrl_c(Arc::clone(&terminal)));
    let answer =
        async { tokio::task::spawn_blocking(|| rpassword::prompt_password(question)).await };
    let answer = tokio::select! {
        // In this order: Ctrl-C is handled before the prompt is shown.
        biased;
        never = &mut interruption => match never {},
        answer = answer => answer,
    };
    terminal.restore();
    // Once tokio has caught Ctrl-C, nothing else ends the program.
    tokio::spawn(interruption);
    answer.map_err(io::Error::other)?
}

async fn end_at_ctrl_c(terminal: Arc<Terminal>) -> Infallible {
    match tokio::signal::ctrl_c().await {
        Ok(()) => {
            // The reading thread cannot be interrupted and continues.
            terminal.restore();
            output::error_line("");
            process::exit(INTERRUPTED)
        }
        // Then Ctrl-C is not caught.
        Err(_) => std::future::pending().await,
    }
}

/// The terminal, independent of standard input, with its settings from before the prompt.
#[cfg(unix)]
struct Terminal(Option<(File, Termios)>);

#[cfg(unix)]
impl Terminal {
    /// Turns the echo off.
    fn hiding() -> Self {
        let saved = File::open("/dev/tty").ok().and_then(|tty| {
            let settings = tcgetattr(&tty).ok()?;
            let mut hidden = settings.clone();
            hidden.local_modes -= LocalModes::ECHO | LocalModes::ECHONL;
            tcsetattr(&tty, OptionalActions::Now, &hidden).ok()?;
            Some((tty, settings))
        });
        Self(saved)
    }

    fn restore(&self) {
        if let Self(Some((tty, settings))) = self {
            // Nothing can be done about a closed terminal.
            let _ = tcsetattr(tty, OptionalActions::Now, settings);
        }
    }
}

/// Windows hides and restores by itself.
#[cfg(not(unix))]
struct Terminal;

#[cfg(not(unix))]
impl Terminal {
    fn hiding() -> Self {
        Self
    }

    fn restore(&self) {}
}
