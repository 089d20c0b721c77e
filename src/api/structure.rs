//! Finds every value of a JSON text in one pass, which also checks the text: only JSON
//! within its limits has a structure.

use crate::input::{MAX_DEPTH, opens_reserved};

/// Where a value is in its text, in bytes.
#[derive(Debug, Clone, Copy)]
pub struct Node {
    /// What its key is told apart by.
    pub tag: Tag,
    /// Where its key starts, after the quote. 0 if it has none.
    pub key: u32,
    /// Where it starts.
    pub start: u32,
    /// Where it ends.
    pub end: u32,
    /// The number of nodes of the value: itself, and all within it.
    pub size: u32,
}

/// Tells keys apart by their length, first and last byte, so that few are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tag(u32);

impl Tag {
    /// The tag of all keys with an escape, whose text is not their name. No UTF-8 has
    /// such bytes.
    pub const ESCAPED: Self = Self(u32::MAX);

    /// The tag of a key without escapes.
    #[inline]
    pub const fn of(key: &[u8]) -> Self {
        match key {
            [] => Self(0),
            [first, ..] => {
                let last = match key {
                    [.., last] => *last,
                    [] => 0,
                };
                let length = (key.len() & 0xffff) as u32;
                Self(length << 16 | (*first as u32) << 8 | last as u32)
            }
        }
    }
}

/// The values of a text, each before those within it.
#[derive(Debug, Clone, Default)]
pub struct Structure {
    /// The values.
    pub nodes: Vec<Node>,
}

/// All levels of a text.
pub const ALL: usize = usize::MAX;

/// Nodes to reserve room for at most: those of a page of 150 contacts.
const MAX_RESERVED: usize = 16 * 1024;

/// The average length of a value in Intercom's responses, in bytes.
const VALUE_BYTES: usize = 12;

impl Structure {
    /// The structure of a text with at most this many values, of its upper levels: 1 is
    /// the whole value alone. `None` if the text is anything but JSON that every parser
    /// can be given.
    pub fn of(text: &str, most: usize, levels: usize) -> Option<Self> {
        // Positions are of 32 bits.
        u32::try_from(text.len()).ok()?;
        let room = match levels {
            0..=2 => 0,
            _ => (text.len() / VALUE_BYTES).min(MAX_RESERVED),
        };
        let mut scan = Scan {
            bytes: text.as_bytes(),
            left: most,
            levels,
            open: Vec::with_capacity(16),
            found: Self {
                nodes: Vec::with_capacity(room),
            },
        };
        scan.run()?;
        Some(scan.found)
    }
}

struct Scan<'a> {
    bytes: &'a [u8],
    /// How many more values may come.
    left: usize,
    levels: usize,
    open: Vec<Open>,
    found: Structure,
}

/// A list or object whose end is yet to come.
struct Open {
    /// The number of its node.
    node: usize,
    /// The byte that closes it.
    end: u8,
}

/// The key of a value.
#[derive(Clone, Copy)]
struct Key {
    start: usize,
    tag: Tag,
}

const NO_KEY: Key = Key {
    start: 0,
    tag: Tag(0),
};

/// What comes at a position.
enum Next {
    Value { key: Key },
    End,
}

