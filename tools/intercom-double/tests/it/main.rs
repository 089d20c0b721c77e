//! The double over a socket, validation against the API description, and the
//! catalogue of operations.

mod intercom_double;
mod openapi;
mod openapi_operations;
mod operations;
