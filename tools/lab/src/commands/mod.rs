//! The subcommands, one file each: arguments in, text out. What they do is in the
//! other modules.

pub mod bench;
mod error;
pub mod faults;
pub mod soak;

pub use error::CommandError;
