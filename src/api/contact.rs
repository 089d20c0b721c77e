//! The fields of a contact: what the API and the reference page call each, what
//! it holds, and what a request can do with it (`docs/intercom-api.md`, Contacts).

/// One field of a contact.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    /// The API's name.
    pub name: &'static str,
    /// The reference page's name, which inputs have. Mostly the same.
    pub page_name: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// What creating and updating a contact can do with it.
    pub access: Access,
}

/// What a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Text.
    Text,
    /// An email address.
    Email,
    /// `user` or `lead`.
    Role,
    /// The id of an admin: a number up to API version 2.15, text from 2.16 on.
    Owner,
    /// True or false.
    Flag,
    /// A point in time.
    Date,
    /// A tag's id. A contact has many.
    Tag,
    /// Custom attributes. In a search, each takes the type of the value that it
    /// is compared with.
    Custom,
}

/// What creating and updating a contact can do with a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Nothing: it can only be searched by.
    Search,
    /// Set it. The API takes no null.
    Set,
    /// Set it, and empty it with null.
    SetOrClear,
}

/// All fields; those that can be set first, in the order of a form. The API's
/// description spells `andoid_sdk_version` like this; whether the API does is
/// unknown, so both spellings are here.
pub const FIELDS: [Field; 45] = [
    set("role", Kind::Role),
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

/// Whether a custom attribute of this name is a date, in Unix seconds
/// (`docs/intercom-api.md`, Ids and times).
pub fn is_date_attribute(name: &str) -> bool {
    name.ends_with("_at")
}

const fn search(name: &'static str, kind: Kind) -> Field {
    Field {
        name,
        page_name: name,
        kind,
        access: Access::Search,
    }
}

const fn set(name: &'static str, kind: Kind) -> Field {
    Field {
        access: Access::Set,
        ..search(name, kind)
    }
}

const fn clearable(name: &'static str, page_name: &'static str, kind: Kind) -> Field {
    Field {
        page_name,
        access: Access::SetOrClear,
        ..search(name, kind)
    }
}
