//! Resolves placeholders in JSON: in every string, never in a key.

use super::Resolve;
use crate::input::bounds::INPUT;
use crate::input::error::InputError;
use crate::input::template::Template;
use serde_json::{Map, Value};

impl Resolve<'_> {
    /// An input of type `json`: a JSON text, a text that is one placeholder, or (from `invoke`)
    /// a JSON value. The JSON is parsed before its placeholders are resolved, so no value can
    /// change its structure.
    ///
    /// # Errors
    /// The text is not JSON, or too large, or as for [`Resolve::json`].
    pub fn json_input(self, written: Value) -> Result<Value, InputError> {
        let (value, inside) = self.open_json(written)?;
        inside.json(value)
    }

    /// An input of type `json` whose keys are fields: a key whose placeholder is null is left
    /// out.
    ///
    /// # Errors
    /// As for [`Resolve::json_input`].
    pub fn fields_input(self, written: Value) -> Result<Value, InputError> {
        let (mut value, inside) = self.open_json(written)?;
        if let Value::Object(map) = &mut value {
            *map = inside.without_nulls(std::mem::take(map))?;
        }
        inside.json(value)
    }

    fn without_nulls(self, map: Map<String, Value>) -> Result<Map<String, Value>, InputError> {
        let mut kept = Map::new();
        for (key, value) in map {
            match self.whole(&value) {
                Some(placeholder) if self.placeholder(&placeholder)?.is_null() => {
                    self.note_null(&placeholder, &format!("{key} is left unchanged"));
                }
                _ => _ = kept.insert(key, value),
            }
        }
        Ok(kept)
    }

    /// Opens a list or record that may also be a JSON text.
    ///
    /// # Errors
    /// As for [`Resolve::open`]; also a text that is not JSON.
    pub fn open_json(self, written: Value) -> Result<(Value, Self), InputError> {
        const HINT: &str = "give JSON, with placeholders inside quotes, such as \
                               {\"plan\": \"{{settings.plan}}\"}";
        let (written, inside) = match self.whole(&written) {
            // A text in a value of the context is not parsed as JSON.
            Some(_) => return self.open(written),
            None => (written, self),
        };
        let Value::String(text) = &written else {
            return Ok((written, inside));
        };
        Ok((INPUT.parse(text, HINT)?, inside))
    }

    /// Resolves the placeholders of all strings in a JSON value. Items and keys of optional
    /// placeholders without a value are left out.
    ///
    /// # Errors
    /// As for [`Resolve::text`], the first in reading order; and a placeholder in a
    /// key.
    pub fn json(self, value: Value) -> Result<Value, InputError> {
        if !self.expands() {
            return Ok(value);
        }
        match value {
            Value::String(text) => self.text(&text),
            Value::Array(items) => {
                let mut resolved = Vec::with_capacity(items.len());
                for item in items {
                    if !self.is_absent(&item)? {
                        resolved.push(self.json(item)?);
                    }
                }
                Ok(Value::Array(resolved))
            }
            Value::Object(map) => {
                let mut resolved = Map::new();
                for (key, value) in map {
                    check_key(&key)?;
                    if !self.is_absent(&value)? {
                        resolved.insert(key, self.json(value)?);
                    }
                }
                Ok(Value::Object(resolved))
            }
            plain => Ok(plain),
        }
    }

    fn is_absent(self, written: &Value) -> Result<bool, InputError> {
        match self.whole(written) {
            Some(placeholder) if self.is_optional(&placeholder) => {
                Ok(self.placeholder(&placeholder)?.is_null())
            }
            _ => Ok(false),
        }
    }
}

/// Refuses a placeholder in a key: its value could be any key.
fn check_key(key: &str) -> Result<(), InputError> {
    match Template::find(key) {
        None => Ok(()),
        Some(expression) => Err(InputError::new(
            format!("{expression} is part of a key, and keys are not resolved"),
            "write the key itself, or give the whole object by a placeholder",
        )),
    }
}
