//! Limits on JSON, checked before it is parsed, so a caller's or a server's text
//! can't use up the sandbox's memory or stack.
//!
//! Looks at brackets, commas and escapes alone; the parser decides whether a text
//! is JSON.

use super::error::InputError;
use serde_json::Value;
use std::borrow::Cow;
use std::fmt;

/// Limits on a JSON text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// Maximum size, in bytes.
    pub bytes: usize,
    /// Maximum number of values, nested ones included. A value takes up to fifty
    /// bytes of memory for two bytes of text.
    pub values: usize,
}

/// Maximum nesting. Objects of APIs are some ten levels deep; a hundred stay below
/// the 127 that common parsers accept, even within a result.
pub const MAX_DEPTH: usize = 100;

/// Limits of a call's input. A message is some kilobytes, an import of custom data
/// some more; a call holds up to five copies, which these limits keep below half
/// of a sandbox of 64 MB.
pub const INPUT: Bounds = Bounds {
    bytes: 4 * 1024 * 1024,
    values: 50_000,
};

/// Limits of the workflow context: it may hold the largest result of an earlier
/// step, 1500 rows of 7 KB and 150 values each.
pub const CONTEXT: Bounds = Bounds {
    bytes: 16 * 1024 * 1024,
    values: 250_000,
};

/// Why a JSON text is refused. Displays as the rest of a sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LimitExceeded {
    /// More bytes than this.
    Bytes(usize),
    /// More values than this.
    Values(usize),
    /// Deeper than [`MAX_DEPTH`].
    Depth,
    /// An escape for half of a character (a lone surrogate).
    HalfCharacter,
    /// An object whose first key begins with [`RESERVED`].
    Reserved,
}

/// The prefix of keys that the JSON library reserves. It would parse the text
/// under such a key in turn, past all limits: a sandbox's stack holds some two
/// thousand levels, and 2 MiB can hide more. Only the first key of an object is
/// read like that; anywhere else it is text like any other.
const RESERVED: &str = "$serde_json::private::";

impl fmt::Display for LimitExceeded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bytes(most) => write!(f, "is longer than {most} bytes"),
            Self::Values(most) => write!(f, "holds more than {most} values"),
            Self::Depth => write!(f, "is nested more than {MAX_DEPTH} levels deep"),
            Self::HalfCharacter => f.write_str("holds an escape for half of a character"),
            Self::Reserved => write!(f, "holds an object whose first key begins with {RESERVED}"),
        }
    }
}

impl LimitExceeded {
    fn hint(self) -> &'static str {
        match self {
            Self::Bytes(_) | Self::Values(_) => "give less",
            Self::Depth => "give it flatter",
            Self::HalfCharacter => "write the character itself",
            Self::Reserved => "rename the key",
        }
    }
}

impl Bounds {
    /// Parses a text within the limits. A byte order mark before it is skipped, and
    /// half a character becomes U+FFFD.
    ///
    /// # Errors
    /// What is wrong, as the rest of a sentence that starts with the text. `hint` is
    /// for a text that is not JSON.
    pub fn parse(&self, json: &str, hint: &str) -> Result<Value, InputError> {
        let json = repaired(without_mark(json));
        self.check(&json)
            .map_err(|exceeded| InputError::new(exceeded.to_string(), exceeded.hint()))?;
        serde_json::from_str(&json)
            .map_err(|error| InputError::new(format!("is not JSON ({error})"), hint))
    }

    /// Checks a text.
    ///
    /// # Errors
    /// The limit that it exceeds.
    pub fn check(&self, json: &str) -> Result<(), LimitExceeded> {
        if json.len() > self.bytes {
            return Err(LimitExceeded::Bytes(self.bytes));
        }
        let (mut depth, mut values) = (0_usize, 0_usize);
        let mut rest = json.as_bytes();
        while let Some((byte, after)) = next(rest, &STRUCTURE) {
            rest = after;
            match byte {
                b'"' => rest = after_string(after)?,
                b'{' if opens_reserved(after) => return Err(LimitExceeded::Reserved),
                b'[' | b'{' => (depth, values) = (depth + 1, values + 1),
                b']' | b'}' => depth = depth.saturating_sub(1),
                b',' => values += 1,
                _ => {}
            }
            if depth > MAX_DEPTH {
                return Err(LimitExceeded::Depth);
            }
            if values > self.values {
                return Err(LimitExceeded::Values(self.values));
            }
        }
        Ok(())
    }
}

/// A text without the byte order mark that some editors and shells write first.
pub fn without_mark(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}

