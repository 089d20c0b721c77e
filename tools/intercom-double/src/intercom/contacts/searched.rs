//! The fields that contacts can be searched by (`docs/intercom-api.md`, Search).

use serde_json::Value;

use super::contact::Contact;
use crate::intercom::search::{Kind, Rules, Table};

/// The search for contacts.
pub const CONTACTS: Table = Table {
    rows: "contacts",
    kind,
};

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

/// A custom attribute whose name ends in `_at` is a date that compares by the day in every
/// version (`docs/intercom-api.md`, Custom attributes).
fn kind(field: &str, rules: Rules) -> Option<Kind> {
    let Rules {
        version,
        utc_offset,
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

impl Contact {
    /// The value of a field that is searched.
    pub fn value(&self, field: &str) -> Value {
        match (field, field.strip_prefix(CUSTOM)) {
            (_, Some(attribute)) => {
                let attributes = self.field("custom_attributes");
                attributes.get(attribute).cloned().unwrap_or_default()
            }
            ("formatted_phone", _) => self.field("phone"),
            ("marked_email_as_spam" | "has_hard_bounced", _) => Value::Bool(false),
            _ => self.field(field),
        }
    }
}
