//! The harness: builds the component and runs it in a sandbox with recorded exchanges, without a
//! network.
//!
//! | Module | What it is for |
//! |---|---|
//! | [`commands`] | the subcommands, one file each: arguments in, text out |
//! | [`arguments`] | arguments of several commands: the component, its variables and actions, an input |
//! | [`render`] | formats actions and requests: tables, text, JSON Schema, HTTP, curl |
//! | [`generated_page`] | pages that are generated from the code |
//! | [`conform`] | checks a component against the contract |
//! | [`schemas`] | the JSON Schemas of a component's actions |
//! | [`wit_packages`](wit_packages()) | the WIT packages of a folder, as text and in binary form |
//! | [`inspect`] | reads a component's file |
//! | [`build`] | builds `target/intercom.wasm` from the connector crate |

pub mod arguments;
pub mod build;
pub mod commands;
pub mod conform;
pub mod generated_page;
pub mod inspect;
pub mod render;
pub mod schemas;
mod wit_packages;

pub use wit_packages::{WitError, WitPackage, wit_packages};
