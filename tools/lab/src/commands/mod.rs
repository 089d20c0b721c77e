//! The subcommands, one file each: arguments in, text out. The work is in the
//! other modules.

pub mod bench;
pub mod deliver;
mod error;
pub mod faults;
pub mod serve;
pub mod soak;

pub use error::CommandError;
