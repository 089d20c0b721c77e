//! The fields that contacts can be searched by (`docs/intercom-api.md`,
//! Search): what the API calls them, what the reference page calls them, and
//! what they hold.

use crate::api::Version;
use crate::input::nearest;
use std::borrow::Cow;

/// A field of a contact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// The API's name.
    pub name: Cow<'static, str>,
    /// What it holds.
    pub kind: Kind,
}

/// What a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Text.
    Text,
    /// `user` or `lead`.
    Role,
    /// The id of an admin: a number up to API version 2.15, text from 2.16 on.
    Owner,
    /// True or false.
    Flag,
    /// A point in time.
    Date,
    /// A tag's id, of which a contact has many.
    Tag,
    /// A custom attribute: it takes the type of what it is compared with.
    Custom,
}

/// How finely Intercom compares a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Granularity {
    /// By the whole day, with `=`, `<` and `>` only.
    Day,
    /// By the second, with every operator.
    Second,
}

const CUSTOM: &str = "custom_attributes.";

/// All fields but custom attributes. `andoid_sdk_version` is how the API's description spells
/// it; whether the API does is not known, so both are taken.
pub const FIELDS: [(&str, Kind); 44] = [
    ("id", Kind::Text),
    ("name", Kind::Text),
    ("avatar", Kind::Text),
    ("email", Kind::Text),
    ("email_domain", Kind::Text),
    ("phone", Kind::Text),
    ("formatted_phone", Kind::Text),
    ("external_id", Kind::Text),
    ("language_override", Kind::Text),
    ("browser", Kind::Text),
    ("browser_version", Kind::Text),
    ("browser_language", Kind::Text),
    ("os", Kind::Text),
    ("location.country", Kind::Text),
    ("location.region", Kind::Text),
    ("location.city", Kind::Text),
    ("ios_app_name", Kind::Text),
    ("ios_app_version", Kind::Text),
    ("ios_device", Kind::Text),
    ("ios_app_device", Kind::Text),
    ("ios_os_version", Kind::Text),
    ("ios_sdk_version", Kind::Text),
    ("android_app_name", Kind::Text),
    ("android_app_version", Kind::Text),
    ("android_device", Kind::Text),
    ("android_sdk_version", Kind::Text),
    ("andoid_sdk_version", Kind::Text),
    ("segment_id", Kind::Text),
    ("role", Kind::Role),
    ("owner_id", Kind::Owner),
    ("unsubscribed_from_emails", Kind::Flag),
    ("marked_email_as_spam", Kind::Flag),
    ("has_hard_bounced", Kind::Flag),
    ("created_at", Kind::Date),
    ("signed_up_at", Kind::Date),
    ("updated_at", Kind::Date),
    ("last_seen_at", Kind::Date),
    ("last_contacted_at", Kind::Date),
    ("last_replied_at", Kind::Date),
    ("last_email_opened_at", Kind::Date),
    ("last_email_clicked_at", Kind::Date),
    ("ios_last_seen_at", Kind::Date),
    ("android_last_seen_at", Kind::Date),
    ("tag_id", Kind::Tag),
];

/// The reference page's names where they differ from the API's.
const PAGE_NAMES: [(&str, &str); 3] = [
    ("signed_up_date", "signed_up_at"),
    ("last_seen_date", "last_seen_at"),
    ("unsubscribe_from_email", "unsubscribed_from_emails"),
];

/// The most words that the name of a field has, as in `last_email_clicked_at`.
pub const MAX_WORDS: usize = 4;

/// The reference page's name for custom attributes.
const PAGE_CUSTOM: &str = "custom_attribute.";

impl Field {
    /// Finds a field by the API's name, the page's name or its title, in any
    /// case: `signed_up_at`, `signed_up_date` and `Signed Up Date` are one.
    pub fn find(written: &str) -> Option<Self> {
        let plain = written.trim().to_ascii_lowercase().replace([' ', '-'], "_");
        if let Some(attribute) = [CUSTOM, PAGE_CUSTOM]
            .into_iter()
            .filter(|prefix| plain.starts_with(prefix))
            .find_map(|prefix| written.trim().get(prefix.len()..))
        {
            let kind = Kind::Custom;
            let name = Cow::Owned(format!("{CUSTOM}{attribute}"));
            return (!attribute.is_empty()).then_some(Self { name, kind });
        }
        let page_name = PAGE_NAMES.iter().find(|(page, _)| *page == plain);
        let name = page_name.map_or(plain.as_str(), |(_, name)| name);
        let (name, kind) = FIELDS.into_iter().find(|(known, _)| *known == name)?;
        Some(Self {
            name: Cow::Borrowed(name),
            kind,
        })
    }

    /// The known name nearest to what was written.
    pub fn nearest(written: &str) -> Option<&'static str> {
        let names = FIELDS.iter().map(|(name, _)| *name);
        nearest(
            written,
            names.chain(PAGE_NAMES.iter().map(|(name, _)| *name)),
        )
    }

    /// How finely dates of this field compare: standard fields by the second
    /// from API version 2.17 on, custom attributes always by the day.
    pub fn granularity(&self, version: Version) -> Granularity {
        match self.kind {
            Kind::Date if version >= Version::Numbered(2, 17) => Granularity::Second,
            _ => Granularity::Day,
        }
    }
}

/// An example of a value, for errors.
pub fn example(written: &str) -> &'static str {
    match Field::find(written).map(|field| field.kind) {
        Some(Kind::Date) => "a date, such as '2023-01-01'",
        Some(Kind::Flag) => "true or false",
        Some(Kind::Owner) => "an admin's id, such as 814860",
        Some(Kind::Role) => "'user' or 'lead'",
        Some(Kind::Tag) => "a tag's id, such as '7522907'",
        Some(Kind::Text) => "text in quotes, such as 'name@example.com'",
        Some(Kind::Custom) | None => "text in quotes, a number, a date, true or false",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_has_more_words() {
        let names = FIELDS.iter().map(|(name, _)| *name);
        let names = names.chain(PAGE_NAMES.iter().map(|(page, _)| *page));
        let words = names.map(|name| name.split('_').count());
        assert_eq!(words.max(), Some(MAX_WORDS));
    }

    #[test]
    fn fields_go_by_three_names_in_any_case() {
        for (written, name) in [
            ("signed_up_at", "signed_up_at"),
            ("signed_up_date", "signed_up_at"),
            ("Signed Up Date", "signed_up_at"),
            ("External-Id", "external_id"),
            ("Unsubscribe From Email", "unsubscribed_from_emails"),
            ("LOCATION.CITY", "location.city"),
            ("custom_attributes.Plan Name", "custom_attributes.Plan Name"),
            ("Custom Attribute.Größe", "custom_attributes.Größe"),
        ] {
            assert_eq!(
                Field::find(written).map(|f| f.name.into_owned()).as_deref(),
                Some(name)
            );
        }
        for written in [
            "",
            "plan",
            "custom_attributes.",
            "custom_attributes",
            "location",
        ] {
            assert_eq!(Field::find(written), None, "{written}");
        }
        assert_eq!(Field::nearest("singed_up_date"), Some("signed_up_date"));
    }
}
