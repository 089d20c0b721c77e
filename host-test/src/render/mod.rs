//! Actions and requests as others read them.

mod action;
mod catalogue;
mod request;
mod schema;

pub use action::action;
pub use catalogue::{groups, table};
pub use request::{curl, http};
pub use schema::{Audience, input_schema, output_schema};
