//! Repairs malformed JSON text: strangers write names, and a malformed one must not make the
//! rest unreadable. Used for inputs, the workflow context and responses.

use super::scan::{RESERVED, STRING, STRUCTURE, after_escape, next, opens_reserved};
use serde_json::Value;

/// Maximum nesting. Objects of APIs have about ten levels; a hundred is below the 127 that
/// common parsers accept, even inside a result.
pub const MAX_DEPTH: usize = 100;

/// The replacements in a text.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Replaced {
    /// Invalid UTF-8 bytes, by U+FFFD.
    pub bytes: bool,
    /// Unpaired surrogates, by U+FFFD.
    pub halves: bool,
    /// Control characters, by their escapes.
    pub controls: bool,
    /// Values nested deeper than [`MAX_DEPTH`], by null.
    pub deep: bool,
    /// Keys that JSON libraries reserve, by keys with the prefix [`MARK`].
    pub reserved: bool,
}

impl Replaced {
    /// The replacements, each as a sentence without a full stop.
    pub fn notes(self) -> impl Iterator<Item = &'static str> {
        let notes = [
            (self.bytes, "bytes that are not UTF-8 became U+FFFD"),
            (self.halves, "an unpaired surrogate became U+FFFD"),
            (self.controls, "control characters became escapes"),
            (self.deep, "values nested too deep became null"),
            (
                self.reserved,
                "a key that JSON libraries reserve was prefixed with U+FFFD",
            ),
        ];
        let notes = notes.into_iter().filter(|(replaced, _)| *replaced);
        notes.map(|(_, note)| note)
    }
}

/// The prefix of a reserved key.
const MARK: char = '\u{fffd}';

/// Maximum number of bytes added by escapes of control characters. Further ones become spaces,
/// since a response may use much of the sandbox's memory.
const MAX_ADDED: usize = 1024 * 1024;

/// A JSON text without malformed parts. A text that is not JSON stays invalid.
pub fn repaired(json: &str) -> (String, Replaced) {
    // Capacity for all additions, since growing would need a third copy: a mark is less than a
    // quarter of its key.
    let room = json.len() + json.len() / 4 + MAX_ADDED.min(json.len().saturating_mul(5));
    let mut repair = Repair {
        out: Vec::with_capacity(room),
        added: 0,
        replaced: Replaced::default(),
    };
    repair.copy(json.as_bytes());
    // Complete replacement characters were inserted.
    let text = String::from_utf8(repair.out).unwrap_or_default();
    (text, repair.replaced)
}

/// Whether a value contains a marked key.
pub fn is_marked(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.iter().any(is_marked),
        Value::Object(map) => map.iter().any(|(key, value)| {
            let key = key.strip_prefix(MARK);
            key.is_some_and(|key| key.starts_with(RESERVED)) || is_marked(value)
        }),
        _ => false,
    }
}

struct Repair {
    out: Vec<u8>,
    /// The number of bytes added by escapes of control characters.
    added: usize,
    replaced: Replaced,
}

impl Repair {
    fn copy(&mut self, mut rest: &[u8]) {
        let (mut depth, mut cut) = (0_usize, None);
        while let Some((plain, byte, after)) = next(rest, &STRUCTURE) {
            self.push(rest.get(..plain));
            rest = after;
            match byte {
                b'"' => {
                    self.out.push(byte);
                    rest = self.string(after);
                    continue;
                }
                b'[' | b'{' => {
                    if depth == MAX_DEPTH {
                        cut = Some(self.out.len());
                    }
                    depth += 1;
                }
                b']' | b'}' => depth = depth.saturating_sub(1),
                _ => {}
            }
            self.out.push(byte);
            if byte == b'{' && opens_reserved(after) {
                rest = self.mark(after);
            }
            if depth == MAX_DEPTH
                && let Some(start) = cut.take()
            {
                self.replaced.deep = true;
                self.out.truncate(start);
                self.push(Some(b"null"));
            }
        }
        self.push(Some(rest));
    }

