//! The fields that rows can be searched by, and the operators that each
//! takes (`docs/intercom-api.md`, Search).

use serde_json::Value;

use super::key::Key;
use crate::intercom::version::Version;

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

const TEXT: &str = "id role name avatar email email_domain phone formatted_phone external_id \
    language_override browser browser_version browser_language os location.country \
    location.region location.city ios_app_version ios_device ios_app_device ios_os_version \
    ios_app_name ios_sdk_version android_app_version android_device android_app_name \
    android_sdk_version andoid_sdk_version segment_id";

const BOOLEANS: &str = "unsubscribed_from_emails marked_email_as_spam has_hard_bounced";

const DATES: &str = "created_at signed_up_at updated_at last_seen_at last_contacted_at \
    last_replied_at last_email_opened_at last_email_clicked_at ios_last_seen_at \
    android_last_seen_at";

/// The prefix of custom attributes.
pub const CUSTOM: &str = "custom_attributes.";

/// What a search finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Table {
    Contacts,
    Conversations,
    Tickets,
}

/// What a search's fields depend on.
#[derive(Debug, Clone, Copy)]
pub struct Rules {
    pub table: Table,
    pub version: Version,
    /// How far the workspace's time zone is ahead of UTC, in seconds.
    pub utc_offset: i64,
}

/// A row that can be searched.
pub trait Searched {
    /// The value of a field.
    fn value(&self, field: &str) -> Value;
}

impl Table {
    /// The rows in a sentence.
    pub fn rows(self) -> &'static str {
        match self {
            Self::Contacts => "contacts",
            Self::Conversations => "conversations",
            Self::Tickets => "tickets",
        }
    }
}

/// The type of a field; `None` if the rows have no such field.
pub fn kind(field: &str, rules: Rules) -> Option<Kind> {
    match rules.table {
        Table::Contacts => kind_of_contacts(field, rules),
        Table::Conversations | Table::Tickets => kind_of_inbox(field),
    }
}

/// Conversations and tickets compare dates by the second in every version.
fn kind_of_inbox(field: &str) -> Option<Kind> {
    match field {
        "created_at" | "updated_at" => Some(Kind::Second),
        "open" => Some(Kind::Boolean),
        "id" | "state" | "title" | "source.type" | "source.author.type" => Some(Kind::Text),
        _ => None,
    }
}

/// A custom attribute whose name ends in `_at` is a date that compares by the day in
/// every version (`docs/intercom-api.md`, Custom attributes).
fn kind_of_contacts(field: &str, rules: Rules) -> Option<Kind> {
    let Rules {
        version,
        utc_offset,
        ..
    } = rules;
    let among = |names: &str| names.split_whitespace().any(|name| name == field);
    match field.strip_prefix(CUSTOM) {
        Some("") => None,
        Some(attribute) if attribute.ends_with("_at") => Some(Kind::Day(0)),
        Some(_) => Some(Kind::Custom),
        None if among(TEXT) => Some(Kind::Text),
        None if among(BOOLEANS) => Some(Kind::Boolean),
        None if among(DATES) && version.compares_seconds() => Some(Kind::Second),
        None if among(DATES) => Some(Kind::Day(utc_offset)),
        None if field == "tag_id" => Some(Kind::Tag),
        None if field == "owner_id" && version.has_integer_owner() => Some(Kind::Number),
        None if field == "owner_id" => Some(Kind::Text),
        None => None,
    }
}

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
            Self::Custom => "text, a number, true or false",
        }
    }

    /// The key of a value; `None` if the value has another type.
    pub fn key(self, value: &Value) -> Option<Key> {
        match (self, Key::of(value)) {
            (_, Key::Absent) => Some(Key::Absent),
            (Self::Custom, key) => Some(key),
            (Self::Text | Self::Tag, Key::Text(text)) => Some(Key::Text(text)),
            (Self::Text | Self::Tag, Key::Number(_)) => Some(Key::Text(value.to_string())),
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
