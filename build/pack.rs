//! Packs operations as `src/operations/packed.rs` reads them.

use super::operation::{Codec, Operation};
use std::collections::HashMap;

/// The table.
pub fn table(mut operations: Vec<Operation>) -> Vec<u8> {
    let mut counts = Counter::default();
    for operation in &mut operations {
        operation.summary(&mut counts);
        operation.details(&mut counts);
    }
    let texts = counts.by_use();
    let numbers = texts.iter().zip(0..).map(|(text, n)| (text.clone(), n));
    let mut writer = Writer {
        numbers: numbers.collect(),
        bytes: Vec::new(),
    };
    let mut packed = Vec::new();
    for operation in &mut operations {
        operation.summary(&mut writer);
        operation.details(&mut writer);
        let bytes = std::mem::take(&mut writer.bytes);
        number(&mut packed, bytes.len());
        packed.extend(bytes);
    }
    let mut table = Vec::new();
    number(&mut table, texts.len());
    for text in &texts {
        number(&mut table, text.len());
    }
    table.extend(packed);
    table.extend(texts.concat().into_bytes());
    table
}

fn number(bytes: &mut Vec<u8>, mut value: usize) {
    while value >= 0x80 {
        bytes.push(value as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
}

/// Counts how often each text occurs.
#[derive(Default)]
struct Counter(HashMap<String, usize>);

impl Counter {
    /// The texts, the most frequent ones first: their numbers are the shortest.
    fn by_use(self) -> Vec<String> {
        let mut texts: Vec<_> = self.0.into_iter().collect();
        texts.sort_by(|(a, times), (b, often)| often.cmp(times).then_with(|| a.cmp(b)));
        texts.into_iter().map(|(text, _)| text).collect()
    }
}

impl Codec for Counter {
    fn number(&mut self, _: &mut u32) {}

    fn text(&mut self, text: &mut String) {
        *self.0.entry(text.clone()).or_default() += 1;
    }
}

/// Writes the fields of an operation.
struct Writer {
    numbers: HashMap<String, usize>,
    bytes: Vec<u8>,
}

impl Codec for Writer {
    fn number(&mut self, value: &mut u32) {
        number(&mut self.bytes, *value as usize);
    }

    fn text(&mut self, text: &mut String) {
        let value = self.numbers.get(text).copied();
        number(&mut self.bytes, value.unwrap_or_default());
    }
}
