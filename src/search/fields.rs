//! What a search can find, as data: the fields of its rows, and what differs between
//! contacts, conversations and tickets.

pub use crate::api::field::Kind;
use crate::api::{Version, field};
use std::borrow::Cow;

/// One search of the API.
#[derive(Debug, PartialEq, Eq)]
pub struct Table {
    /// The rows in a sentence: `contacts`.
    pub rows: &'static str,
    /// Their fields. Those of the kind [`Kind::Custom`] go by their prefix instead.
    pub fields: &'static [field::Field],
    /// The prefixes of custom attributes, the API's own first.
    pub attributes: &'static [&'static str],
    /// The hint for a name that may be a custom attribute's, `{name}`.
    pub attribute_hint: &'static str,
    /// The API version from which dates compare by the second.
    pub exact_dates: Version,
    /// The same for dates in custom attributes; `None` if they never do.
    pub exact_attributes: Option<Version>,
    /// Intercom's default page size.
    pub per_page: u64,
    /// A field of text and a value that it can have, for hints.
    pub example: (&'static str, &'static str),
    /// What a filter is, as a noun phrase that errors use.
    pub expected: &'static str,
    /// Hints for names that people and other products use, for fields and for what can't be
    /// searched by. Without them, a similar spelling would suggest an unrelated field. A `*` at
    /// the end matches any ending.
    pub meanings: &'static [(&'static [&'static str], &'static str)],
}

/// A field of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// The API's name.
    pub name: Cow<'static, str>,
    /// What it holds.
    pub kind: Kind,
    /// The API version from which it compares by the second; `None` for a date that
    /// never does.
    pub exact: Option<Version>,
}

/// The granularity of Intercom's comparison of dates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Granularity {
    /// By the whole day, with `=`, `<` and `>` only.
    Day,
    /// By the second, with every operator.
    Second,
}

/// Where dates compare by the second in every version.
pub const EVERY: Version = Version::Numbered(0, 0);

/// Maximum number of words in a field's name, as in `last_email_clicked_at`.
pub const MAX_WORDS: usize = 5;

impl Table {
    /// All fields but custom attributes.
    pub fn searchable(&self) -> impl Iterator<Item = &'static field::Field> {
        let fields = self.fields.iter();
        fields.filter(|field| field.kind != Kind::Custom)
    }

    /// The values of the fields that have a fixed set of them.
    pub fn words(&self) -> impl Iterator<Item = &'static str> {
        let choices = self.fields.iter().filter_map(|field| match field.kind {
            Kind::Choice(choice) => Some(choice.values),
            _ => None,
        });
        choices.flatten().copied()
    }

    /// Finds a field by the API's name, the page's name or its title, in any
    /// case: `signed_up_at`, `signed_up_date` and `Signed Up Date` are one.
    pub fn find(&self, written: &str) -> Option<Field> {
        let written = written.trim();
        let begins = |prefix: &&&str| {
            let start = written.get(..prefix.len());
            start.is_some_and(|start| is_spelled(start, prefix))
        };
        let prefix = self.attributes.iter().find(begins);
        if let Some(attribute) = prefix.and_then(|prefix| written.get(prefix.len()..)) {
            let own = self.attributes.first()?;
            return (!attribute.is_empty()).then(|| Field {
                name: Cow::Owned(format!("{own}{attribute}")),
                kind: Kind::Custom,
                exact: self.exact_attributes,
            });
        }
        let mut fields = self.searchable();
        let found = fields.find(|field| {
            is_spelled(written, field.name) || is_spelled(written, field.page_name)
        })?;
        Some(Field {
            name: Cow::Borrowed(found.name),
            kind: found.kind,
            exact: Some(self.exact_dates),
        })
    }

    /// The kind of a field.
    pub fn kind(&self, written: &str) -> Option<Kind> {
        self.find(written).map(|field| field.kind)
    }

    /// An example of a value of a field, for errors.
    pub fn example_of(&self, written: &str) -> &'static str {
        match self.kind(written) {
            Some(Kind::Date) => "a date, such as '2023-01-01'",
            Some(Kind::Flag) => "true or false",
            Some(Kind::Owner) => "an admin's id, such as 814860",
            Some(Kind::Number) => "a number, such as 5",
            Some(Kind::Choice(choice)) => choice.listed,
            Some(Kind::Tag) => "a tag's id, such as '7522907'",
            Some(Kind::Ids) => "an id in quotes, such as '7522907'",
            Some(Kind::Text | Kind::Email) => "text in quotes, such as 'name@example.com'",
            Some(Kind::Custom) | None => "text in quotes, a number, a date, true or false",
        }
    }

    /// An example of a condition: `role = 'user'`.
    pub fn condition(&self) -> String {
        let (field, value) = self.example;
        format!("{field} = '{value}'")
    }

    /// The same as a JSON filter.
    pub fn json_filter(&self) -> String {
        let (field, value) = self.example;
        format!(r#"{{"field": "{field}", "operator": "=", "value": "{value}"}}"#)
    }
}

/// Whether text spells a name, in any case, with blanks or hyphens for underscores.
fn is_spelled(text: &str, name: &str) -> bool {
    let plain = |letter: u8| match letter {
        b' ' | b'-' => b'_',
        _ => letter.to_ascii_lowercase(),
    };
    text.len() == name.len() && text.bytes().map(plain).eq(name.bytes())
}

impl Field {
    /// The granularity of the field's dates.
    pub fn granularity(&self, version: Version) -> Granularity {
        match self.exact {
            Some(exact) if version >= exact => Granularity::Second,
            _ => Granularity::Day,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::tables::{CONTACTS, TABLES, TICKETS};

    #[test]
    fn no_name_has_more_words() {
        let fields = TABLES.iter().flat_map(|table| table.searchable());
        let names = fields.flat_map(|field| [field.name, field.page_name]);
        let words = names.map(|name| name.split('_').count());
        assert_eq!(words.max(), Some(MAX_WORDS));
    }

    #[test]
    fn every_table_has_the_field_of_its_example() {
        for table in TABLES {
            let (field, value) = table.example;
            match table.kind(field) {
                Some(Kind::Choice(choice)) => assert_eq!(choice.find(value), Some(value)),
                found => assert_eq!(found, Some(Kind::Text), "{}", table.rows),
            }
            assert!(
                table.expected.contains(&table.condition()),
                "{}",
                table.rows
            );
        }
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
            let found = CONTACTS.find(written).map(|field| field.name);
            assert_eq!(found.as_deref(), Some(name));
        }
        for written in [
            "",
            "plan",
            "custom_attributes.",
            "custom_attributes",
            "location",
            "ticket_attribute.1",
        ] {
            assert_eq!(CONTACTS.find(written), None, "{written}");
        }
        let attribute = TICKETS
            .find("Ticket Attributes.1234")
            .map(|field| field.name);
        assert_eq!(attribute.as_deref(), Some("ticket_attribute.1234"));
    }
}
