//! What to write in place of a name that is no field of contacts: what the name
//! means in Intercom, or the field that it is a misspelling of.

use super::fields::searchable;
use crate::input::{nearest, shortened};

/// Names that people and other products have for what contacts are searched by, and
/// what can't be searched by. Without these, a likely name gets an unlike field.
const MEANINGS: [(&[&str], &str); 11] = [
    (
        &["city", "country", "region", "state", "location"],
        "write location.city, location.region or location.country",
    ),
    (
        &[
            "first_name",
            "firstname",
            "last_name",
            "lastname",
            "surname",
            "full_name",
            "fullname",
        ],
        "write name CONTAINS 'Ann', since a contact has one name",
    ),
    (&["mail", "email_address", "e_mail"], "write email"),
    (&["phone_number", "mobile", "telephone"], "write phone"),
    (
        &["user_id", "customer_id"],
        "write external_id for an id of your own system, or id for Intercom's",
    ),
    (
        &["contact_id", "intercom_id"],
        "write id for Intercom's id, or external_id for one of your own system",
    ),
    (
        &["type", "user_type", "contact_type"],
        "write role = 'user' or role = 'lead'",
    ),
    (
        &["tag", "tags", "tag_name", "tag_names"],
        "write tag_id and the tag's id, not its name",
    ),
    (
        &["segment", "segments", "segment_name"],
        "write segment_id and the segment's id",
    ),
    (
        &["owner", "admin_id", "owner_name"],
        "write owner_id and the admin's id",
    ),
    (
        &["last_request_at", "last_seen", "last_active_at"],
        "write last_seen_at",
    ),
];

/// Companies can't be searched by, whatever of them is asked for.
const COMPANY: &str = "list a company's contacts by custom-action, GET /companies/{id}/contacts";

/// The hint for a name that is no field, if anything is known about it.
pub fn suggestion(written: &str) -> Option<String> {
    let plain = written
        .trim()
        .to_ascii_lowercase()
        .replace([' ', '-', '.'], "_");
    if plain.starts_with("compan") {
        return Some(COMPANY.to_owned());
    }
    let meant = MEANINGS.iter().find(|(names, _)| names.contains(&&*plain));
    let near = || misspelled(written).map(|near| format!("write {near}, if that is meant"));
    meant.map(|(_, hint)| (*hint).to_owned()).or_else(near)
}

/// The hint for a name that is no field and may be an attribute's.
pub fn suggestion_or_attribute(written: &str) -> String {
    suggestion(written).unwrap_or_else(|| {
        let written = shortened(written);
        format!("write custom_attributes.{written} for a custom attribute")
    })
}

/// The field that a name is a misspelling of: each of its words is near to one of
/// the field's. Names with a word in common mean different things.
fn misspelled(written: &str) -> Option<&'static str> {
    let names = searchable().flat_map(|field| [field.name, field.page_name]);
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
    use crate::search::fields::Field;

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
            assert_eq!(misspelled(written), Some(name), "{written}");
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
            assert_eq!(misspelled(written), None, "{written}");
        }
    }

    #[test]
    fn no_field_is_among_the_names_with_a_meaning() {
        for (names, _) in MEANINGS {
            for name in names {
                assert_eq!(Field::find(name), None, "{name}");
            }
        }
    }
}
