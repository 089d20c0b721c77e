//! Ids of objects: long and random, but not secret.

use std::sync::LazyLock;

use super::pattern::Pattern;

pub(super) static UUID: LazyLock<Pattern> = LazyLock::new(|| {
    Pattern::new(r"(?i)\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b")
});

/// Ids of contacts and most other objects.
pub(super) static OBJECT_ID: LazyLock<Pattern> =
    LazyLock::new(|| Pattern::new(r"(?i)\b[0-9a-f]{24}\b"));

/// Whether a text is a UUID or an object's id.
pub(super) fn is_object_id(text: &str) -> bool {
    UUID.is(text) || OBJECT_ID.is(text)
}
