//! The operations of the API, one function each: state and call in, response or
//! error out.

pub mod contacts;
pub mod inbox;
pub mod merge;
pub mod messages;
pub mod oauth;
pub mod search;
pub mod workspace;
