//! Reads an action's input: resolves placeholders, parses values into types that are always
//! valid, and notes every error of the call.
//!
//! It depends on the workflow context, but not on Intercom.

mod bounds;
mod context;
mod digits;
mod error;
mod next_page;
mod notes;
mod numbers;
mod path;
mod phrases;
mod raw;
mod reader;
mod repair;
mod resolve;
mod scan;
mod template;
mod timestamp;
mod values;

pub use bounds::{Bounds, INPUT, without_mark};
pub use context::Context;
pub use digits::{DateError, Precision};
pub use error::{InputError, InputErrors};
pub use next_page::NextPage;
pub use notes::Notes;
pub use numbers::{integer, number_text};
pub use phrases::{list_names, nearest, quoted, shortened, shown};
pub use raw::RawInput;
pub use reader::{Dynamic, InputReader, Need, Record, Wanted};
pub use repair::{MAX_DEPTH, Replaced, repaired};
pub use resolve::Resolve;
pub use scan::opens_reserved;
pub use template::{Part, Placeholder, Template};
pub use timestamp::Timestamp;
pub use values::{
    Email, ExternalId, Flag, FromInput, Object, Patch, Resolver, Text, WholeNumber, expected,
    id_text, unexpected,
};
