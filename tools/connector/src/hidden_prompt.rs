//! Asks for a secret without showing it. The terminal shows what is typed again
//! afterwards, also where Ctrl-C ends the question.

use std::convert::Infallible;
#[cfg(unix)]
use std::fs::File;
use std::io;
use std::process;
use std::sync::Arc;

use command_output as output;
#[cfg(unix)]
use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};

/// The status of a program that Ctrl-C ended, as shells have it.
const INTERRUPTED: i32 = 130;

/// Asks, and reads one line.
///
/// # Errors
///
/// When there is no terminal, the answers end, or it breaks.
pub async fn ask(question: String) -> io::Result<String> {
    // Before the question, or what is typed at once would be seen.
    let terminal = Arc::new(Terminal::hiding());
    let mut interruption = Box::pin(end_at_ctrl_c(Arc::clone(&terminal)));
    let answer =
        async { tokio::task::spawn_blocking(|| rpassword::prompt_password(question)).await };
    let answer = tokio::select! {
        // In this order: Ctrl-C is caught before the question is shown.
        biased;
        never = &mut interruption => match never {},
        answer = answer => answer,
    };
    terminal.restore();
    // Once tokio has caught Ctrl-C, nothing else ends the program at it.
    tokio::spawn(interruption);
    answer.map_err(io::Error::other)?
}

async fn end_at_ctrl_c(terminal: Arc<Terminal>) -> Infallible {
    match tokio::signal::ctrl_c().await {
        Ok(()) => {
            // The thread that reads goes on reading.
            terminal.restore();
            output::error_line("");
            process::exit(INTERRUPTED)
        }
        // Then it is not caught either.
        Err(_) => std::future::pending().await,
    }
}

/// The terminal that the question is asked on, whatever the input is, with its
/// settings from before the question.
#[cfg(unix)]
struct Terminal(Option<(File, Termios)>);

#[cfg(unix)]
impl Terminal {
    /// Shows no longer what is typed.
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
            // Nothing is left to do about a terminal that is gone.
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
