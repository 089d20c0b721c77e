//! Reading an action's inputs: placeholders are filled, values are parsed into
//! types that can't be wrong, and every problem of the call is noted.
//!
//! Knows the workflow context, and nothing of Intercom's API.

mod bounds;
mod context;
mod fields;
mod form;
mod problem;
mod resolve;
mod template;
mod timestamp;
mod values;

pub use bounds::{Bounds, CONTEXT, INPUT, MAX_DEPTH, Unfit};
pub use context::{Context, Missing};
pub use fields::{Fields, Need, Record};
pub use form::Form;
pub use problem::{Problem, Problems, list_names, nearest, quoted, shortened, shown};
pub use resolve::Resolve;
pub use template::{Part, Path, Placeholder, Template};
pub use timestamp::Timestamp;
pub use values::{
    AdminId, ContactId, Email, Flag, FromInput, Given, Object, PathSegment, Text, UNRESERVED,
};
