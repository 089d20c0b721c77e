//! Recognises paths and queries, and decodes their parts.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// Characters that are not encoded in a path segment or a query: RFC 3986's unreserved
/// characters, as in the component.
pub(super) const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// Whether a text is a path, with or without a query.
pub(super) fn is_path(text: &str) -> bool {
    text.starts_with('/') && text.len() > 1 && !text.contains(char::is_whitespace)
}

/// Base64 also ends with `=`: a parameter has a name and a value.
pub(super) fn is_query(text: &str) -> bool {
    let is_parameter = |part: &str| {
        let named = part.split_once('=').filter(|(_, value)| !value.is_empty());
        named.is_some_and(|(name, value)| {
            let starts = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
            let rest = |c: char| c.is_ascii_alphanumeric() || "_.[]".contains(c);
            starts && name.chars().all(rest) && !value.trim_start_matches('=').is_empty()
        })
    };
    !text.contains(|c: char| c.is_whitespace() || "<>\"'".contains(c))
        && text.split('&').all(is_parameter)
}

/// A part of a URL without percent-encoding.
pub(super) fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// `changed` in the encoding of `written`, whose plain text is `plain`.
pub(super) fn encoded(written: &str, plain: &str, changed: &str) -> String {
    if plain == changed {
        written.to_owned()
    } else {
        utf8_percent_encode(changed, UNRESERVED).to_string()
    }
}
