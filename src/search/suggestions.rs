//! What to write instead of a name that is not a field: what the name means in Intercom, or the
//! field that it misspells.

use super::fields::Table;
use crate::input::{nearest, shortened};

/// The hint for a name that is not a field, if the name is known.
pub fn suggestion(table: &Table, written: &str) -> Option<String> {
    let plain = written
        .trim()
        .to_ascii_lowercase()
        .replace([' ', '-', '.'], "_");
    let is_meant = |name: &&str| match name.strip_suffix('*') {
        Some(beginning) => plain.starts_with(beginning),
        None => **name == *plain,
    };
    let mut meanings = table.meanings.iter();
    let meant = meanings.find(|(names, _)| names.iter().any(is_meant));
    let near = || misspelled(table, written).map(|near| format!("write {near} if you meant that"));
    meant.map(|(_, hint)| (*hint).to_owned()).or_else(near)
}

/// The hint for a name that is not a field and may be an attribute's.
pub fn suggestion_or_attribute(table: &Table, written: &str) -> String {
    let attribute = || table.attribute_hint.replace("{name}", &shortened(written));
    suggestion(table, written).unwrap_or_else(attribute)
}

/// The field that a name is a misspelling of: each of its words is near to one of
/// the field's. A common word is not enough: such names mean different things.
fn misspelled(table: &Table, written: &str) -> Option<&'static str> {
    let names = table
        .searchable()
        .flat_map(|field| [field.name, field.page_name]);
    nearest(written, names.filter(|name| has_all_words(name, written)))
}

fn has_all_words(name: &str, written: &str) -> bool {
    let separators = ['_', '.', '-', ' '];
    let mut words = written.split(separators).filter(|word| !word.is_empty());
    words.all(|word| nearest(word, name.split(separators)).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::search::tables::{CONTACTS, TABLES, TICKETS};

    #[test]
    fn misspelled_names_are_recognised() {
        for (written, name) in [
            ("singed_up_date", "signed_up_date"),
            ("signed_up", "signed_up_at"),
            ("created", "created_at"),
            ("emial", "email"),
            ("externalId", "external_id"),
            ("last_contacted", "last_contacted_at"),
            ("android_name", "android_app_name"),
            ("location_citty", "location.city"),
            ("has_hard_bounce", "has_hard_bounced"),
        ] {
            assert_eq!(misspelled(&CONTACTS, written), Some(name), "{written}");
        }
    }

    #[test]
    fn a_word_in_common_is_no_meaning_in_common() {
        for written in [
            "last_name",
            "company_id",
            "plan_name",
            "email_count",
            "is_active",
            "birthday",
            "total_spend",
            "last_invoice_at",
            "phone_verified",
            "app_version_code",
        ] {
            assert_eq!(misspelled(&CONTACTS, written), None, "{written}");
        }
    }

    #[test]
    fn no_field_is_among_the_names_with_a_meaning() {
        for table in TABLES {
            for name in table.meanings.iter().flat_map(|(names, _)| *names) {
                assert_eq!(table.find(name), None, "{}: {name}", table.rows);
            }
        }
    }

    #[test]
    fn a_name_of_one_search_is_not_that_of_another() {
        let hint = suggestion(&TICKETS, "ticket_state");
        let hint = hint.as_deref().unwrap_or_default();
        assert!(hint.starts_with("write state = 'submitted'"), "{hint}");
        let hint = suggestion(&CONTACTS, "state");
        let hint = hint.as_deref().unwrap_or_default();
        assert!(hint.contains("location.region"), "{hint}");
    }
}
