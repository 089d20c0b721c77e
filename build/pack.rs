//! Packs data as `src/operations/packed.rs` reads it.

use connector_definitions::codec::{Codec, Packed};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::num::TryFromIntError;

/// The table.
///
/// # Errors
/// All texts, or all prose, are longer than 64 KiB.
pub fn table<T: Packed>(mut entries: Vec<T>) -> Result<Vec<u8>, TryFromIntError> {
    let mut counts = Counter::default();
    for entry in &mut entries {
        entry.summary(&mut counts);
        entry.details(&mut counts);
    }
    let (texts, prose) = (by_use(counts.texts), by_use(counts.prose));
    let mut writer = Writer {
        texts: numbers(&texts),
        prose: numbers(&prose),
        bytes: Vec::new(),
    };
    let mut packed = Vec::new();
    for entry in &mut entries {
        entry.summary(&mut writer);
        entry.details(&mut writer);
        let bytes = std::mem::take(&mut writer.bytes);
        number(&mut packed, bytes.len());
        packed.extend(bytes);
    }
    let texts: Vec<Vec<u8>> = texts.into_iter().map(String::into_bytes).collect();
    let (pairs, prose) = paired(prose.into_iter().map(String::into_bytes).collect());
    let mut table = Vec::new();
    for texts in [texts, prose] {
        number(&mut table, texts.len());
        let mut end = 0_u16;
        for text in &texts {
            end = u16::try_from(usize::from(end) + text.len())?;
            table.extend(end.to_le_bytes());
        }
        table.extend(texts.concat());
    }
    table.extend(pairs.concat());
    table.extend(packed);
    Ok(table)
}

fn number(bytes: &mut Vec<u8>, mut value: usize) {
    while value >= 0x80 {
        bytes.push(value as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
}

/// The two bytes that each byte represents; zeros if it represents itself.
type Pairs = Vec<[u8; 2]>;

/// Compresses texts: repeatedly replaces the most frequent pair of bytes by the lowest unused
/// byte, until none is left. Halves English prose. No byte represents more than
/// [`WORD_BYTES`], so that each is unpacked by one store.
fn paired(mut texts: Vec<Vec<u8>>) -> (Pairs, Vec<Vec<u8>>) {
    let used: BTreeSet<u8> = texts.iter().flatten().copied().collect();
    let mut pairs = vec![[0, 0]; 256];
    let mut lengths: BTreeMap<u8, usize> = used.iter().map(|byte| (*byte, 1)).collect();
    for byte in (1..=u8::MAX).filter(|byte| !used.contains(byte)) {
        let mut counts = BTreeMap::new();
        for pair in texts.iter().flat_map(|text| text.array_windows::<2>()) {
            *counts.entry(*pair).or_insert(0) += 1;
        }
        let length = |pair: &[u8; 2]| -> usize {
            let lengths = pair.iter().filter_map(|byte| lengths.get(byte));
            lengths.sum()
        };
        counts.retain(|pair, _| length(pair) <= WORD_BYTES);
        let Some((pair, 2..)) = counts.into_iter().max_by_key(|(_, count)| *count) else {
            break;
        };
        let length = length(&pair);
        lengths.insert(byte, length);
        if let Some(meaning) = pairs.get_mut(usize::from(byte)) {
            *meaning = pair;
        }
        texts.iter_mut().for_each(|text| replace(text, pair, byte));
    }
    (pairs, texts)
}

/// The most bytes that a byte of packed prose represents.
const WORD_BYTES: usize = 8;

fn replace(text: &mut Vec<u8>, pair: [u8; 2], byte: u8) {
    let mut shorter = Vec::with_capacity(text.len());
    let mut rest = text.as_slice();
    while let Some((first, after)) = rest.split_first() {
        let paired = rest.strip_prefix(&pair);
        shorter.push(if paired.is_some() { byte } else { *first });
        rest = paired.unwrap_or(after);
    }
    *text = shorter;
}

/// Counts each text.
#[derive(Default)]
struct Counter {
    texts: HashMap<String, usize>,
    prose: HashMap<String, usize>,
}

/// Texts, most frequent first, so that frequent ones get the shortest numbers.
fn by_use(counts: HashMap<String, usize>) -> Vec<String> {
    let mut texts: Vec<_> = counts.into_iter().collect();
    texts.sort_by(|(a, times), (b, often)| often.cmp(times).then_with(|| a.cmp(b)));
    texts.into_iter().map(|(text, _)| text).collect()
}

fn numbers(texts: &[String]) -> HashMap<String, usize> {
    texts.iter().cloned().zip(0..).collect()
}

impl Codec for Counter {
    fn number(&mut self, _: &mut u32) {}

    fn text(&mut self, text: &mut String) {
        *self.texts.entry(text.clone()).or_default() += 1;
    }

    fn prose(&mut self, text: &mut String) {
        *self.prose.entry(text.clone()).or_default() += 1;
    }
}

/// Writes the fields of an entry.
struct Writer {
    texts: HashMap<String, usize>,
    prose: HashMap<String, usize>,
    bytes: Vec<u8>,
}

impl Codec for Writer {
    fn number(&mut self, value: &mut u32) {
        number(&mut self.bytes, *value as usize);
    }

    fn text(&mut self, text: &mut String) {
        let value = self.texts.get(text).copied();
        number(&mut self.bytes, value.unwrap_or_default());
    }

    fn prose(&mut self, text: &mut String) {
        let value = self.prose.get(text).copied();
        number(&mut self.bytes, value.unwrap_or_default());
    }
}
