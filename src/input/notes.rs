//! Notes on a call's valid inputs, for the caller.

use std::cell::RefCell;

/// Notes on one input, without its name.
#[derive(Debug, Default)]
pub struct Notes(RefCell<Kept>);

#[derive(Debug, Default)]
struct Kept {
    notes: Vec<String>,
    more: usize,
}

/// Maximum number of notes on one input. Further ones are counted.
const MAX_NOTES: usize = 3;

impl Notes {
    /// Adds a note.
    pub fn add(&self, note: impl Into<String>) {
        let (mut kept, note) = (self.0.borrow_mut(), note.into());
        if kept.notes.contains(&note) {
            return;
        }
        match kept.notes.len() {
            MAX_NOTES.. => kept.more += 1,
            _ => kept.notes.push(note),
        }
    }

    /// Removes and returns the notes, each with the name of its input.
    pub fn take(&self, name: &str) -> Vec<String> {
        let Kept { notes, more } = self.0.take();
        let mut named: Vec<String> = notes
            .into_iter()
            .map(|note| format!("{name}: {note}"))
            .collect();
        if more > 0 {
            named.push(format!("{name}: {more} more like this"));
        }
        named
    }
}
