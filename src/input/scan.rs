//! Scans the structure of JSON text without parsing it: brackets, strings, and malformed parts.

/// Text that JSON parsers reject or misinterpret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Odd {
    /// An unpaired surrogate.
    HalfCharacter,
    /// An unescaped control character in a string.
    Control,
    /// An object whose first key begins with [`RESERVED`].
    Reserved,
}

/// The prefix of keys that the JSON library reserves. It would parse the text under such a key
/// recursively, without limits: a sandbox's stack holds about two thousand levels, and 2 MiB can
/// contain more. This applies only to the first key of an object.
pub const RESERVED: &str = "$serde_json::private::";

/// The bytes of JSON's structure, and the special bytes in a string: its end, escapes and
/// control characters.
pub const STRUCTURE: Wanted = wanted(br#""[]{},"#);
pub const STRING: Wanted = wanted(
    b"\"\\\x00\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f\
    \x10\x11\x12\x13\x14\x15\x16\x17\x18\x19\x1a\x1b\x1c\x1d\x1e\x1f",
);

/// Whether each byte is in the set: a table, since nearly every byte of a response is looked up.
pub type Wanted = [bool; 256];

const fn wanted(bytes: &[u8]) -> Wanted {
    let mut wanted = [false; 256];
    let mut rest = bytes;
    while let [byte, after @ ..] = rest {
        if let Some((_, [slot, ..])) = wanted.split_at_mut_checked(*byte as usize) {
            *slot = true;
        }
        rest = after;
    }
    wanted
}

/// The position of the next byte of a set, the byte, and the text after it.
pub fn next<'a>(rest: &'a [u8], wanted: &Wanted) -> Option<(usize, u8, &'a [u8])> {
    let is_wanted = |byte: &u8| wanted.get(usize::from(*byte)).is_some_and(|wanted| *wanted);
    let at = rest.iter().position(is_wanted)?;
    let (byte, after) = rest.get(at..)?.split_first()?;
    Some((at, *byte, after))
}

/// The text after a string, given the text after its opening quote.
///
/// # Errors
/// The malformed part of the string.
pub fn after_string(mut rest: &[u8]) -> Result<&[u8], Odd> {
    while let Some((_, byte, after)) = next(rest, &STRING) {
        rest = match (byte, after) {
            (b'"', _) => return Ok(after),
            (b'\\', [b'u', after @ ..]) => after_escape(after).ok_or(Odd::HalfCharacter)?,
            (b'\\', [_, after @ ..]) => after,
            (b'\\', []) => after,
            _ => return Err(Odd::Control),
        };
    }
    Ok(&[])
}

/// The text after `\uXXXX`, given the text after the `u`. `None` for an unpaired surrogate: a
/// character above U+FFFF is written as a pair.
pub fn after_escape(rest: &[u8]) -> Option<&[u8]> {
    match rest {
        [
            b'd' | b'D',
            b'8' | b'9' | b'a' | b'b' | b'A' | b'B',
            _,
            _,
            b'\\',
            b'u',
            b'd' | b'D',
            b'c'..=b'f' | b'C'..=b'F',
            _,
            _,
            after @ ..,
        ] => Some(after),
        [b'd' | b'D', b'8' | b'9' | b'a'..=b'f' | b'A'..=b'F', ..] => None,
        _ => Some(rest),
    }
}

/// Whether the object's first key begins with [`RESERVED`], given the text after its opening
/// brace.
pub fn opens_reserved(rest: &[u8]) -> bool {
    match rest.trim_ascii_start() {
        [b'"', key @ ..] => is_reserved(key),
        _ => false,
    }
}

/// Whether a string begins with [`RESERVED`], given the text after its opening quote. Any
/// character may be escaped.
fn is_reserved(mut rest: &[u8]) -> bool {
    RESERVED.bytes().all(|expected| {
        let (found, after) = match rest {
            [b'\\', b'u', b'0', b'0', high, low, after @ ..] => (ascii(*high, *low), after),
            [byte, after @ ..] => (Some(*byte), after),
            [] => (None, rest),
        };
        rest = after;
        found == Some(expected)
    })
}

/// The byte of two hexadecimal digits.
fn ascii(high: u8, low: u8) -> Option<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    let byte = digit(high)? * 16 + digit(low)?;
    u8::try_from(byte).ok()
}
