//! Validates requests against Intercom's published API description: the operation
//! and the body.
//!
//! The description is not part of this repository; `INTERCOM_OPENAPI` names the
//! file.

mod description;
mod deviations;
mod schema;

pub use description::{Description, DescriptionError, Operation, ParseError, VARIABLE};
pub use deviations::{DEVIATIONS, Deviation};
