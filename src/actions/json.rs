//! Writes results as JSON, for engines that call `invoke`.

use super::ToJson;
use std::io;

/// Writes a JSON object key by key. Text that is already JSON is copied as it is,
/// so nothing that Intercom sent is lost.
#[derive(Debug)]
pub struct JsonObject(Buffer);

impl Default for JsonObject {
    fn default() -> Self {
        let mut text = Buffer::default();
        text.append(b"{");
        Self(text)
    }
}

impl JsonObject {
    /// Adds a text, number, boolean, list of texts, or an option of one.
    #[must_use]
    pub fn value(mut self, name: &str, value: impl serde::Serialize) -> Self {
        self.key(name);
        let before = self.0.0.len();
        if serde_json::to_writer(&mut self.0, &value).is_err() {
            self.0.0.truncate(before);
            self.0.append(b"null");
        }
        self
    }

    /// Adds a JSON text.
    #[must_use]
    pub fn json(mut self, name: &str, json: &str) -> Self {
        self.key(name);
        self.0.append(json.as_bytes());
        self
    }

    /// Adds a result.
    #[must_use]
    pub fn record<T: ToJson>(mut self, name: &str, record: &T) -> Self {
        self.key(name);
        self.within(record)
    }

    /// Adds a list of results.
    #[must_use]
    pub fn list<T: ToJson>(self, name: &str, items: &[T]) -> Self {
        let mut rows = self.rows(name);
        for item in items {
            rows = rows.row(item);
        }
        rows.end()
    }

    /// Begins a list of results.
    #[must_use]
    pub fn rows(mut self, name: &str) -> JsonRows {
        self.key(name);
        self.0.append(b"[");
        JsonRows(self)
    }

    fn within<T: ToJson>(mut self, record: &T) -> Self {
        self.0.append(b"{");
        let mut object = record.write(self);
        object.0.append(b"}");
        object
    }

    /// Names are the contract's own: none needs escaping.
    fn key(&mut self, name: &str) {
        self.separate(b'{');
        self.0.append(b"\"");
        self.0.append(name.as_bytes());
        self.0.append(b"\":");
    }

    /// Writes a comma, unless this is the first thing after the opening. No value ends
    /// with one.
    fn separate(&mut self, opening: u8) {
        if self.0.0.last() != Some(&opening) {
            self.0.append(b",");
        }
    }

    /// The finished object.
    pub fn finish(mut self) -> String {
        self.0.append(b"}");
        // Made of texts alone.
        String::from_utf8(self.0.0).unwrap_or_default()
    }
}

/// A list of results that is being written, row by row.
#[derive(Debug)]
pub struct JsonRows(JsonObject);

impl JsonRows {
    /// Adds a result.
    #[must_use]
    pub fn row<T: ToJson>(mut self, row: &T) -> Self {
        self.0.separate(b'[');
        Self(self.0.within(row))
    }

    /// Ends the list.
    pub fn end(mut self) -> JsonObject {
        self.0.0.append(b"]");
        self.0
    }
}

/// Text that grows by a quarter rather than twofold: a result can be a large part
/// of the sandbox's memory, and growing holds two copies of it.
#[derive(Debug, Default)]
struct Buffer(Vec<u8>);

/// The minimum growth of a buffer, in bytes: a small result.
const ROOM_BYTES: usize = 512;

impl Buffer {
    fn append(&mut self, text: &[u8]) {
        let room = self.0.capacity() - self.0.len();
        // One more for the brace at the end.
        if room <= text.len() {
            let more = (self.0.len() / 4).max(ROOM_BYTES);
            self.0.reserve_exact(text.len() + 1 + more);
        }
        self.0.extend_from_slice(text);
    }
}

impl io::Write for Buffer {
    fn write(&mut self, text: &[u8]) -> io::Result<usize> {
        self.append(text);
        Ok(text.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_are_written_key_by_key() {
        let json = JsonObject::default()
            .value("a", Some("x\"y"))
            .value("b", None::<i64>)
            .json("c", "12345678901234567890123")
            .finish();
        assert_eq!(json, r#"{"a":"x\"y","b":null,"c":12345678901234567890123}"#);
        assert_eq!(JsonObject::default().finish(), "{}");
    }
}
