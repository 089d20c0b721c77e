//! The fuzz targets: each takes any bytes and asserts what must hold for all.
//! `cargo fuzz` feeds them from a mutator, the tests from the files in
//! `fuzz/seeds`.
//!
//! | Target | What the bytes are |
//! |---|---|
//! | [`template`] | a text with placeholders, a line end, the context or a value in it |
//! | [`timestamp`] | a date, as text and as JSON |
//! | [`formula`] | a filter formula, or a filter in JSON |
//! | [`pagination`] | pagination parameters, and the pages of a search |
//! | [`custom_action`] | a request in HTTP's manner, and the value of `{{v}}` |
//! | [`definitions`] | an input, a line end, and a document that defines actions |
//! | [`invoke`] | an action's id, a line end, its input |
//! | [`receive`] | a trigger's inputs, a line end, and the body of a delivery |
//! | [`answer`] | an action's id and what Intercom responds, in HTTP's manner |
//! | [`response`] | the JSON of a response |
//! | [`redaction`] | an exchange, an input and an environment, with secrets to hide |
//! | [`har`] | an HTTP archive to import |
//!
//! Inputs are plain text wherever possible: seeds are written by hand, and finds
//! are read without tools. [`wire`] is the model of the world around the component,
//! [`shape`] checks that values replaced only their placeholders.
#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "a target that panics has found something"
)]

mod answer;
mod custom_action;
mod definitions;
mod formula;
#[cfg(feature = "host")]
mod har;
mod invoke;
mod pagination;
mod receive;
#[cfg(feature = "host")]
mod redaction;
mod response;
mod shape;
mod template;
mod timestamp;
mod wire;

pub use answer::answer;
pub use custom_action::custom_action;
pub use definitions::definitions;
pub use formula::formula;
#[cfg(feature = "host")]
pub use har::har;
pub use invoke::invoke;
pub use pagination::pagination;
pub use receive::receive;
#[cfg(feature = "host")]
pub use redaction::redaction;
pub use response::response;
pub use template::template;
pub use timestamp::timestamp;

/// A target. It panics if an assertion fails.
pub type Target = fn(&[u8]);

/// All targets by their names, which are also those of their seeds' folders.
pub const TARGETS: &[(&str, Target)] = &[
    ("template", template),
    ("timestamp", timestamp),
    ("formula", formula),
    ("pagination", pagination),
    ("custom_action", custom_action),
    ("definitions", definitions),
    ("invoke", invoke),
    ("receive", receive),
    ("answer", answer),
    ("response", response),
    #[cfg(feature = "host")]
    ("redaction", redaction),
    #[cfg(feature = "host")]
    ("har", har),
];
