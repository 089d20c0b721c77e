//! Notes on contacts and companies (`docs/intercom-api.md`, Notes).

use serde_json::{Value, json};

/// All notes, in the order in which they were written.
#[derive(Debug, Default)]
pub struct Notes(Vec<Note>);

/// A note.
#[derive(Debug, Clone)]
pub struct Note {
    id: String,
    /// The path of the note's object, such as `/contacts/6762f0dd…`.
    object: String,
    author: Value,
    body: String,
    created_at: i64,
}

/// The id of the first note.
const FIRST: usize = 31;

impl Notes {
    /// Writes a note.
    pub fn add(&mut self, object: String, author: Value, text: &str, now: i64) -> Note {
        let body = match text.trim_start().starts_with('<') {
            true => text.to_owned(),
            false => format!("<p>{text}</p>"),
        };
        let note = Note {
            id: (FIRST + self.0.len()).to_string(),
            object,
            author,
            body,
            created_at: now,
        };
        self.0.push(note.clone());
        note
    }

    /// The notes on an object.
    pub fn on(&self, object: &str) -> impl Iterator<Item = &Note> {
        let object = object.to_owned();
        self.0.iter().filter(move |note| note.object == object)
    }
}

impl Note {
    /// The note as Intercom shows it.
    pub fn to_json(&self) -> Value {
        let (path, id) = self.object.rsplit_once('/').unwrap_or_default();
        let kind = match path {
            "/companies" => "company",
            _ => "contact",
        };
        json!({
            "type": "note",
            "id": self.id,
            "created_at": self.created_at,
            kind: { "type": kind, "id": id },
            "author": self.author,
            "body": self.body,
        })
    }
}
