//! The fields that contacts can be searched by, and the operators that each
//! takes (`docs/intercom-api.md`, Search).

use serde_json::Value;

use super::key::Key;
use crate::intercom::contacts::Contact;
use crate::intercom::version::Version;

/// What can be searched.
#[derive(Debug)]
pub struct Table {
    /// The rows in a sentence.
    pub rows: &'static str,
    /// The type of a field; `None` if the rows have no such field.
    pub kind: fn(&str, Version) -> Option<Kind>,
}

/// Contacts.
pub const CONTACTS: Table = Table {
    rows: "contacts",
    kind,
};

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
    /// A time that compares by its day, in UTC.
    Day,
    /// A time that compares by the second.
    Second,
    /// The ids of a contact's tags.
    Tag,
    /// Ids of which a row has many.
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

const TEXT: &str = "id role name avatar email email_domain phone formatted_phone external_id \
    language_override browser browser_version browser_language os location.country \
    location.region location.city ios_app_version ios_device ios_app_device ios_os_version \
    ios_app_name ios_sdk_version android_app_version android_device android_app_name \
    android_sdk_version andoid_sdk_version segment_id";

const BOOLEANS: &str = "unsubscribed_from_emails marked_email_as_spam has_hard_bounced";

const DATES: &str = "created_at signed_up_at updated_at last_seen_at last_contacted_at \
    last_replied_at last_email_opened_at last_email_clicked_at ios_last_seen_at \
    android_last_seen_at";

const CUSTOM: &str = "custom_attributes.";

/// The type of a contact's field; `None` if contacts have no such field. A custom attribute
/// whose name ends in `_at` is a date that compares by the day in every version
/// (`docs/intercom-api.md`, Custom attributes).
fn kind(field: &str, version: Version) -> Option<Kind> {
    let among = |names: &str| names.split_whitespace().any(|name| name == field);
    match field.strip_prefix(CUSTOM) {
        Some("") => None,
        Some(attribute) if attribute.ends_with("_at") => Some(Kind::Day),
        Some(_) => Some(Kind::Custom),
        None if among(TEXT) => Some(Kind::Text),
        None if among(BOOLEANS) => Some(Kind::Boolean),
        None if among(DATES) && version.compares_seconds() => Some(Kind::Second),
        None if among(DATES) => Some(Kind::Day),
        None if field == "tag_id" => Some(Kind::Tag),
        None if field == "owner_id" && version.has_integer_owner() => Some(Kind::Number),
        None if field == "owner_id" => Some(Kind::Text),
        None => None,
    }
}

/// The value of a contact's field.
pub fn value(contact: &Contact, field: &str) -> Value {
    match (field, field.strip_prefix(CUSTOM)) {
        (_, Some(attribute)) => {
            let attributes = contact.field("custom_attributes");
            attributes.get(attribute).cloned().unwrap_or_default()
        }
        ("formatted_phone", _) => contact.field("phone"),
        ("marked_email_as_spam" | "has_hard_bounced", _) => Value::Bool(false),
        _ => contact.field(field),
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
            Self::Day => &[Equal, Less, Greater],
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
            Self::Day | Self::Second => "Unix seconds",
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
            (Self::Day, key) => number(&key).map(|seconds| Key::Number((seconds / DAY).floor())),
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
