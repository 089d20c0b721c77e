//! The double over a socket, and validation against the API description.

mod intercom_double;
mod openapi;
