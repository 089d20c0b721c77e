//! Limits on JSON, checked before parsing, so that a text of a caller or server can't exhaust
//! the sandbox's memory or stack.
//!
//! The parser decides whether a text is JSON.

use super::error::InputError;
use super::repair::{MAX_DEPTH, Replaced, repaired};
use super::scan::{Odd, RESERVED, STRUCTURE, after_string, next, opens_reserved};
use serde_json::Value;
use std::borrow::Cow;
use std::fmt;

/// Limits on a JSON text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// Maximum size, in bytes.
    pub bytes: usize,
    /// Maximum number of values, including nested ones. A value needs up to fifty bytes of
    /// memory for two bytes of text.
    pub values: usize,
}

/// Limits of a call's input. A message has some kilobytes, an import of custom data some more; a
/// call holds up to five copies, which these limits keep below half of a sandbox of 64 MB.
pub const INPUT: Bounds = Bounds {
    bytes: 4 * 1024 * 1024,
    values: 50_000,
};

/// Limits of the workflow context: it may contain the largest result of an earlier step, 1500
/// rows of 7 KB and 150 values each.
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
    /// It contains something that a parser must not get.
    Odd(Odd),
}

impl LimitExceeded {
    /// It contains a key that JSON libraries reserve.
    pub const RESERVED: Self = Self::Odd(Odd::Reserved);

    fn hint(self) -> &'static str {
        match self {
            Self::Bytes(_) | Self::Values(_) => "give less",
            Self::Depth => "nest it less deeply",
            Self::Odd(Odd::HalfCharacter) => "write the character itself",
            Self::Odd(Odd::Control) => "write its escape",
            Self::Odd(Odd::Reserved) => "rename the key",
        }
    }
}

impl fmt::Display for LimitExceeded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bytes(most) => write!(f, "is longer than {most} bytes"),
            Self::Values(most) => write!(f, "contains more than {most} values"),
            Self::Depth => write!(f, "is nested more than {MAX_DEPTH} levels deep"),
            Self::Odd(Odd::HalfCharacter) => f.write_str("contains an unpaired surrogate"),
            Self::Odd(Odd::Control) => f.write_str("contains a control character"),
            Self::Odd(Odd::Reserved) => {
                write!(
                    f,
                    "contains an object whose first key begins with {RESERVED}"
                )
            }
        }
    }
}

impl From<Odd> for LimitExceeded {
    fn from(odd: Odd) -> Self {
        Self::Odd(odd)
    }
}

impl Bounds {
    /// Parses a text within the limits. A byte order mark before it is ignored, and malformed
    /// characters are replaced.
    ///
    /// # Errors
    /// The error, as the rest of a sentence that begins with the text. `hint` is for a text that
    /// is not JSON.
    pub fn parse(&self, json: &str, hint: &str) -> Result<Value, InputError> {
        self.parse_noting(json, hint).map(|(value, _)| value)
    }

    /// The same, also returns what was replaced.
    ///
    /// # Errors
    /// As for [`Bounds::parse`].
    pub fn parse_noting(&self, json: &str, hint: &str) -> Result<(Value, Replaced), InputError> {
        match self.parse_marked(json, hint)? {
            (_, Replaced { reserved: true, .. }) => Err(refused(LimitExceeded::RESERVED)),
            parsed => Ok(parsed),
        }
    }

    /// The same for a text that may contain reserved keys: they are marked, see
    /// [`super::repair::is_marked`].
    ///
    /// # Errors
    /// As for [`Bounds::parse`].
    pub fn parse_marked(&self, json: &str, hint: &str) -> Result<(Value, Replaced), InputError> {
        let (json, replaced) = self.clean(without_mark(json)).map_err(refused)?;
        if replaced.deep {
            return Err(refused(LimitExceeded::Depth));
        }
        let value = serde_json::from_str(&json);
        let value =
            value.map_err(|error| InputError::new(format!("is not JSON ({error})"), hint))?;
        Ok((value, replaced))
    }

    /// A text within the limits, and what was replaced in it: malformed parts, and values that
    /// are nested too deep. A valid text is not copied.
    ///
    /// # Errors
    /// The limit that it exceeds.
    pub fn clean<'a>(&self, json: &'a str) -> Result<(Cow<'a, str>, Replaced), LimitExceeded> {
        match self.check(json) {
            Ok(()) => Ok((Cow::Borrowed(json), Replaced::default())),
            Err(LimitExceeded::Odd(_) | LimitExceeded::Depth) => {
                let (text, replaced) = repaired(json);
                self.check(&text)?;
                Ok((Cow::Owned(text), replaced))
            }
            Err(exceeded) => Err(exceeded),
        }
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
        while let Some((_, byte, after)) = next(rest, &STRUCTURE) {
            rest = after;
            match byte {
                b'"' => rest = after_string(after)?,
                b'{' if opens_reserved(after) => return Err(LimitExceeded::RESERVED),
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

fn refused(exceeded: LimitExceeded) -> InputError {
    InputError::new(exceeded.to_string(), exceeded.hint())
}

/// A text without the byte order mark that some editors and shells write first.
pub fn without_mark(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
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
                Err(Odd::HalfCharacter.into())
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
                Err(LimitExceeded::RESERVED)
            };
            assert_eq!(BOUNDS.check(text), expected, "{text}");
        }
    }

    proptest! {
        /// Any text can be checked; JSON that passes can be parsed.
        #[test]
        fn what_passes_parses(text in r#"([\[\]{},:"\\ ]|[a-f0-9]|\\u[dD][89a-fA-F][0-9]{2}){0,60}"#) {
            let (text, _) = repaired(&text);
            let is_json = serde_json::from_str::<serde::de::IgnoredAny>(&text).is_ok();
            if is_json && BOUNDS.check(&text).is_ok() {
                prop_assert!(serde_json::from_str::<Value>(&text).is_ok(), "{text}");
            }
        }
    }
}
