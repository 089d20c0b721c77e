//! The operations of Intercom's API that have no typed action, from
//! `operations/*.json`.

use super::operation::Operation;
use super::packed::{Entry, Table};

/// The packed operations of the build.
const TABLE: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/operations.bin"));

/// The catalogue. Opening it takes some microseconds, reading an operation one.
#[derive(Debug)]
pub struct Catalogue(Table<'static>);

impl Catalogue {
    /// Opens it.
    pub fn open() -> Self {
        Self(Table::open(TABLE))
    }

    /// The operation with an id.
    pub fn find(&self, id: &str) -> Option<Operation> {
        self.0.find(id)
    }

    /// Whether an operation has an id.
    pub fn has(&self, id: &str) -> bool {
        self.0.entries().any(|entry| entry.has_id(id))
    }

    /// All ids, in the catalogue's order.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.0.entries().map(Entry::id)
    }

    /// The summary of each operation; the other fields are empty.
    pub fn summaries(&self) -> impl Iterator<Item = Operation> {
        self.0.entries().map(Entry::summary)
    }
}
