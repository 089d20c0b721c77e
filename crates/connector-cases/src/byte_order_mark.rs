//! The byte order mark, which some editors and shells write before a text.

/// What they write, in UTF-8.
const MARK: &[u8] = b"\xef\xbb\xbf";

/// A text without the mark before it.
pub fn without_mark(text: &[u8]) -> &[u8] {
    text.strip_prefix(MARK).unwrap_or(text)
}
