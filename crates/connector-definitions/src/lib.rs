//! Actions as data: the data model of an operation, and its OpenAPI parser.
//!
//! The component parses custom actions with it, and the build script the catalogue. It is a
//! separate crate so that it can be optimised for size: a call parses one definition, so speed
//! matters little.

pub mod method;
pub mod openapi;
pub mod operation;
