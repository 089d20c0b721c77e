//! Actions and triggers as the build packs them: a table of texts and one of numbers. A list of
//! all reads their summaries alone, a call reads one.
//!
//! A number is written in groups of seven bits, the lowest first; the highest bit of
//! a byte says that another follows. `build/pack.rs` writes the table:
//!
//! - the number of texts, where each ends (two bytes, the lower one first), and the
//!   texts; the same of prose
//! - for each byte of prose, the two that it stands for, which are plain or lower than it;
//!   two zeros if it is plain. No byte stands for more than eight plain ones
//! - for each entry: the length of its part, then its fields as [`Packed`] says, in which
//!   a text is its number among the texts or the prose

use connector_definitions::codec::{Codec, Packed};
use std::cell::OnceCell;

/// A packed list.
#[derive(Debug, Clone)]
pub struct Table<'a> {
    texts: Texts<'a>,
    prose: Texts<'a>,
    pairs: &'a [u8],
    words: OnceCell<Words>,
    entries: &'a [u8],
}

/// Texts, one after the other.
#[derive(Debug, Clone)]
struct Texts<'a> {
    /// The end of each: two bytes, the lower one first.
    ends: &'a [u8],
    bytes: &'a [u8],
}

impl<'a> Table<'a> {
    /// Opens a table. An invalid one has no entries.
    pub fn open(bytes: &'a [u8]) -> Self {
        let mut rest = bytes;
        let (texts, prose) = (Texts::take(&mut rest), Texts::take(&mut rest));
        Self {
            texts,
            prose,
            pairs: take(&mut rest, PAIRS),
            words: OnceCell::new(),
            entries: rest,
        }
    }

    /// The entries, in the order that they were packed in.
    pub fn entries(&self) -> impl Iterator<Item = Entry<'_>> {
        let mut rest = self.entries;
        std::iter::from_fn(move || {
            if rest.is_empty() {
                return None;
            }
            let length = number(&mut rest) as usize;
            let (bytes, after) = rest.split_at_checked(length)?;
            rest = after;
            Some(Entry { table: self, bytes })
        })
    }

    /// The entry with an id.
    pub fn find<T: Packed>(&self, id: &str) -> Option<T> {
        let mut entries = self.entries();
        entries.find(|entry| entry.has_id(id)).map(Entry::read)
    }

    fn text(&self, index: u32) -> &'a str {
        std::str::from_utf8(self.texts.get(index)).unwrap_or_default()
    }

    /// Prose, spelled out in a buffer.
    fn prose<'b>(&self, index: u32, buffer: &'b mut Vec<u8>) -> &'b str {
        let words = self.words.get_or_init(|| Words::of(self.pairs));
        let length = words.spell(self.prose.get(index), buffer);
        let spelled = buffer.get(..length).unwrap_or_default();
        std::str::from_utf8(spelled).unwrap_or_default()
    }
}

/// The length of the pairs in a table, in bytes.
const PAIRS: usize = 2 * 256;

/// What each byte of prose stands for: up to eight bytes, the first one lowest, then zeros.
#[derive(Debug, Clone)]
struct Words(Box<[u64; 256]>);

impl Words {
    fn of(pairs: &[u8]) -> Self {
        let mut words = Box::new([0_u64; 256]);
        for (word, byte) in words.iter_mut().zip(0..) {
            *word = byte;
        }
        let (pairs, _) = pairs.as_chunks::<2>();
        for (byte, pair) in pairs
            .iter()
            .enumerate()
            .filter(|(_, pair)| **pair != [0, 0])
        {
            let [one, other] =
                pair.map(|byte| words.get(usize::from(byte)).map_or(0, |word| *word));
            if let Some(word) = words.get_mut(byte) {
                let shifted = other.checked_shl(8 * length(one) as u32);
                *word = one | shifted.unwrap_or_default();
            }
        }
        Self(words)
    }

    /// Spells packed prose out at the start of a buffer, which grows if it is too short.
    /// Returns its length.
    fn spell(&self, packed: &[u8], buffer: &mut Vec<u8>) -> usize {
        // A word is written with its zeros.
        let room = packed.len() * 8;
        if buffer.len() < room {
            buffer.resize(room, 0);
        }
        let mut end = 0;
        for byte in packed {
            let word = self.0.get(usize::from(*byte)).map_or(0, |word| *word);
            let rest = buffer.get_mut(end..).unwrap_or_default();
            if let Some(eight) = rest.first_chunk_mut::<8>() {
                *eight = word.to_le_bytes();
            }
            end += length(word);
        }
        end
    }
}

/// The length of a word without its zeros, in bytes.
fn length(word: u64) -> usize {
    8 - word.leading_zeros() as usize / 8
}

impl<'a> Texts<'a> {
    fn take(rest: &mut &'a [u8]) -> Self {
        let count = number(rest) as usize;
        let ends = take(rest, 2 * count);
        let length = Self { ends, bytes: &[] }.end(count);
        let bytes = take(rest, length);
        Self { ends, bytes }
    }

    /// The end of the texts before an index.
    fn end(&self, index: usize) -> usize {
        let end = 2 * index;
        match self.ends.get(end.wrapping_sub(2)..end) {
            Some([low, high]) => usize::from(u16::from_le_bytes([*low, *high])),
            _ => 0,
        }
    }

    fn get(&self, index: u32) -> &'a [u8] {
        let index = index as usize;
        let place = self.end(index)..self.end(index + 1);
        self.bytes.get(place).unwrap_or_default()
    }
}

