//! Looks at the structure of JSON text without parsing it: brackets, strings, and
//! what no parser should be given.

/// What JSON parsers stumble over, or take for something else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Odd {
    /// An escape for half of a character (a lone surrogate).
    HalfCharacter,
    /// A control character in a string, not escaped.
    Control,
    /// An object whose first key begins with [`RESERVED`].
    Reserved,
}

/// The prefix of keys that the JSON library reserves. It would parse the text
/// under such a key in turn, past all limits: a sandbox's stack holds some two
/// thousand levels, and 2 MiB can hide more. Only the first key of an object is
/// read like that; anywhere else it is text like any other.
pub const RESERVED: &str = "$serde_json::private::";

/// The bytes that structure JSON, and those that a string is not simply copied
/// with: its end, escapes and controls.
pub const STRUCTURE: Wanted = wanted(br#""[]{},"#);
pub const STRING: Wanted = wanted(
    b"\"\\\x00\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f\
    \x10\x11\x12\x13\x14\x15\x16\x17\x18\x19\x1a\x1b\x1c\x1d\x1e\x1f",
);

/// Whether each byte is one of these: a table, since nearly every byte of a
/// response is looked up.
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

/// Where the next byte of a set is, the byte, and what follows it.
pub fn next<'a>(rest: &'a [u8], wanted: &Wanted) -> Option<(usize, u8, &'a [u8])> {
    let is_wanted = |byte: &u8| wanted.get(usize::from(*byte)).is_some_and(|wanted| *wanted);
    let at = rest.iter().position(is_wanted)?;
    let (byte, after) = rest.get(at..)?.split_first()?;
    Some((at, *byte, after))
}

/// What follows a string, given what follows its opening quote.
///
/// # Errors
/// What is odd in the string.
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

/// What follows `\uXXXX`, given what follows the `u`. `None` for half a character:
/// one beyond the first 65,536 is written as two halves, and neither stands alone.
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

/// Whether the object's first key begins with [`RESERVED`], given what follows its
/// opening brace.
pub fn opens_reserved(rest: &[u8]) -> bool {
    match rest.trim_ascii_start() {
        [b'"', key @ ..] => is_reserved(key),
        _ => false,
    }
}

/// Whether a string begins with [`RESERVED`], given what follows its opening
/// quote. Any character may be written as an escape.
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

/// The byte that two hexadecimal digits stand for.
fn ascii(high: u8, low: u8) -> Option<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    let byte = digit(high)? * 16 + digit(low)?;
    u8::try_from(byte).ok()
}