impl Scan<'_> {
    fn run(&mut self) -> Option<()> {
        let (mut at, mut key) = (after_space(self.bytes, 0), NO_KEY);
        loop {
            (at, key) = match self.value(at, key)? {
                (at, Next::Value { key }) => (at, key),
                (mut at, Next::End) => loop {
                    at = after_space(self.bytes, at);
                    let Some(open) = self.open.last() else {
                        return (at == self.bytes.len()).then_some(());
                    };
                    let end = open.end;
                    match *self.bytes.get(at)? {
                        b',' => {
                            self.left = self.left.checked_sub(1)?;
                            break self.start_of_value(after_space(self.bytes, at + 1), end)?;
                        }
                        byte if byte == end => at = self.close(at + 1)?,
                        _ => return None,
                    }
                },
            };
        }
    }

    /// Takes a value, or the opening of a list or object. Returns what follows.
    fn value(&mut self, at: usize, key: Key) -> Option<(usize, Next)> {
        let end = match *self.bytes.get(at)? {
            b'"' => after_string(self.bytes, at + 1)?.at,
            opening @ (b'{' | b'[') => return self.open(opening, at, key),
            b'-' | b'0'..=b'9' => after_number(self.bytes, at)?,
            b't' => after_word(self.bytes, at, b"true")?,
            b'f' => after_word(self.bytes, at, b"false")?,
            b'n' => after_word(self.bytes, at, b"null")?,
            _ => return None,
        };
        self.record(key, at, end);
        Some((end, Next::End))
    }

    fn open(&mut self, opening: u8, at: usize, key: Key) -> Option<(usize, Next)> {
        self.left = self.left.checked_sub(1)?;
        if self.open.len() == MAX_DEPTH {
            return None;
        }
        // Both closings are two places after their openings.
        let end = opening + 2;
        let node = self.found.nodes.len();
        self.record(key, at, at);
        self.open.push(Open { node, end });
        let inner = after_space(self.bytes, at + 1);
        if *self.bytes.get(inner)? == end {
            return Some((self.close(inner + 1)?, Next::End));
        }
        if opening == b'{' && matches!(self.bytes.get(inner + 1), Some(b'$' | b'\\')) {
            let is_reserved = opens_reserved(self.bytes.get(inner..)?);
            (!is_reserved).then_some(())?;
        }
        let (at, key) = self.start_of_value(inner, end)?;
        Some((at, Next::Value { key }))
    }

    /// Where a value starts, and its key if it is in an object.
    #[inline]
    fn start_of_value(&mut self, at: usize, end: u8) -> Option<(usize, Key)> {
        if end == b']' {
            return Some((at, NO_KEY));
        }
        let [b'"', ..] = self.bytes.get(at..)? else {
            return None;
        };
        let start = at + 1;
        let key = after_string(self.bytes, start)?;
        let tag = match key.escaped {
            true => Tag::ESCAPED,
            false => Tag::of(self.bytes.get(start..key.at - 1)?),
        };
        let colon = after_space(self.bytes, key.at);
        let is_there = self.bytes.get(colon) == Some(&b':');
        is_there.then(|| (after_space(self.bytes, colon + 1), Key { start, tag }))
    }

    fn close(&mut self, end: usize) -> Option<usize> {
        let open = self.open.pop()?;
        let size = self.found.nodes.len() - open.node;
        let is_recorded = self.open.len() < self.levels;
        if is_recorded && let Some(node) = self.found.nodes.get_mut(open.node) {
            (node.end, node.size) = (end as u32, size as u32);
        }
        Some(end)
    }

    #[inline]
    fn record(&mut self, key: Key, start: usize, end: usize) {
        if self.open.len() < self.levels {
            self.found.nodes.push(Node {
                tag: key.tag,
                key: key.start as u32,
                start: start as u32,
                end: end as u32,
                size: 1,
            });
        }
    }
}

/// The position after white space.
#[inline]
fn after_space(bytes: &[u8], mut at: usize) -> usize {
    while let Some(b' ' | b'\n' | b'\r' | b'\t') = bytes.get(at) {
        at += 1;
    }
    at
}

fn after_word(bytes: &[u8], at: usize, word: &[u8]) -> Option<usize> {
    bytes.get(at..)?.starts_with(word).then(|| at + word.len())
}

/// The position after a number, by JSON's grammar.
fn after_number(bytes: &[u8], mut at: usize) -> Option<usize> {
    at += usize::from(bytes.get(at) == Some(&b'-'));
    at = match bytes.get(at) {
        Some(b'0') => at + 1,
        _ => after_digits(bytes, at)?,
    };
    if bytes.get(at) == Some(&b'.') {
        at = after_digits(bytes, at + 1)?;
    }
    if let Some(b'e' | b'E') = bytes.get(at) {
        let signed = matches!(bytes.get(at + 1), Some(b'+' | b'-'));
        at = after_digits(bytes, at + 1 + usize::from(signed))?;
    }
    Some(at)
}

/// The position after digits, at least one.
fn after_digits(bytes: &[u8], start: usize) -> Option<usize> {
    let mut at = start;
    while let Some(b'0'..=b'9') = bytes.get(at) {
        at += 1;
    }
    (at > start).then_some(at)
}