/// Removes bytes from the front; `None` if there are fewer.
fn take<'a>(rest: &mut &'a [u8], length: usize) -> &'a [u8] {
    let (taken, after) = rest.split_at_checked(length).unwrap_or_default();
    *rest = after;
    taken
}

/// One packed action or trigger.
#[derive(Debug, Clone, Copy)]
pub struct Entry<'a> {
    table: &'a Table<'a>,
    bytes: &'a [u8],
}

impl<'a> Entry<'a> {
    /// Its id.
    pub fn id(self) -> &'a str {
        // The first field of a summary.
        let mut bytes = self.bytes;
        self.table.text(number(&mut bytes))
    }

    /// Whether this is its id.
    pub fn has_id(self, id: &str) -> bool {
        let mut bytes = self.bytes;
        self.table.texts.get(number(&mut bytes)) == id.as_bytes()
    }

    /// Whether the list of texts that follows its id has this one.
    pub fn lists(self, text: &str) -> bool {
        let mut bytes = self.bytes;
        let _id = number(&mut bytes);
        let count = number(&mut bytes);
        (0..count).any(|_| self.table.texts.get(number(&mut bytes)) == text.as_bytes())
    }

    /// Its summary; the other fields are empty.
    pub fn summary<T: Packed>(self) -> T {
        let mut packed = T::default();
        packed.summary(&mut Reader::of(self));
        packed
    }

    /// All of it.
    pub fn read<T: Packed>(self) -> T {
        let mut packed = T::default();
        let mut reader = Reader::of(self);
        packed.summary(&mut reader);
        packed.details(&mut reader);
        packed
    }
}

/// What is left of an entry to be read.
struct Reader<'a> {
    table: &'a Table<'a>,
    rest: &'a [u8],
    /// Where prose is spelled out, before it becomes a text of exactly its length.
    buffer: Vec<u8>,
}

impl<'a> Reader<'a> {
    fn of(entry: Entry<'a>) -> Self {
        let Entry { table, bytes: rest } = entry;
        let buffer = Vec::new();
        Self {
            table,
            rest,
            buffer,
        }
    }
}

impl Codec for Reader<'_> {
    fn number(&mut self, into: &mut u32) {
        *into = number(&mut self.rest);
    }

    fn text(&mut self, into: &mut String) {
        let index = number(&mut self.rest);
        *into = self.table.text(index).to_owned();
    }

    fn prose(&mut self, into: &mut String) {
        let index = number(&mut self.rest);
        *into = self.table.prose(index, &mut self.buffer).to_owned();
    }
}

/// Reads a number; 0 at the end.
fn number(rest: &mut &[u8]) -> u32 {
    let mut value = 0_u32;
    for shift in [0, 7, 14, 21, 28] {
        let Some((byte, after)) = rest.split_first() else {
            break;
        };
        *rest = after;
        value |= u32::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            break;
        }
    }
    value
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::cast_possible_truncation)]
    use super::super::operation::Operation;
    use super::super::{openapi, pack};
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_packed_is_read() {
        let document = json!({
            "openapi": "3.1.0",
            "paths": {
                "/contacts/{contact_id}/notes": {
                    "parameters": [{
                        "name": "contact_id", "in": "path", "required": true,
                        "schema": {"type": "string", "example": "é"}
                    }],
                    "get": {
                        "operationId": "list-notes",
                        "description": "Lists the notes of a note: notes… and notes.",
                        "parameters": [
                            {"name": "page", "in": "query", "schema": {"type": "integer"}},
                            {"name": "ids", "in": "query", "explode": false,
                             "schema": {"type": "array", "items": {"type": "integer"}}}
                        ],
                        "responses": {"200": {
                            "content": {"application/json": {"schema": {
                                "properties": {"data": {"type": "array"}}}}},
                            "links": {"next": {"parameters": {"page": "$response.body#/pages/page"}}}
                        }}
                    },
                    "post": {
                        "operationId": "add-note",
                        "requestBody": {"required": true, "content": {"application/json": {"schema": {
                            "properties": {
                                "body": {"type": "string", "writeOnly": true},
                                "at": {"type": "integer", "format": "date-time", "default": 5},
                                "admin": {"type": "object", "properties": {
                                    "id": {"type": "string", "x-workflow-choices": "list-admins"},
                                    "type": {"const": "admin"},
                                    "role": {"type": "string", "enum": ["a", "b"]}
                                }}
                            }
                        }}}},
                        "responses": {"200": {"content": {"application/json": {"schema": {
                            "properties": {"id": {"type": "string", "format": "id"}}}}}}}
                    }
                }
            }
        });
        let read = openapi::read(
            &document,
            None,
            &|_| false,
            super::super::defined::references,
        );
        assert_eq!(read.problems, []);
        let bytes = pack::table(read.operations.clone()).unwrap();
        let table = Table::open(&bytes);
        let unpacked: Vec<Operation> = table.entries().map(Entry::read).collect();
        assert_eq!(unpacked, read.operations);
        let ids: Vec<_> = table.entries().map(Entry::id).collect();
        assert_eq!(ids, ["list-notes", "add-note"]);
        assert_eq!(table.find("add-note"), read.operations.get(1).cloned());
        assert_eq!(table.find::<Operation>("add"), None);
    }

    #[test]
    fn a_table_cut_anywhere_is_no_panic() {
        let operation = Operation {
            id: "a".to_owned(),
            ..Operation::default()
        };
        let bytes = pack::table(vec![operation]).unwrap();
        for length in 0..bytes.len() {
            let cut = bytes.get(..length).unwrap();
            for entry in Table::open(cut).entries() {
                entry.read::<Operation>();
            }
        }
    }
}
