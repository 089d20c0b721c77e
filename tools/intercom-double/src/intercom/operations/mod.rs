//! The operations of the API, one function each: state and call in, response or
//! error out.

pub mod companies;
pub mod contacts;
pub mod conversations;
pub mod events;
pub mod lists;
pub mod merge;
pub mod messages;
pub mod notes;
pub mod oauth;
pub mod reply;
pub mod search;
pub mod tags;
pub mod tickets;
pub mod workspace;