/// Where a string ends, after its quote.
struct StringEnd {
    at: usize,
    escaped: bool,
}

/// The end of a string, given the position after its opening quote. `None` if it has
/// no end, an escape that is none, half a character or a control character.
fn after_string(bytes: &[u8], mut at: usize) -> Option<StringEnd> {
    let mut escaped = false;
    loop {
        at = before_special(bytes, at);
        match *bytes.get(at)? {
            b'"' => {
                return Some(StringEnd {
                    at: at + 1,
                    escaped,
                });
            }
            b'\\' => at = after_escape(bytes, at + 1)?,
            _ => return None,
        }
        escaped = true;
    }
}

/// Every byte of a word of eight.
const fn every(byte: u8) -> u64 {
    u64::from_ne_bytes([byte; 8])
}

/// The position of the next quote, backslash or control character. Looks at eight
/// bytes at once.
#[inline]
fn before_special(bytes: &[u8], mut at: usize) -> usize {
    const HIGH: u64 = every(0x80);
    while let Some(eight) = bytes.get(at..).and_then(|rest| rest.first_chunk::<8>()) {
        let word = u64::from_le_bytes(*eight);
        // The high bit of a byte is set where the byte is less than the one subtracted,
        // which is exact for the first such byte.
        let below = |word: u64, byte: u8| word.wrapping_sub(every(byte)) & !word;
        let found =
            below(word, b' ') | below(word ^ every(b'"'), 1) | below(word ^ every(b'\\'), 1);
        match found & HIGH {
            0 => at += 8,
            found => return at + (found.trailing_zeros() / 8) as usize,
        }
    }
    let is_plain = |byte: &u8| !matches!(byte, b'"' | b'\\' | ..b' ');
    while bytes.get(at).is_some_and(is_plain) {
        at += 1;
    }
    at
}

/// Whether a text is the same within the quotes of a JSON string.
pub fn is_plain(text: &str) -> bool {
    before_special(text.as_bytes(), 0) == text.len()
}

/// The position after an escape, given that of what follows its backslash.
fn after_escape(bytes: &[u8], at: usize) -> Option<usize> {
    match bytes.get(at)? {
        b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => Some(at + 1),
        b'u' => match code_unit(bytes, at + 1)? {
            0xD800..0xDC00 if bytes.get(at + 5..at + 7)? == br"\u" => {
                let second = code_unit(bytes, at + 7)?;
                (0xDC00..0xE000).contains(&second).then_some(at + 11)
            }
            0xD800..0xE000 => None,
            _ => Some(at + 5),
        },
        _ => None,
    }
}

