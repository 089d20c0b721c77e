//! Any other endpoint of Intercom's API.

pub mod custom_action;
mod headers;
mod pairs;
mod path;
