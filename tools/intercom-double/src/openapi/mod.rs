//! Intercom's published API description as a judge of requests: which operation
//! a request is, and whether its body is one that the operation takes.
//!
//! The description is not part of this repository; `INTERCOM_OPENAPI` names the
//! file, where it is at hand.

mod description;
mod deviations;
mod schema;

pub use description::{Description, DescriptionError, Operation, VARIABLE};
pub use deviations::{DEVIATIONS, Deviation};
