//! The text of a response. Malformed parts of it are replaced and noted.

use super::document::PASSED_ON;
use super::exchange::{Headers, Response};
use super::refusal::BYTE_ORDER_MARK;
use super::responder::Unusable;
use crate::input::{Bounds, Replaced};
use serde::de::IgnoredAny;
use std::borrow::Cow;

/// The whole body as text, without a byte order mark. A few invalid UTF-8 bytes, for example in
/// a name, are replaced and noted.
pub fn text_of(response: &mut Response, notes: &mut Vec<String>) -> Result<String, Unusable> {
    if let Some(cut) = &response.cut {
        return Err(Unusable::Unreadable {
            why: cut.to_string(),
            incomplete: true,
        });
    }
    // Moved, not copied: it may use much of the sandbox's memory.
    let mut text = match String::from_utf8(std::mem::take(&mut response.body)) {
        Ok(text) => text,
        Err(error) if is_mendable(error.as_bytes()) => {
            let bytes = true;
            note(
                Replaced {
                    bytes,
                    ..Replaced::default()
                },
                notes,
            );
            String::from_utf8_lossy(error.as_bytes()).into_owned()
        }
        Err(_) => return Err(Unusable::unreadable(not_text(&response.headers))),
    };
    if text.starts_with(BYTE_ORDER_MARK) {
        text.remove(0);
    }
    Ok(text)
}

/// Whether bytes are JSON with a few invalid UTF-8 bytes, not compressed data.
pub fn is_mendable(bytes: &[u8]) -> bool {
    let is_json = matches!(bytes.trim_ascii_start(), [b'{' | b'[', ..]);
    let chunks = bytes.utf8_chunks();
    is_json && chunks.map(|chunk| chunk.invalid().len()).sum::<usize>() <= MAX_WRONG_BYTES
}

/// Maximum number of replaced bytes: each becomes three, and a body may use much of the
/// sandbox's memory.
const MAX_WRONG_BYTES: usize = 100_000;

/// Whether a text is JSON.
pub fn is_json(text: &str) -> bool {
    serde_json::from_str::<IgnoredAny>(text).is_ok()
}

/// A text that is JSON after escaping its control characters.
pub fn json_but_for_controls(text: &str) -> Option<(String, Replaced)> {
    if !text.trim_start().starts_with(['{', '[']) {
        return None;
    }
    match PASSED_ON.clean(text) {
        Ok((Cow::Owned(json), replaced)) if is_json(&json) => Some((json, replaced)),
        _ => None,
    }
}

/// A text within limits. Malformed parts are replaced and noted.
pub fn readable(text: String, bounds: Bounds, notes: &mut Vec<String>) -> Result<String, Unusable> {
    let (cleaned, replaced) = bounds
        .clean(&text)
        .map_err(|exceeded| Unusable::unreadable(format!("it {exceeded}")))?;
    note(replaced, notes);
    Ok(match cleaned {
        Cow::Borrowed(_) => text,
        Cow::Owned(cleaned) => cleaned,
    })
}

/// Notes what was replaced.
pub fn note(replaced: Replaced, notes: &mut Vec<String>) {
    let found = replaced.notes();
    notes.extend(found.map(|what| format!("in the response, {what}")));
}

/// A text without surrounding white space.
pub fn trimmed(mut text: String) -> String {
    text.truncate(text.trim_end().len());
    text.drain(..text.len() - text.trim_start().len());
    text.shrink_to_fit();
    text
}

/// Describes a body that is not text.
fn not_text(headers: &Headers) -> String {
    match headers.get("content-encoding") {
        Some(coding) => format!("it is compressed ({coding}), which the connector did not request"),
        None => "it is not UTF-8 text".to_owned(),
    }
}
