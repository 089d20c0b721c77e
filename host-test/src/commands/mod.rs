//! The subcommands, one file each: arguments in, text out. The other modules do the work.

pub mod actions;
pub mod build;
pub mod catalogue;
pub mod conform;
pub mod describe;
mod error;
pub mod inspect;
pub mod manifest;
mod offline;
pub mod preview;
pub mod replay;

pub use error::CommandError;

use command_output as output;
use serde::Serialize;

/// Prints indented JSON.
pub fn print_json(value: &impl Serialize) {
    match serde_json::to_string_pretty(value) {
        Ok(text) => output::line(format_args!("{text}")),
        Err(error) => output::error_line(format_args!("{error}")),
    }
}
