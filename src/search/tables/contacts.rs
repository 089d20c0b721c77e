//! Contacts (`docs/intercom-api.md`, Search).

use crate::api::{Version, contact};
use crate::search::fields::Table;

/// The search for contacts.
pub static CONTACTS: Table = Table {
    rows: "contacts",
    fields: &contact::FIELDS,
    // The API's name, and the reference page's.
    attributes: &["custom_attributes.", "custom_attribute."],
    attribute_hint: "write custom_attributes.{name} for a custom attribute",
    exact_dates: Version::Numbered(2, 17),
    exact_attributes: None,
    per_page: 50,
    example: ("role", "user"),
    expected: "a formula, such as role = 'user' AND signed_up_date > '2023-01-01', or a JSON \
               filter",
    meanings: &[
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
        // Contacts can't be searched by any property of their companies.
        (
            &["compan*"],
            "list a company's contacts with list-company-contacts",
        ),
    ],
};
