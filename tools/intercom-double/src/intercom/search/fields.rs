//! The types of fields that rows are searched by, and the operators that each takes
//! (`docs/intercom-api.md`, Search).

use serde_json::Value;

use super::key::Key;
use crate::intercom::version::Version;

/// The fields of a search.
#[derive(Debug)]
pub struct Table {
    /// The rows in a sentence.
    pub rows: &'static str,
    /// The type of a field; `None` if the rows have no such field.
    pub kind: fn(&str, Rules) -> Option<Kind>,
}

/// What the types of fields depend on.
#[derive(Debug, Clone, Copy)]
pub struct Rules {
    /// The requested version of the API.
    pub version: Version,
    /// How far the workspace's time zone is ahead of UTC, in seconds.
    pub utc_offset: i64,
}

/// A day, in seconds.
const DAY: f64 = 86_400.0;

/// The type of a field, and so how it compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Text; comparisons are case-sensitive.
    Text,
    /// True or false.
    Boolean,
    /// A number.
    Number,
    /// A time that compares by its day, which begins this many seconds before UTC's.
    Day(i64),
    /// A time that compares by the second.
    Second,
    /// The ids of a contact's tags.
    Tag,
    /// Ids, several in a row.
    Ids,
    /// A custom attribute; its type is that of the value it is compared with.
    Custom,
}

/// A comparison operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    Equal,
    NotEqual,
    In,
    NotIn,
    Less,
    Greater,
    AtMost,
    AtLeast,
    Contains,
    NotContains,
    StartsWith,
    EndsWith,
}

/// Every operator with its spelling.
pub const OPERATORS: [(&str, Operator); 12] = [
    ("=", Operator::Equal),
    ("!=", Operator::NotEqual),
    ("IN", Operator::In),
    ("NIN", Operator::NotIn),
    ("<", Operator::Less),
    (">", Operator::Greater),
    ("<=", Operator::AtMost),
    (">=", Operator::AtLeast),
    ("~", Operator::Contains),
    ("!~", Operator::NotContains),
    ("^", Operator::StartsWith),
    ("$", Operator::EndsWith),
];

impl Kind {
    /// The operators for fields of this type.
    pub fn operators(self) -> &'static [Operator] {
        use Operator::{
            AtLeast, AtMost, Contains, EndsWith, Equal, Greater, In, Less, NotContains, NotEqual,
            NotIn, StartsWith,
        };
        match self {
            Self::Text => &[
                Equal,
                NotEqual,
                In,
                NotIn,
                Contains,
                NotContains,
                StartsWith,
                EndsWith,
            ],
            Self::Boolean => &[Equal, NotEqual, In, NotIn],
            Self::Number => &[Equal, NotEqual, In, NotIn, Less, Greater, AtMost, AtLeast],
            Self::Day(_) => &[Equal, Less, Greater],
            Self::Second => &[Equal, NotEqual, Less, Greater, AtMost, AtLeast],
            Self::Tag => &[Equal, NotEqual],
            Self::Ids => &[Equal, NotEqual, In, NotIn],
            Self::Custom => &[
                Equal,
                NotEqual,
                In,
                NotIn,
                Less,
                Greater,
                AtMost,
                AtLeast,
                Contains,
                NotContains,
                StartsWith,
                EndsWith,
            ],
        }
    }

    /// The accepted values, for error messages.
    pub fn expected(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Boolean => "true or false",
            Self::Number => "a number",
            Self::Day(_) | Self::Second => "Unix seconds",
            Self::Tag => "the id of a tag",
            Self::Ids => "an id",
            Self::Custom => "text, a number, true or false",
        }
    }

    /// The key of a value; `None` if the value has another type.
    pub fn key(self, value: &Value) -> Option<Key> {
        match (self, Key::of(value)) {
            (_, Key::Absent) => Some(Key::Absent),
            (Self::Custom, key) => Some(key),
            (Self::Text | Self::Tag | Self::Ids, Key::Text(text)) => Some(Key::Text(text)),
            (Self::Text | Self::Tag | Self::Ids, Key::Number(_)) => {
                Some(Key::Text(value.to_string()))
            }
            (Self::Boolean, Key::Boolean(boolean)) => Some(Key::Boolean(boolean)),
            (Self::Boolean, Key::Text(text)) => text.parse().ok().map(Key::Boolean),
            (Self::Number | Self::Second, key) => number(&key).map(Key::Number),
            (Self::Day(offset), key) => {
                number(&key).map(|seconds| Key::Number(((seconds + offset as f64) / DAY).floor()))
            }
            _ => None,
        }
    }
}

/// A number, or text that contains one: Intercom's own example has a date as text.
fn number(key: &Key) -> Option<f64> {
    match key {
        Key::Number(number) => Some(*number),
        Key::Text(text) => text.parse().ok(),
        Key::Absent | Key::Boolean(_) => None,
    }
}
