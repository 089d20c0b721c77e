//! Parts of a URL, percent-encoded.

use crate::input::InputError;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use std::fmt;

/// Characters that are not encoded in a path segment or a query: RFC 3986's unreserved ones.
pub const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// One percent-encoded segment of a URL path: no value can add another segment or a query, or go
/// up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PathSegment(String);

impl PathSegment {
    /// Encodes a text.
    ///
    /// # Errors
    /// Text that is not a valid segment: empty, `.`, `..`, or with control characters.
    pub fn encode(text: &str) -> Result<Self, InputError> {
        let refused = |what: &str| {
            let hint = "give one part of a path, such as an id";
            InputError::of_value(&text.into(), what, hint)
        };
        match text {
            "" => Err(refused("is empty")),
            "." | ".." => Err(refused("would lead to another path")),
            _ if text.contains(char::is_control) => Err(refused("contains control characters")),
            _ => Ok(Self(utf8_percent_encode(text, UNRESERVED).to_string())),
        }
    }
}

impl fmt::Display for PathSegment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
