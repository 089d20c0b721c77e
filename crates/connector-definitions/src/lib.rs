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
// Inlined, so that it is optimised for speed: the manifest has over a thousand.
#[inline]
pub fn title(name: &str) -> String {
    let last = name.rsplit_once('.').map_or(name, |(_, last)| last);
    let mut title = String::with_capacity(last.len());
    let mut starts_word = true;
    for letter in last.chars() {
        if matches!(letter, '_' | '-') {
            starts_word = true;
            continue;
        }
        if starts_word && !title.is_empty() {
            title.push(' ');
        }
        title.push(match starts_word {
            true => letter.to_ascii_uppercase(),
            false => letter,
        });
        starts_word = false;
    }
    title
}
