//! Writes results as JSON, for engines that call `invoke`.

use super::ToJson;
use std::io;

/// Writes a JSON object key by key. Text that is already JSON is copied as it is,
/// so nothing that Intercom sent is lost.
#[derive(Debug, Default)]
pub struct JsonObject(Buffer);

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

    /// Adds a list of results.
    #[must_use]
    pub fn list<T: ToJson>(mut self, name: &str, items: &[T]) -> Self {
        self.key(name);
        self.0.append(b"[");
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                self.0.append(b",");
            }
            self.0.append(item.to_json().as_bytes());
        }
        self.0.append(b"]");
        self
    }

    /// Names are the contract's own: none needs escaping.
    fn key(&mut self, name: &str) {
        let opening = self.opening();
        self.0.append(opening);
        self.0.append(name.as_bytes());
        self.0.append(b"\":");
    }

    fn opening(&self) -> &'static [u8] {
        if self.0.0.is_empty() { b"{\"" } else { b",\"" }
    }

    /// The finished object.
    pub fn finish(mut self) -> String {
        let closing: &[u8] = if self.0.0.is_empty() { b"{}" } else { b"}" };
        self.0.append(closing);
        // Made of texts alone.
        String::from_utf8(self.0.0).unwrap_or_default()
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
