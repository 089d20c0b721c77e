//! A connector's manifest and requests in forms that others read: JSON Schema,
//! the reference page, HTTP and curl. Works for any connector and knows none.

mod page;
mod request;
mod schema;

pub use page::page;
pub use request::{curl, http};
pub use schema::schema;
