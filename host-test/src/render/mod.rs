//! A manifest and requests as others read them.

mod request;
mod schema;

pub use request::{curl, http};
pub use schema::{Audience, input_schema, output_schema};
