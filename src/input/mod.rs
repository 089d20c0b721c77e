//! Reads an action's input: resolves placeholders, parses values into types that
//! can't be invalid, and notes every error of the call.
//!
//! Knows the workflow context, and nothing of Intercom.

mod bounds;
mod context;
mod error;
mod raw;
mod reader;
mod resolve;
mod template;
mod timestamp;
mod values;

pub use bounds::{Bounds, INPUT, LimitExceeded};
pub use context::Context;
pub use error::{InputError, InputErrors, list_names, nearest, quoted, shortened, shown};
pub use raw::RawInput;
pub use reader::{InputReader, Need, Record};
pub use resolve::Resolve;
pub use template::{Part, Placeholder, Template};
pub use timestamp::Timestamp;
pub use values::{Email, Flag, FromInput, Object, Patch, Text, unexpected};
