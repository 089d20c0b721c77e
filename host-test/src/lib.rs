//! A small harness: builds the component, and runs it in a sandbox against
//! recorded exchanges. Nothing here needs a network.
//!
//! | Module | What it is for |
//! |---|---|
//! | [`commands`] | the subcommands, one file each: arguments in, text out |
//! | [`arguments`] | arguments that several commands have: which component, its variables and actions, an input |
//! | [`render`] | actions and requests as others read them: tables, text, JSON Schema, HTTP, curl |
//! | [`generated_page`] | pages that are generated from the code |
//! | [`conform`] | holds a component against the contract |
//! | [`inspect`] | what a component's file says about itself |
//! | [`build`] | turns the connector crate into `target/intercom.wasm` |

pub mod arguments;
pub mod build;
pub mod commands;
pub mod conform;
pub mod generated_page;
pub mod inspect;
pub mod render;
