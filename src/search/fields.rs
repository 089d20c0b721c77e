//! The fields that contacts can be searched by: `api::contact::FIELDS` and custom
//! attributes.

pub use crate::api::contact::Kind;
use crate::api::{Version, contact};
use std::borrow::Cow;

/// A field of a contact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// The API's name.
    pub name: Cow<'static, str>,
    /// What it holds.
    pub kind: Kind,
}

/// The granularity of Intercom's comparison of dates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Granularity {
    /// By the whole day, with `=`, `<` and `>` only.
    Day,
    /// By the second, with every operator.
    Second,
}

/// The prefixes of custom attributes: the API's, and the reference page's.
const CUSTOM: [&str; 2] = ["custom_attributes.", "custom_attribute."];

/// All fields but custom attributes.
pub fn searchable() -> impl Iterator<Item = &'static contact::Field> {
    let fields = contact::FIELDS.iter();
    fields.filter(|field| field.kind != Kind::Custom)
}

/// Maximum number of words in a field's name, as in `last_email_clicked_at`.
pub const MAX_WORDS: usize = 4;

impl Field {
    /// Finds a field by the API's name, the page's name or its title, in any
    /// case: `signed_up_at`, `signed_up_date` and `Signed Up Date` are one.
    pub fn find(written: &str) -> Option<Self> {
        let plain = written.trim().to_ascii_lowercase().replace([' ', '-'], "_");
        if let Some(attribute) = CUSTOM
            .into_iter()
            .filter(|prefix| plain.starts_with(prefix))
            .find_map(|prefix| written.trim().get(prefix.len()..))
        {
            let [prefix, _] = CUSTOM;
            let name = Cow::Owned(format!("{prefix}{attribute}"));
            let kind = Kind::Custom;
            return (!attribute.is_empty()).then_some(Self { name, kind });
        }
        let found = searchable().find(|field| [field.name, field.page_name].contains(&&*plain))?;
        Some(Self {
            name: Cow::Borrowed(found.name),
            kind: found.kind,
        })
    }

    /// The granularity of the field's dates: standard fields compare by the second
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
        Some(Kind::Text | Kind::Email) => "text in quotes, such as 'name@example.com'",
        Some(Kind::Custom) | None => "text in quotes, a number, a date, true or false",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_has_more_words() {
        let names = searchable().flat_map(|field| [field.name, field.page_name]);
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
    }
}
