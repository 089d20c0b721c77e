//! Intercom for workflow engines, as one WebAssembly component.
//!
//! An engine calls an action; the action reads its inputs, makes requests to
//! Intercom through the host, and answers with a typed result or an error that
//! says what to do next. A map of the house, from the door inwards:
//!
//! - [`exports`]: the door; the functions that the world promises, one line each.
//! - [`host`]: the only room that talks to WASI.
//! - [`plugin`]: the generic way in, any action by its id, JSON in and JSON out.
//! - [`actions`]: what the connector does; each action turns inputs into
//!   requests and answers into results.
//! - [`search`]: filters and pages of a search.
//! - [`api`]: Intercom's API; settings, requests, answers and what went wrong.
//! - [`input`]: reading inputs; placeholders, dates, flags, and the problems
//!   found on the way.
//! - [`world`]: the types of the WIT contract, generated.
//! - `heap`: where the component's memory comes from.
//!
//! Each room knows only those below it, and everything but `host` is free of
//! I/O: the same code runs natively, over any [`api::Transport`].

pub mod actions;
pub mod api;
pub mod exports;
#[cfg(target_arch = "wasm32")]
mod heap;
pub mod host;
pub mod input;
pub mod plugin;
pub mod search;
pub mod world;
