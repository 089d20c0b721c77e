//! The contract in Rust: types and traits generated from `wit/`, and the allowed values.
//!
//! (Not named `bindings`: `cargo component` writes a file of that name beside
//! it, which the project does not use.)
#![allow(missing_docs, reason = "generated; the WIT text is the documentation")]
#![allow(unsafe_code, reason = "generated code of the component ABI")]
#![allow(dead_code, reason = "generated code, not all of which is used")]

wit_bindgen::generate!({
    world: "connector",
    path: "wit",
    pub_export_macro: true,
    generate_all,
});

pub use exports::intercom::connector::*;
pub use exports::workflow::plugin::{plugin, triggers, types};

impl types::Failure {
    /// A failure with no details, and no hint yet.
    pub fn new(reason: types::FailureReason, message: String) -> Self {
        Self {
            reason,
            message,
            hint: None,
            status: None,
            request_id: None,
            codes: Vec::new(),
            retry_after_ms: None,
            problems: Vec::new(),
            existing_id: None,
            archived: None,
            merged_into: None,
        }
    }
}

/// The allowed values of an input.
#[derive(Debug, Clone, Copy)]
pub struct Allowed {
    pub values: &'static [&'static str],
    /// The values in a sentence: `a, b or c`.
    pub listed: &'static str,
}

impl Allowed {
    /// The value of a text, ignoring case and surrounding white space.
    pub fn find(&self, text: Option<&str>) -> Option<&'static str> {
        let text = text?.trim();
        let mut values = self.values.iter().copied();
        values.find(|value| value.eq_ignore_ascii_case(text))
    }
}

/// The values of `Allowed:` in the WIT text, by interface and field.
pub mod allowed {
    use super::Allowed;

    include!(concat!(env!("OUT_DIR"), "/allowed.rs"));
}