    /// Marks the first key of an object, given the text after the brace. Returns the text after
    /// the key.
    fn mark<'a>(&mut self, rest: &'a [u8]) -> &'a [u8] {
        self.replaced.reserved = true;
        let key = rest.trim_ascii_start();
        self.push(Some(b"\"\\ufffd"));
        self.string(key.get(1..).unwrap_or_default())
    }

    /// Copies a string, given the text after its opening quote. Returns the text after the
    /// string.
    fn string<'a>(&mut self, mut rest: &'a [u8]) -> &'a [u8] {
        while let Some((plain, byte, after)) = next(rest, &STRING) {
            self.push(rest.get(..plain));
            match (byte, after) {
                (b'"', _) => {
                    self.out.push(byte);
                    return after;
                }
                (b'\\', [b'u', code @ ..]) => rest = self.code(code),
                (b'\\', [escaped, after @ ..]) => {
                    self.push(Some(&[byte, *escaped]));
                    rest = after;
                }
                (b'\\', []) => {
                    self.out.push(byte);
                    rest = after;
                }
                (control, _) => {
                    self.control(control);
                    rest = after;
                }
            }
        }
        self.push(Some(rest));
        &[]
    }

    /// Copies `\uXXXX`, given the text after the `u`.
    fn code<'a>(&mut self, rest: &'a [u8]) -> &'a [u8] {
        self.push(Some(b"\\u"));
        match after_escape(rest) {
            Some(after) => {
                self.push(rest.get(..rest.len() - after.len()));
                after
            }
            None => {
                self.replaced.halves = true;
                self.push(Some(b"fffd"));
                rest.get(4..).unwrap_or_default()
            }
        }
    }

    fn control(&mut self, control: u8) {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        self.replaced.controls = true;
        if self.added + 5 > MAX_ADDED {
            self.out.push(b' ');
            return;
        }
        self.added += 5;
        let digit = DIGITS.get(usize::from(control & 15)).copied();
        self.push(Some(b"\\u00"));
        self.out.push(b'0' + (control >> 4));
        self.out.extend(digit);
    }

    fn push(&mut self, text: Option<&[u8]>) {
        self.out.extend_from_slice(text.unwrap_or_default());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_odd_is_replaced() {
        let nested = |depth, inner| format!("{}{inner}{}", "[".repeat(depth), "]".repeat(depth));
        let deep = format!(r#"{{"a": {}, "b": [2]}}"#, nested(MAX_DEPTH + 5, "1"));
        let cut = format!(r#"{{"a": {}, "b": [2]}}"#, nested(MAX_DEPTH - 1, "null"));
        let none = Replaced::default();
        let halves = Replaced {
            halves: true,
            ..none
        };
        let controls = Replaced {
            controls: true,
            ..none
        };
        let deeper = Replaced { deep: true, ..none };
        let reserved = Replaced {
            reserved: true,
            ..none
        };
        for (json, expected, replaced) in [
            (r#"{"a": "\ud83d\ude00 \\ud83d é"}"#, None, none),
            (r#"["\ud83d"]"#, Some(r#"["\ufffd"]"#), halves),
            (
                r#"["x\uDE00\ud83d\ud83d\ude00y", "\ud83d\n"]"#,
                Some(r#"["x\ufffd\ufffd\ud83d\ude00y", "\ufffd\n"]"#),
                halves,
            ),
            (
                "[\"a\tb\u{1f}\",\n\t\"\\\\\n\"]",
                Some("[\"a\\u0009b\\u001f\",\n\t\"\\\\\\u000a\"]"),
                controls,
            ),
            (&deep, Some(cut.as_str()), deeper),
            (r#"["$serde_json::private::Number"]"#, None, none),
            (
                r#"{"a": 1, "$serde_json::private::RawValue": "]"}"#,
                None,
                none,
            ),
            (
                r#"[{ "\u0024serde_json::private::RawValue": "}]", "b": 1}, 2]"#,
                Some(r#"[{"\ufffd\u0024serde_json::private::RawValue": "}]", "b": 1}, 2]"#),
                reserved,
            ),
            (r#"{"a": "broken \"#, None, none),
        ] {
            let (text, found) = repaired(json);
            assert_eq!(text, expected.unwrap_or(json));
            assert_eq!(found, replaced, "{json}");
        }
    }

    #[test]
    fn a_body_of_control_characters_does_not_grow_without_end() {
        let json = format!("\"{}\"", "\0".repeat(MAX_ADDED));
        let (text, _) = repaired(&json);
        assert!(text.len() < json.len() + MAX_ADDED);
        assert!(serde_json::from_str::<String>(&text).is_ok());
    }
}
