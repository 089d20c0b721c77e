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
    let mut title = String::with_capacity(last.len());
    for word in words {
        if !title.is_empty() {
            title.push(' ');
        }
        let mut letters = word.chars();
        title.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        title.push_str(letters.as_str());
    }
    title
}