/// Replaces each escape for half of a character by the one for U+FFFD, as long.
/// Other programs write such escapes for text that was cut in the middle.
pub fn repaired(json: &str) -> Cow<'_, str> {
    let mut repaired = String::new();
    let mut rest = json;
    while let Some(at) = half_character(rest) {
        let (before, after) = rest.split_at_checked(at).unwrap_or((rest, ""));
        repaired.push_str(before);
        repaired.push_str("\\ufffd");
        rest = after.get(HALF_CHARACTER_BYTES..).unwrap_or_default();
    }
    if repaired.is_empty() {
        return Cow::Borrowed(json);
    }
    repaired.push_str(rest);
    Cow::Owned(repaired)
}

/// Marks each first key that begins with [`RESERVED`], so that the text can be
/// parsed; [`is_marked`] finds them in the value.
pub fn marked(json: &str) -> Cow<'_, str> {
    let (mut marked, mut copied) = (String::new(), 0);
    for at in reserved_keys(json) {
        marked.push_str(json.get(copied..at).unwrap_or_default());
        marked.push_str("\\u0000");
        copied = at;
    }
    if marked.is_empty() {
        return Cow::Borrowed(json);
    }
    marked.push_str(json.get(copied..).unwrap_or_default());
    Cow::Owned(marked)
}

/// Where the texts of the keys that [`marked`] marks begin.
fn reserved_keys(json: &str) -> Vec<usize> {
    let mut found = Vec::new();
    let mut rest = json.as_bytes();
    while let Some((byte, after)) = next(rest, &STRUCTURE) {
        rest = after;
        if byte == b'{' && opens_reserved(after) {
            found.push(json.len() - after.trim_ascii_start().len() + 1);
        }
        if byte == b'"' {
            match after_string(after) {
                Ok(after) => rest = after,
                Err(_) => break,
            }
        }
    }
    found
}

/// Whether a value holds a key that [`marked`] marked.
pub fn is_marked(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.iter().any(is_marked),
        Value::Object(map) => map.iter().any(|(key, value)| {
            let key = key.strip_prefix('\0');
            key.is_some_and(|key| key.starts_with(RESERVED)) || is_marked(value)
        }),
        _ => false,
    }
}

/// The length of `\uD83D`, in bytes.
const HALF_CHARACTER_BYTES: usize = 6;

/// Where the first escape for half of a character is.
fn half_character(json: &str) -> Option<usize> {
    let mut rest = json.as_bytes();
    loop {
        let at = rest.iter().position(|byte| *byte == b'\\')?;
        let escape = rest.get(at + 1..)?;
        rest = match escape.split_first()? {
            (b'u', after) => match after_escape(after) {
                Ok(after) => after,
                Err(_) => return Some(json.len() - escape.len() - 1),
            },
            (_, after) => after,
        };
    }
}

