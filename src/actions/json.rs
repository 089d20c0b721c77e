//! Writes results as JSON, for engines that call `invoke`.

use super::ToJson;
use crate::api::{Item, is_plain};
use std::fmt::{self, Write as _};
use std::io;

/// Writes a JSON object key by key. Text that is already JSON is copied unchanged, so nothing that
/// Intercom sent is lost.
#[derive(Debug)]
pub struct JsonObject(Buffer);

impl Default for JsonObject {
    fn default() -> Self {
        let mut text = Buffer::default();
        text.push('{');
        Self(text)
    }
}

const NULL: &str = "null";

/// Digits that every integer of 64 bits may have.
const MAX_DIGITS: usize = 18;

impl JsonObject {
    /// Adds a number or boolean, whose JSON is its text, or null.
    pub fn plain<T: fmt::Display>(&mut self, name: &str, value: Option<T>) -> &mut Self {
        let Some(value) = value else {
            return self.json(name, NULL);
        };
        self.key(name);
        // A buffer takes any text.
        _ = write!(self.0, "{value}");
        self
    }

    /// Adds a text, number, boolean, list of texts, or an option of one.
    pub fn value(&mut self, name: &str, value: impl serde::Serialize) -> &mut Self {
        self.key(name);
        let before = self.0.0.len();
        if serde_json::to_writer(&mut self.0, &value).is_err() {
            self.0.0.truncate(before);
            self.0.append("null");
        }
        self
    }

    /// Adds a text or null.
    pub fn text(&mut self, name: &str, text: Option<&str>) -> &mut Self {
        match text {
            None => self.json(name, NULL),
            Some(text) if is_plain(text.as_bytes()) => {
                self.key(name);
                self.0.push('"');
                self.0.append(text);
                self.0.push('"');
                self
            }
            Some(text) => self.value(name, text),
        }
    }

    /// Adds a response's field as [`Item::text`] reads it.
    pub fn text_of(&mut self, name: &str, field: Item<'_>) -> &mut Self {
        match field.plain_string() {
            Some(json) => self.json(name, json),
            None => self.text(name, field.text().as_deref()),
        }
    }

    /// Adds a response's field as [`Item::integer`] reads it.
    pub fn integer_of(&mut self, name: &str, field: Item<'_>) -> &mut Self {
        let json = field.json();
        let is_digits =
            matches!(json.len(), 1..=MAX_DIGITS) && json.bytes().all(|byte| byte.is_ascii_digit());
        match is_digits {
            true => self.json(name, json),
            false => self.plain(name, field.integer()),
        }
    }

    /// Adds a response's field as [`Item::boolean`] reads it.
    pub fn boolean_of(&mut self, name: &str, field: Item<'_>) -> &mut Self {
        let boolean = field
            .boolean()
            .map(|is_true| if is_true { "true" } else { "false" });
        self.json(name, boolean.unwrap_or(NULL))
    }

    /// Adds a response's field that is an object, or null.
    pub fn object_json_of(&mut self, name: &str, field: Item<'_>) -> &mut Self {
        self.json(
            name,
            if field.is_object() {
                field.json()
            } else {
                NULL
            },
        )
    }

    /// Adds a JSON text.
    pub fn json(&mut self, name: &str, json: &str) -> &mut Self {
        self.key(name);
        self.0.append(json);
        self
    }

    /// Adds a list of JSON texts that are joined by commas.
    pub fn items(&mut self, name: &str, joined: &str) -> &mut Self {
        self.key(name);
        self.0.push('[');
        self.0.append(joined);
        self.0.push(']');
        self
    }

    /// Adds a result.
    pub fn record<T: ToJson>(&mut self, name: &str, record: &T) -> &mut Self {
        self.key(name);
        self.within(|object| record.write(object));
        self
    }

    /// Adds a list of results.
    pub fn list<T: ToJson>(&mut self, name: &str, items: &[T]) -> &mut Self {
        let mut rows = self.rows(name);
        for item in items {
            rows.row(|object| item.write(object));
        }
        rows.end();
        self
    }

    /// Begins a list of results.
    pub fn rows(&mut self, name: &str) -> JsonRows<'_> {
        self.key(name);
        self.0.push('[');
        JsonRows(self)
    }

    fn within(&mut self, write: impl FnOnce(&mut Self)) {
        self.0.push('{');
        write(self);
        self.0.push('}');
    }

    /// Names are the contract's own: none needs escaping.
    fn key(&mut self, name: &str) {
        // A comma, two quotes and a colon.
        self.0.make_room(name.len() + 4);
        self.separate(b'{');
        let Buffer(text) = &mut self.0;
        text.push('"');
        text.push_str(name);
        text.push_str("\":");
    }

    /// Writes a comma, unless this is the first thing after the opening. No value ends
    /// with one.
    fn separate(&mut self, opening: u8) {
        if self.0.0.as_bytes().last() != Some(&opening) {
            self.0.push(',');
        }
    }

    /// The finished object.
    pub fn finish(mut self) -> String {
        self.0.push('}');
        self.0.0
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

    /// Adds a result, whose fields `write` writes.
    pub fn row(&mut self, write: impl FnOnce(&mut JsonObject)) {
        self.0.separate(b'[');
        self.0.within(write);
    }

    /// Ends the list.
    pub fn end(self) {
        self.0.0.push(']');
    }
}

/// Text that grows by a quarter rather than twofold: a result can be a large part
/// of the sandbox's memory, and growing holds two copies of it.
#[derive(Debug, Default)]
struct Buffer(String);

/// The minimum growth of a buffer, in bytes: a small result.
const ROOM_BYTES: usize = 512;

impl Buffer {
    fn append(&mut self, text: &str) {
        self.make_room(text.len());
        self.0.push_str(text);
    }

    fn push(&mut self, letter: char) {
        self.make_room(1);
        self.0.push(letter);
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

impl fmt::Write for Buffer {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.append(text);
        Ok(())
    }
}

impl io::Write for Buffer {
    fn write(&mut self, text: &[u8]) -> io::Result<usize> {
        // Only whole letters are written.
        self.append(std::str::from_utf8(text).map_err(|_| io::ErrorKind::InvalidData)?);
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
            .plain("i", Some(-7))
            .plain("y", Some(true))
            .plain("z", None::<bool>)
            .json("c", "12345678901234567890123");
        json.rows("d").end();
        let mut rows = json.rows("e");
        rows.row(|row| One("[{").write(row));
        rows.row(|row| One("").write(row));
        rows.end();
        json.record("f", &One("x"));
        assert_eq!(
            json.finish(),
            r#"{"a":"x\"y","t":"é 😀","n":null,"b":null,"i":-7,"y":true,"z":null,"c":12345678901234567890123,"d":[],"e":[{"g":"[{"},{"g":""}],"f":{"g":"x"}}"#
        );
        assert_eq!(JsonObject::default().finish(), "{}");
    }
}
