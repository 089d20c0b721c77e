//! The fields of a contact: their names in the API and on the reference page, their types, and
//! their use in requests (`docs/intercom-api.md`, Contacts).

use super::field::{Choice, Field, Kind, clearable, search, set};
use crate::world::allowed::contacts as allowed;

/// The roles.
const ROLE: Choice = Choice {
    noun: "a role",
    values: allowed::ROLE.values,
    listed: "'user' or 'lead'",
};

/// All fields; those that can be set first, in the order of a form. The API's description has
/// the spelling `andoid_sdk_version`; whether the API uses it is unknown, so both spellings are
/// listed.
pub const FIELDS: [Field; 45] = [
    set("role", Kind::Choice(&ROLE)),
    set("email", Kind::Email),
    clearable("name", "name", Kind::Text),
    set("external_id", Kind::Text),
    clearable("phone", "phone", Kind::Text),
    clearable("avatar", "avatar", Kind::Text),
    clearable("signed_up_at", "signed_up_date", Kind::Date),
    clearable("last_seen_at", "last_seen_date", Kind::Date),
    clearable("owner_id", "owner_id", Kind::Owner),
    clearable(
        "unsubscribed_from_emails",
        "unsubscribe_from_email",
        Kind::Flag,
    ),
    clearable("custom_attributes", "custom_attribute", Kind::Custom),
    search("id", Kind::Text),
    search("email_domain", Kind::Text),
    search("formatted_phone", Kind::Text),
    search("language_override", Kind::Text),
    search("browser", Kind::Text),
    search("browser_version", Kind::Text),
    search("browser_language", Kind::Text),
    search("os", Kind::Text),
    search("location.country", Kind::Text),
    search("location.region", Kind::Text),
    search("location.city", Kind::Text),
    search("ios_app_name", Kind::Text),
    search("ios_app_version", Kind::Text),
    search("ios_device", Kind::Text),
    search("ios_app_device", Kind::Text),
    search("ios_os_version", Kind::Text),
    search("ios_sdk_version", Kind::Text),
    search("android_app_name", Kind::Text),
    search("android_app_version", Kind::Text),
    search("android_device", Kind::Text),
    search("android_sdk_version", Kind::Text),
    search("andoid_sdk_version", Kind::Text),
    search("segment_id", Kind::Text),
    search("marked_email_as_spam", Kind::Flag),
    search("has_hard_bounced", Kind::Flag),
    search("created_at", Kind::Date),
    search("updated_at", Kind::Date),
    search("last_contacted_at", Kind::Date),
    search("last_replied_at", Kind::Date),
    search("last_email_opened_at", Kind::Date),
    search("last_email_clicked_at", Kind::Date),
    search("ios_last_seen_at", Kind::Date),
    search("android_last_seen_at", Kind::Date),
    search("tag_id", Kind::Tag),
];

/// Whether a custom attribute with this name is a date, in Unix seconds (`docs/intercom-api.md`,
/// Ids and times).
pub fn is_date_attribute(name: &str) -> bool {
    name.ends_with("_at")
}
