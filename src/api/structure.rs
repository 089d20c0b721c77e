//! Finds every value of a JSON text in one pass, which also checks the text: only JSON
//! within its limits has a structure.

use crate::input::{MAX_DEPTH, opens_reserved};

/// Where a value is in its text, in bytes.
#[derive(Debug, Clone, Copy)]
pub struct Node {
    /// What distinguishes its key. The key itself is right before the value.
    pub tag: Tag,
    /// Where it starts.
    pub start: u32,
    /// Where it ends.
    pub end: u32,
}

impl Node {
    /// The number of nodes of the first value: itself, and those within it, which follow it.
    #[inline]
    pub fn size(nodes: &[Self]) -> usize {
        match nodes {
            [] => 0,
            [value, next, ..] if next.start < value.end => before(nodes, value.end),
            _ => 1,
        }
    }

    /// Its key as written, without the quotes. `None` if it has none.
    pub fn key<'t>(&self, text: &'t str) -> Option<&'t str> {
        let end = self.up_to_key(text.as_bytes())?.len();
        let mut start = end;
        loop {
            start = text.get(..start)?.rfind('"')?;
            let before = text.get(..start)?;
            // Of the quotes, only the opening one is not escaped.
            let backslashes = before.len() - before.trim_end_matches('\\').len();
            if backslashes % 2 == 0 {
                return text.get(start + 1..end);
            }
        }
    }

    /// Whether its key, which has no escapes, is this name.
    pub fn is_named(&self, text: &str, name: &str) -> bool {
        let key = self.up_to_key(text.as_bytes());
        let before = key.and_then(|key| key.strip_suffix(name.as_bytes()));
        before.is_some_and(|before| before.ends_with(b"\""))
    }

    /// The text up to the quote that ends its key.
    #[inline]
    fn up_to_key<'t>(&self, text: &'t [u8]) -> Option<&'t [u8]> {
        let before = text.get(..self.start as usize)?;
        match before.strip_suffix(b"\":") {
            Some(key) => Some(key),
            None => before_colon(before),
        }
    }
}

/// The number of nodes that start before a position.
#[inline(never)]
fn before(nodes: &[Node], end: u32) -> usize {
    nodes.partition_point(|node| node.start < end)
}

/// The same as [`Node::up_to_key`] where white space is around the colon, or no key is there.
#[cold]
fn before_colon(text: &[u8]) -> Option<&[u8]> {
    let colon = text.trim_ascii_end().strip_suffix(b":")?;
    colon.trim_ascii_end().strip_suffix(b"\"")
}

/// Distinguishes keys by their length, first and last byte, so that few are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tag(u32);

impl Tag {
    /// The tag of all keys with an escape, whose text is not their name. No UTF-8 has
    /// such bytes.
    pub const ESCAPED: Self = Self(u32::MAX);

    /// The tag of a value without a key.
    pub const NONE: Self = Self::of(b"");

    /// The tag of a key without escapes.
    #[inline]
    pub const fn of(key: &[u8]) -> Self {
        let (first, last) = match key {
            [] => return Self(0),
            [only] => (*only, *only),
            [first, .., last] => (*first, *last),
        };
        let length = (key.len() & 0xffff) as u32;
        Self(length << 16 | (first as u32) << 8 | last as u32)
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
            left: most,
            levels,
            open: Vec::with_capacity(16),
            found: Self {
                nodes: Vec::with_capacity(room),
            },
        };
        scan.run(text.as_bytes())?;
        Some(scan.found)
    }
}

/// The state of a pass over a text, which each step gets apart from it: so its address stays
/// in a register.
struct Scan {
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

/// What comes at a position.
enum Next {
    /// A value, given the tag of its key.
    Value(Tag),
    End,
}

impl Scan {
    fn run(&mut self, bytes: &[u8]) -> Option<()> {
        let (mut at, mut tag) = (after_space(bytes, 0), Tag::NONE);
        loop {
            (at, tag) = match self.value(bytes, at, tag)? {
                (at, Next::Value(tag)) => (at, tag),
                (at, Next::End) => match self.after_value(bytes, at)? {
                    Some(next) => next,
                    None => return Some(()),
                },
            };
        }
    }

    /// Where the next value starts, given the end of one, and its tag. Closes what ends
    /// in between. `Some(None)` at the end of the text.
    fn after_value(&mut self, bytes: &[u8], mut at: usize) -> Option<Option<(usize, Tag)>> {
        loop {
            at = after_space(bytes, at);
            let Some(Open { end, .. }) = self.open.last() else {
                return (at == bytes.len()).then_some(None);
            };
            let end = *end;
            match *bytes.get(at)? {
                b',' => {
                    self.left = self.left.checked_sub(1)?;
                    let next = after_space(bytes, at + 1);
                    return Self::start_of_value(bytes, next, end).map(Some);
                }
                byte if byte == end => at = self.close(at + 1)?,
                _ => return None,
            }
        }
    }

