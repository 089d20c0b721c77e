//! Import of HTTP archives, up to what is then replayed: an entry becomes drafts
//! that are redacted and stay in their folder, or is skipped with a reason.

use super::redaction::{assert_is_redacted, seeded};
use connector::record::{Draft, drafts};
use serde_json::Value;

/// The names that a case's folder may have.
fn is_name(name: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    !name.is_empty() && name.bytes().all(allowed)
}

/// An archive, in which `{secret}` and the like stand for what must not be left;
/// see [`super::redaction()`].
pub fn har(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let archive: Value = serde_json::from_str(&seeded(text)).unwrap_or_default();
    let entries = archive.pointer("/log/entries").and_then(Value::as_array);
    for (entry, number) in entries.into_iter().flatten().zip(1..) {
        match drafts(entry, number) {
            Ok(drafts) => {
                assert!(!drafts.is_empty(), "neither cases nor a reason");
                drafts.iter().for_each(check);
            }
            Err(skipped) => assert!(!skipped.to_string().is_empty()),
        }
    }
}

fn check(draft: &Draft) {
    assert!(is_name(&draft.name.case), "{:?}", draft.name);
    assert!(is_name(&draft.name.action), "{:?}", draft.name);
    let input = serde_json::from_str::<Value>(&draft.recording.input);
    assert!(input.is_ok_and(|input| input.is_object()));
    assert_is_redacted(&draft.recording, &[]);
}
