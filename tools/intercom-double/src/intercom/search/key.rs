//! A total order of JSON values, for comparison and sorting.

use std::cmp::Ordering;

use serde_json::{Value, json};

/// A scalar value. Absent values sort first, the others by type, then by value.
#[derive(Debug, Clone)]
pub enum Key {
    /// Null or missing.
    Absent,
    /// True or false.
    Boolean(bool),
    /// A number. Unix seconds and admin ids are exact.
    Number(f64),
    /// Text.
    Text(String),
}

impl Key {
    /// The key of a value. A list or an object becomes its JSON text.
    pub fn of(value: &Value) -> Self {
        match value {
            Value::Null => Self::Absent,
            Value::Bool(boolean) => Self::Boolean(*boolean),
            Value::Number(number) => number.as_f64().map_or(Self::Absent, Self::Number),
            Value::String(text) => Self::Text(text.clone()),
            other => Self::Text(other.to_string()),
        }
    }

    /// The value with this key.
    pub fn to_json(&self) -> Value {
        match self {
            Self::Absent => Value::Null,
            Self::Boolean(boolean) => json!(boolean),
            Self::Number(number) => json!(number),
            Self::Text(text) => json!(text),
        }
    }

    fn rank(&self) -> u8 {
        match self {
            Self::Absent => 0,
            Self::Boolean(_) => 1,
            Self::Number(_) => 2,
            Self::Text(_) => 3,
        }
    }
}

impl Ord for Key {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Boolean(a), Self::Boolean(b)) => a.cmp(b),
            (Self::Number(a), Self::Number(b)) => a.total_cmp(b),
            (Self::Text(a), Self::Text(b)) => a.cmp(b),
            _ => self.rank().cmp(&other.rank()),
        }
    }
}

impl PartialOrd for Key {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Key {}
