//! The contract in Rust: types and traits generated from `wit/`, nothing else.
//!
//! (Not named `bindings`: `cargo component` writes a file of that name beside
//! it, which the project does not use.)
#![allow(missing_docs, reason = "generated; the WIT text is the documentation")]
#![allow(unsafe_code, reason = "generated; the component ABI is made of it")]

wit_bindgen::generate!({
    world: "connector",
    path: "wit",
    pub_export_macro: true,
    generate_all,
});

pub use exports::intercom::connector::{connection, contacts, custom, messages};
pub use exports::workflow::plugin::{plugin, types};
