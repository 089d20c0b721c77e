//! Results as JSON, for engines that call by `invoke`: the typed result's
//! fields under their names in snake case.

/// A result that can be written as JSON.
pub trait Output {
    /// The JSON object. Absent values are null, so that every result of an
    /// action has the same keys.
    fn to_json(&self) -> String;
}

/// Writes a JSON object key by key. Text that is JSON already is taken as it
/// is, so that nothing Intercom sent is lost.
#[derive(Debug, Default)]
pub struct JsonObject(String);

impl JsonObject {
    /// Adds a text, number, boolean, list of texts, or an option of one.
    #[must_use]
    pub fn value(self, name: &'static str, value: impl serde::Serialize) -> Self {
        let json = serde_json::to_string(&value).unwrap_or_else(|_| "null".to_owned());
        self.json(name, &json)
    }

    /// Adds a JSON text.
    #[must_use]
    pub fn json(mut self, name: &'static str, json: &str) -> Self {
        self.key(name);
        self.append(json);
        self
    }

    /// Adds a list of results.
    #[must_use]
    pub fn list<T: Output>(mut self, name: &'static str, items: &[T]) -> Self {
        self.key(name);
        self.append("[");
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                self.append(",");
            }
            self.append(&item.to_json());
        }
        self.append("]");
        self
    }

    /// The names are those of the contract: none has to be escaped.
    fn key(&mut self, name: &'static str) {
        self.append(if self.0.is_empty() { "{\"" } else { ",\"" });
        self.append(name);
        self.append("\":");
    }

    /// Grows by a quarter, not twofold: a result can be a large part of the
    /// sandbox's memory, and growing holds two of it.
    fn append(&mut self, text: &str) {
        let room = self.0.capacity() - self.0.len();
        // One more for the brace at the end.
        if room <= text.len() {
            self.0.reserve_exact(text.len() + 1 + self.0.len() / 4);
        }
        self.0.push_str(text);
    }

    /// The finished object.
    pub fn finish(mut self) -> String {
        self.0.push_str(if self.0.is_empty() { "{}" } else { "}" });
        self.0
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