    /// Takes a value, or the opening of a list or object. Returns what follows.
    fn value(&mut self, bytes: &[u8], at: usize, tag: Tag) -> Option<(usize, Next)> {
        let end = match *bytes.get(at)? {
            b'"' => after_string(bytes, at + 1)?,
            opening @ (b'{' | b'[') => return self.open(bytes, opening, at, tag),
            b'-' | b'0'..=b'9' => after_number(bytes, at)?,
            b't' => after_word(bytes, at, b"true")?,
            b'f' => after_word(bytes, at, b"false")?,
            b'n' => after_word(bytes, at, b"null")?,
            _ => return None,
        };
        self.record(tag, at, end);
        Some((end, Next::End))
    }

    fn open(&mut self, bytes: &[u8], opening: u8, at: usize, tag: Tag) -> Option<(usize, Next)> {
        self.left = self.left.checked_sub(1)?;
        if self.open.len() == MAX_DEPTH {
            return None;
        }
        // Both closings are two places after their openings.
        let end = opening + 2;
        let node = self.found.nodes.len();
        self.record(tag, at, at);
        self.open.push(Open { node, end });
        let inner = after_space(bytes, at + 1);
        if *bytes.get(inner)? == end {
            return Some((self.close(inner + 1)?, Next::End));
        }
        if opening == b'{' && matches!(bytes.get(inner + 1), Some(b'$' | b'\\')) {
            let is_reserved = opens_reserved(bytes.get(inner..)?);
            (!is_reserved).then_some(())?;
        }
        let (at, tag) = Self::start_of_value(bytes, inner, end)?;
        Some((at, Next::Value(tag)))
    }

    /// Where a value starts, and the tag of its key.
    #[inline]
    fn start_of_value(bytes: &[u8], at: usize, end: u8) -> Option<(usize, Tag)> {
        if end == b']' {
            return Some((at, Tag::NONE));
        }
        if *bytes.get(at)? != b'"' {
            return None;
        }
        let start = at + 1;
        let end = before_special(bytes, start);
        let (after, tag) = match *bytes.get(end)? {
            b'"' => (end + 1, Tag::of(bytes.get(start..end)?)),
            _ => (after_rest(bytes, end)?, Tag::ESCAPED),
        };
        let colon = after_space(bytes, after);
        let is_there = bytes.get(colon) == Some(&b':');
        is_there.then(|| (after_space(bytes, colon + 1), tag))
    }

    fn close(&mut self, end: usize) -> Option<usize> {
        let open = self.open.pop()?;
        let is_recorded = self.open.len() < self.levels;
        if is_recorded && let Some(node) = self.found.nodes.get_mut(open.node) {
            node.end = end as u32;
        }
        Some(end)
    }

    #[inline]
    fn record(&mut self, tag: Tag, start: usize, end: usize) {
        if self.open.len() < self.levels {
            let (start, end) = (start as u32, end as u32);
            self.found.nodes.push(Node { tag, start, end });
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

/// The position after a word. Its length is a constant, so that it is compared at once.
#[inline]
fn after_word<const N: usize>(bytes: &[u8], at: usize, word: &[u8; N]) -> Option<usize> {
    let found = bytes.get(at..)?.first_chunk::<N>()?;
    (found == word).then_some(at + N)
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

/// The position after a string, given that after its opening quote. `None` if it has no end,
/// an invalid escape, an unpaired surrogate or a control character.
#[inline]
fn after_string(bytes: &[u8], start: usize) -> Option<usize> {
    let end = before_special(bytes, start);
    match *bytes.get(end)? {
        b'"' => Some(end + 1),
        _ => after_rest(bytes, end),
    }
}

/// The same from a backslash on.
#[cold]
fn after_rest(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        match *bytes.get(at)? {
            b'"' => return Some(at + 1),
            b'\\' => at = before_special(bytes, after_escape(bytes, at + 1)?),
            _ => return None,
        }
    }
}

/// Every byte of a word of eight.
const fn every(byte: u8) -> u64 {
    u64::from_ne_bytes([byte; 8])
}

/// The position of the next quote, backslash or control character. Looks at eight
/// bytes at once.
#[inline(never)]
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
pub fn is_plain(text: &[u8]) -> bool {
    before_special(text, 0) == text.len()
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
mod tests;
