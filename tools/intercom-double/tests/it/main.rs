//! The double over a socket, and the API description as a judge of requests.

mod intercom_double;
mod openapi;
