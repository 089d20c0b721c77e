//! Actions as data: what an operation is, and its reader from OpenAPI documents.
//!
//! The component reads with it what users define, and the build script the catalogue. A
//! crate of its own, so that it can be built for size: a call reads one definition, and
//! twice the instructions of that are few.

pub mod method;
pub mod openapi;
pub mod operation;