/// Whether the object's first key begins with [`RESERVED`], given what follows its
/// opening brace.
fn opens_reserved(rest: &[u8]) -> bool {
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

/// What follows a string, given what follows its opening quote.
fn after_string(mut rest: &[u8]) -> Result<&[u8], LimitExceeded> {
    while let Some((byte, after)) = next(rest, &STRING) {
        rest = match (byte, after) {
            (b'"', _) => return Ok(after),
            (_, [b'u', after @ ..]) => after_escape(after)?,
            (_, [_, after @ ..]) => after,
            (_, []) => after,
        };
    }
    Ok(&[])
}

/// The bytes that structure JSON, and those that end a string or escape in it.
const STRUCTURE: Wanted = wanted(br#""[]{},"#);
const STRING: Wanted = wanted(br#""\\"#);

/// Whether each byte is one of these: a table, since nearly every byte of a
/// response is looked up.
type Wanted = [bool; 256];

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

/// The next byte of a set, and what follows it.
fn next<'a>(rest: &'a [u8], wanted: &Wanted) -> Option<(u8, &'a [u8])> {
    let is_wanted = |byte: &u8| wanted.get(usize::from(*byte)).is_some_and(|wanted| *wanted);
    let at = rest.iter().position(is_wanted)?;
    let (byte, after) = rest.get(at..)?.split_first()?;
    Some((*byte, after))
}

/// What follows `\uXXXX`, given what follows the `u`: a character beyond the
/// first 65,536 is written as two halves, and neither stands alone.
fn after_escape(rest: &[u8]) -> Result<&[u8], LimitExceeded> {
    match rest {
        [
            b'd' | b'D',
            b'8' | b'9' | b'a' | b'b' | b'A' | b'B',
            _,
            _,
            after @ ..,
        ] => match after {
            [
                b'\\',
                b'u',
                b'd' | b'D',
                b'c'..=b'f' | b'C'..=b'F',
                _,
                _,
                after @ ..,
            ] => Ok(after),
            _ => Err(LimitExceeded::HalfCharacter),
        },
        [b'd' | b'D', b'c'..=b'f' | b'C'..=b'F', ..] => Err(LimitExceeded::HalfCharacter),
        _ => Ok(rest),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const BOUNDS: Bounds = Bounds {
        bytes: 1000,
        values: 20,
    };

    fn nested(depth: usize) -> String {
        format!("{}{}", "[".repeat(depth), "]".repeat(depth))
    }

    #[test]
    fn what_is_too_large_is_refused() {
        let wide = |values: usize| format!("[{}1]", "1,".repeat(values - 1));
        let roomy = Bounds {
            bytes: 1_000_000,
            values: 200_000,
        };
        for (bounds, text, expected) in [
            (BOUNDS, "x".repeat(1000), Ok(())),
            (BOUNDS, "x".repeat(1001), Err(LimitExceeded::Bytes(1000))),
            (BOUNDS, wide(20), Ok(())),
            (BOUNDS, wide(21), Err(LimitExceeded::Values(20))),
            (roomy, nested(MAX_DEPTH), Ok(())),
            (roomy, nested(MAX_DEPTH + 1), Err(LimitExceeded::Depth)),
            (roomy, nested(100_000), Err(LimitExceeded::Depth)),
            // Brackets in strings are text, and so is what follows a backslash.
            (BOUNDS, format!("{:?}", "[,".repeat(100)), Ok(())),
            (BOUNDS, format!(r#"["\"{}"]"#, ",".repeat(30)), Ok(())),
            (BOUNDS, r#""\\", ["#.to_owned(), Ok(())),
        ] {
            assert_eq!(bounds.check(&text), expected, "{text}");
        }
    }

    #[test]
    fn half_a_character_is_found() {
        for (text, fits) in [
            (r#""\ud83d\ude00""#, true),
            (r#""\uD83D\uDE00 \u00e9""#, true),
            (r#""\\ud83d""#, true),
            (r#""\ud83d""#, false),
            (r#""\ud83d\u0041""#, false),
            (r#""\ude00""#, false),
        ] {
            let expected = if fits {
                Ok(())
            } else {
                Err(LimitExceeded::HalfCharacter)
            };
            assert_eq!(BOUNDS.check(text), expected, "{text}");
        }
    }

    #[test]
    fn half_a_character_and_a_byte_order_mark_are_taken() {
        for (text, expected) in [
            (r#""a\ud83d""#, "a\u{fffd}"),
            (r#""\ude00b\uD83Dc""#, "\u{fffd}b\u{fffd}c"),
            (r#""\ud83d\u0041""#, "\u{fffd}A"),
            (r#""\ud83d\ud83d\ude00""#, "\u{fffd}😀"),
            (r#""\ud83d\ude00 é""#, "😀 é"),
            (r#""\\ud83d""#, r"\ud83d"),
            ("\u{feff}\"x\"", "x"),
        ] {
            assert_eq!(BOUNDS.parse(text, ""), Ok(expected.into()), "{text}");
        }
    }

    #[test]
    fn what_the_library_keeps_for_itself_is_found() {
        for (text, fits) in [
            (r#"{"$serde_json::private::RawValue": "[]"}"#, false),
            (r#"{"$serde_json::private::Number": "1"}"#, false),
            (
                r#"{"\u0024serde\u005Fjson:\u003a\u0070rivate::RawValue": "[]"}"#,
                false,
            ),
            (r#"[{"a": 1}, { "$serde_json::private::X": 1}]"#, false),
            (r#"["$serde_json::private::RawValue"]"#, true),
            (r#"{"name": "$serde_json::private::Number"}"#, true),
            (r#"{"a": 1, "$serde_json::private::RawValue": "[["}"#, true),
            (r#"["$serde_json::private:", "$", "\u002"]"#, true),
            (r#"["a $serde_json::private::RawValue"]"#, true),
            (r#"["\\u0024serde_json::private::RawValue"]"#, true),
        ] {
            let expected = if fits {
                Ok(())
            } else {
                Err(LimitExceeded::Reserved)
            };
            assert_eq!(BOUNDS.check(text), expected, "{text}");
        }
    }

    proptest! {
        /// Any text can be checked; JSON that passes can be parsed.
        #[test]
        fn what_passes_parses(text in r#"([\[\]{},:"\\ ]|[a-f0-9]|\\u[dD][89a-fA-F][0-9]{2}){0,60}"#) {
            let text = repaired(&text);
            let is_json = serde_json::from_str::<serde::de::IgnoredAny>(&text).is_ok();
            if is_json && BOUNDS.check(&text).is_ok() {
                prop_assert!(serde_json::from_str::<Value>(&text).is_ok(), "{text}");
            }
        }
    }
}
