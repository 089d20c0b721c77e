//! Asks for a secret without showing it. The terminal shows what is typed again
//! afterwards, also where Ctrl-C ends the question.

use std::convert::Infallible;
use std::io;
use std::process;

use command_output as output;

/// The status of a program that Ctrl-C ended, as shells have it.
const INTERRUPTED: i32 = 130;

/// Asks, and reads one line.
///
/// # Errors
///
/// When there is no terminal, the answers end, or it breaks.
pub async fn ask(question: String) -> io::Result<String> {
    let mut interruption = Box::pin(end_at_ctrl_c(Terminal::saved()));
    let answer =
        async { tokio::task::spawn_blocking(|| rpassword::prompt_password(question)).await };
    tokio::select! {
        // In this order: Ctrl-C is caught before the question is shown.
        biased;
        never = &mut interruption => match never {},
        answer = answer => {
            // Once tokio has caught Ctrl-C, nothing else ends the program at it.
            tokio::spawn(interruption);
            answer.map_err(io::Error::other)?
        }
    }
}

async fn end_at_ctrl_c(terminal: Terminal) -> Infallible {
    match tokio::signal::ctrl_c().await {
        Ok(()) => {
            // The thread that reads has hidden what is typed, and goes on reading.
            terminal.restore();
            output::error_line("");
            process::exit(INTERRUPTED)
        }
        // Then it is not caught either.
        Err(_) => std::future::pending().await,
    }
}

/// The settings of the terminal.
#[cfg(unix)]
struct Terminal(Option<(std::fs::File, rustix::termios::Termios)>);

#[cfg(unix)]
impl Terminal {
    fn saved() -> Self {
        // The one that the question is asked on, whatever the input is.
        let saved = std::fs::File::open("/dev/tty").ok().and_then(|tty| {
            let settings = rustix::termios::tcgetattr(&tty).ok()?;
            Some((tty, settings))
        });
        Self(saved)
    }

    fn restore(self) {
        use rustix::termios::{OptionalActions, tcsetattr};
        if let Self(Some((tty, settings))) = self {
            // Nothing is left to do about a terminal that is gone.
            let _ = tcsetattr(tty, OptionalActions::Now, &settings);
        }
    }
}

/// Windows restores the console by itself.
#[cfg(not(unix))]
struct Terminal;

#[cfg(not(unix))]
impl Terminal {
    fn saved() -> Self {
        Self
    }

    fn restore(self) {}
}
