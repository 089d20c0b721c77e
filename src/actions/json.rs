//! Writes results as JSON, for engines that call `invoke`.

use super::ToJson;
use crate::api::is_plain;
use std::io;

/// Writes a JSON object key by key. Text that is already JSON is copied unchanged, so nothing that
/// Intercom sent is lost.
#[derive(Debug)]
pub struct JsonObject(Buffer);

impl Default for JsonObject {
    fn default() -> Self {
        let mut text = Buffer::default();
        text.push(b'{');
        Self(text)
    }
}

impl JsonObject {
    /// Adds a text, number, boolean, list of texts, or an option of one.
    pub fn value(&mut self, name: &str, value: impl serde::Serialize) -> &mut Self {
        self.key(name);
        let before = self.0.0.len();
        if serde_json::to_writer(&mut self.0, &value).is_err() {
            self.0.0.truncate(before);
            self.0.append(b"null");
        }
        self
    }

    /// Adds a text or null.
    pub fn text(&mut self, name: &str, text: Option<&str>) -> &mut Self {
        match text.filter(|text| is_plain(text)) {
            None => self.value(name, text),
            Some(text) => {
                self.key(name);
                self.0.push(b'"');
                self.0.append(text.as_bytes());
                self.0.push(b'"');
                self
            }
        }
    }

    /// Adds a JSON text.
    pub fn json(&mut self, name: &str, json: &str) -> &mut Self {
        self.key(name);
        self.0.append(json.as_bytes());
        self
    }

    /// Adds a list of JSON texts that are joined by commas.
    pub fn items(&mut self, name: &str, joined: &str) -> &mut Self {
        self.key(name);
        self.0.push(b'[');
        self.0.append(joined.as_bytes());
        self.0.push(b']');
        self
    }

    /// Adds a result.
    pub fn record<T: ToJson>(&mut self, name: &str, record: &T) -> &mut Self {
        self.key(name);
        self.within(record);
        self
    }

    /// Adds a list of results.
    pub fn list<T: ToJson>(&mut self, name: &str, items: &[T]) -> &mut Self {
        let mut rows = self.rows(name);
        for item in items {
            rows.row(item);
        }
        rows.end();
        self
    }

    /// Begins a list of results.
    pub fn rows(&mut self, name: &str) -> JsonRows<'_> {
        self.key(name);
        self.0.push(b'[');
        JsonRows(self)
    }

    fn within<T: ToJson>(&mut self, record: &T) {
        self.0.push(b'{');
        record.write(self);
        self.0.push(b'}');
    }

    /// Names are the contract's own: none needs escaping.
    fn key(&mut self, name: &str) {
        self.separate(b'{');
        self.0.push(b'"');
        self.0.append(name.as_bytes());
        self.0.push(b'"');
        self.0.push(b':');
    }

    /// Writes a comma, unless this is the first thing after the opening. No value ends
    /// with one.
    fn separate(&mut self, opening: u8) {
        if self.0.0.last() != Some(&opening) {
            self.0.push(b',');
        }
    }

    /// The finished object.
    pub fn finish(mut self) -> String {
        self.0.push(b'}');
        // Made of texts alone.
        String::from_utf8(self.0.0).unwrap_or_default()
    }
}

/// A list of results that is being written, row by row.
#[derive(Debug)]
pub struct JsonRows<'a>(&'a mut JsonObject);

impl JsonRows<'_> {
    /// Reserves room for rows of so many bytes in all.
    pub fn reserve(&mut self, bytes: usize) {
        self.0.0.0.reserve_exact(bytes);
    }

    /// Adds a result.
    pub fn row<T: ToJson>(&mut self, row: &T) {
        self.0.separate(b'[');
        self.0.within(row);
    }

    /// Ends the list.
    pub fn end(self) {
        self.0.0.push(b']');
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
        self.make_room(text.len());
        self.0.extend_from_slice(text);
    }

    fn push(&mut self, byte: u8) {
        self.make_room(1);
        self.0.push(byte);
    }

    fn make_room(&mut self, bytes: usize) {
        // One more for the brace at the end.
        if self.0.capacity() - self.0.len() <= bytes {
            self.grow(bytes);
        }
    }

    #[cold]
    fn grow(&mut self, bytes: usize) {
        let more = (self.0.len() / 4).max(ROOM_BYTES);
        self.0.reserve_exact(bytes + 1 + more);
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

    struct One(&'static str);

    impl ToJson for One {
        fn write(&self, object: &mut JsonObject) {
            object.value("g", self.0);
        }
    }

    #[test]
    fn objects_are_written_key_by_key() {
        let mut json = JsonObject::default();
        json.text("a", Some("x\"y"))
            .text("t", Some("é 😀"))
            .text("n", None)
            .value("b", None::<i64>)
            .json("c", "12345678901234567890123");
        json.rows("d").end();
        let mut rows = json.rows("e");
        rows.row(&One("[{"));
        rows.row(&One(""));
        rows.end();
        json.record("f", &One("x"));
        assert_eq!(
            json.finish(),
            r#"{"a":"x\"y","t":"é 😀","n":null,"b":null,"c":12345678901234567890123,"d":[],"e":[{"g":"[{"},{"g":""}],"f":{"g":"x"}}"#
        );
        assert_eq!(JsonObject::default().finish(), "{}");
    }
}
