//! Actions and triggers as data: what an operation is, and its reader from OpenAPI documents;
//! what the contract says of a typed action; what a trigger is; the packed form of all three.
//!
//! The component parses custom actions with it, and the build script the catalogue. It is a
//! separate crate so that it can be optimised for size: a call parses one definition, so speed
//! matters little.

pub mod codec;
pub mod described;
pub mod method;
pub mod openapi;
pub mod operation;
pub mod trigger;

/// `people[].contact_id` or `list-notes` as a page shows it: `Contact Id`, `List Notes`.
pub fn title(name: &str) -> String {
    let last = name.rsplit('.').next().unwrap_or_default();
    let words = last.split(['_', '-']).filter(|word| !word.is_empty());
    let words = words.map(|word| {
        let mut letters = word.chars();
        let first = letters.next().map(|first| first.to_ascii_uppercase());
        first.into_iter().chain(letters).collect::<String>()
    });
    words.collect::<Vec<_>>().join(" ")
}