/// The number that four hexadecimal digits are.
fn code_unit(bytes: &[u8], at: usize) -> Option<u32> {
    let digits = bytes.get(at..at + 4)?.iter();
    digits
        .map(|byte| char::from(*byte).to_digit(16))
        .try_fold(0, |unit, digit| Some(unit * 16 + digit?))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::string_slice)]
    use super::*;
    use crate::input::Bounds;
    use proptest::prelude::*;
    use serde_json::Value;
    use std::fmt::Write;

    const MOST: usize = 40;

    /// Whether a text is JSON within limits, by the limits' own check and by serde_json.
    fn is_expected(text: &str) -> bool {
        let bounds = Bounds {
            bytes: usize::MAX,
            values: MOST,
        };
        bounds.check(text).is_ok() && serde_json::from_str::<Value>(text).is_ok()
    }

    /// The value of the first node, put together from the nodes.
    fn value(text: &str, nodes: &mut std::slice::Iter<'_, Node>) -> (Option<String>, Value) {
        let node = nodes.next().unwrap();
        let key = (node.key > 0).then(|| {
            let written = &text[node.key as usize - 1..node.start as usize];
            let written = written.trim_end().strip_suffix(':').unwrap();
            serde_json::from_str(written).unwrap()
        });
        let json = &text[node.start as usize..node.end as usize];
        let end = nodes.len() + 1 - node.size as usize;
        let mut inner = Vec::new();
        while nodes.len() > end {
            inner.push(value(text, nodes));
        }
        let value = match json.as_bytes()[0] {
            b'{' => inner
                .into_iter()
                .map(|(key, value)| (key.unwrap(), value))
                .collect(),
            b'[' => inner.into_iter().map(|(_, value)| value).collect(),
            _ => serde_json::from_str(json).unwrap(),
        };
        (key, value)
    }

    fn holds(text: &str) {
        let found = Structure::of(text, MOST, ALL);
        assert_eq!(found.is_some(), is_expected(text), "{text:?}");
        assert_eq!(Structure::of(text, MOST, 0).is_some(), found.is_some());
        if let Some(found) = found {
            let (_, value) = value(text, &mut found.nodes.iter());
            assert_eq!(
                value,
                serde_json::from_str::<Value>(text).unwrap(),
                "{text}"
            );
        }
    }

    #[test]
    fn only_json_within_limits_has_a_structure() {
        let wide = |values: usize| format!("[{}1]", "1,".repeat(values - 1));
        let deep = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        for text in [
            wide(MOST),
            wide(MOST + 1),
            deep(MOST),
            deep(MOST + 1),
            deep(MAX_DEPTH + 1),
        ] {
            holds(&text);
        }
        let most = Structure::of(&deep(MAX_DEPTH), 1000, ALL);
        assert!(most.is_some());
        assert!(Structure::of(&deep(MAX_DEPTH + 1), 1000, ALL).is_none());
        for text in [
            "",
            " ",
            "1",
            "-",
            "-0",
            "01",
            "1.",
            ".5",
            "1.5e",
            "1e+5",
            "1E-05",
            "+1",
            "--1",
            "1 2",
            "tru",
            "true",
            "nulll",
            "[1,]",
            "[,1]",
            "{,}",
            "{\"a\":1,}",
            "{\"a\" 1}",
            "{1:2}",
            "[1}",
            "{\"a\":1]",
            "]",
            "[",
            "{\"a\"",
            "\u{feff}1",
            "\u{b}1",
            "[\u{a0}]",
            " \t\r\n{ \"a\" : [ 1 , { } , [ ] ] } ",
            r#"{"a":1,"a":2}"#,
            "\"\u{7f}\"",
            r#""\u12""#,
            r#""\u12G4""#,
            r#""\x""#,
            r#""\"#,
            r#""\ud83d\ude00""#,
            r#""\ud83d""#,
            r#""\ud83dx\ude00""#,
            r#""\ud83d\u0041""#,
            r#""\ude00""#,
            r#""\"\\\/\b\f\n\r\t\u00e9""#,
            r#"{"$serde_json::private::Number":"1"}"#,
            r#"{"\u0024serde_json::private::Number":"1"}"#,
            r#"{"$":1,"$serde_json::private::Number":"1"}"#,
            r#"{"\u0061":{"b\"c":"\\"}}"#,
        ] {
            holds(text);
        }
    }

    #[test]
    fn a_string_ends_at_every_place_of_a_word() {
        for length in 0..40 {
            for odd in [
                "",
                "\\n",
                "\n",
                "\u{1f}",
                " ",
                "!",
                "é",
                "\\\"",
                "\u{7f}",
                "\u{10ffff}",
            ] {
                for before in 0..length {
                    let mut text = String::from("[\"");
                    let (before, after) = ("x".repeat(before), "~".repeat(length - before));
                    write!(text, "{before}{odd}{after}\", \"{odd}\"]").unwrap();
                    holds(&text);
                }
            }
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_as_by_serde_json(
            text in r#"([\[\]{},:"\\ \n]|[0-9eE.+-]|true|null|"k":|\\u[dD][89a-fA-F][0-9]{2}){0,30}"#
        ) {
            holds(&text);
        }

        #[test]
        fn any_value_is_read_as_by_serde_json(value in values(), at in 0_usize..200, odd in any::<char>()) {
            let text = value.to_string();
            holds(&text);
            holds(&format!("{value:#}"));
            // One character replaced.
            let mut characters: Vec<char> = text.chars().collect();
            let at = at % characters.len();
            characters[at] = odd;
            holds(&characters.into_iter().collect::<String>());
        }
    }

    fn values() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<String>().prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 30, 6, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
                proptest::collection::btree_map(any::<String>(), inner, 0..6)
                    .prop_map(|map| map.into_iter().collect()),
            ]
        })
    }
}
