//! The byte order mark, which some editors and shells write before text.

/// The mark in UTF-8.
const MARK: &[u8] = b"\xef\xbb\xbf";

/// The text without the mark.
pub fn without_mark(text: &[u8]) -> &[u8] {
    text.strip_prefix(MARK).unwrap_or(text)
}
